import Foundation
import Storage
import TestKit
import Testing

@testable import App

/// Encryption on the way to the database.
@Suite struct DatabaseTLSTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-dbtls-\(UUID().uuidString)")

  private func section(_ port: Int, _ options: String) async throws -> DatabaseSection {
    try await Settings(
      arguments: ["--database-url", "mysql://martlet:martlet@127.0.0.1:\(port)/mysql?\(options)"], environment: [:]
    ).database
  }

  /// The cipher of a connection that the shop opens with these options; empty where it isn't encrypted.
  private func cipher(_ port: Int, _ options: String) async throws -> String {
    let database = try await section(port, options).open()
    let outcome = await Result {
      try await database.read { try $0.row("SHOW STATUS LIKE 'Ssl_cipher'").map { try $0["Value"] as String } ?? "" }
    }
    try await database.close()
    return try outcome.get()
  }

  private func expectRefusal(_ port: Int, _ options: String, _ advice: String = "check tls and ca") async throws {
    let section = try await section(port, options)
    let fault = await #expect(throws: SettingFault.self, "\(options)") { _ = try await section.open() }
    let sentence = "\(fault?.description ?? "")"
    #expect(
      sentence.hasPrefix("setting database.url: 'mysql://martlet@127.0.0.1:\(port)/mysql' is not "), "\(sentence)")
    #expect(sentence.contains(advice) && !sentence.contains("\n"), "\(options): \(sentence)")
  }

  @Test func `a server is believed when the right authority says that it is this host, and now`() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (ours, other) = (try await TestAuthority(in: folder), try await TestAuthority(in: folder, name: "other"))
    let pair = try await ours.certificate(for: ["127.0.0.1"])
    let server = try await MariaDBServer.start(["--ssl-cert=\(pair.certificate)", "--ssl-key=\(pair.key)"])
    defer { server.stop() }

    for options in ["tls=verified&ca=\(ours.root)", "tls=required", "tls=required&ca=\(ours.root)"] {
      #expect(try await cipher(server.port, options).hasPrefix("TLS_"), "\(options)")
    }
    #expect(try await cipher(server.port, "tls=off").isEmpty)
    for options in [
      "tls=verified&ca=\(other.root)", "tls=verified", "tls=required&ca=\(other.root)", "tls=verified&ca=/nowhere.pem",
    ] {
      try await expectRefusal(server.port, options)
    }

    // Written over the file that the server reads anew.
    _ = try await ours.certificate(for: ["db.example.com"])
    try await server.run("FLUSH SSL")
    try await expectRefusal(
      server.port, "tls=verified&ca=\(ours.root)", "that the server's certificate is valid and names its host")
    #expect(try await cipher(server.port, "tls=required&ca=\(ours.root)").hasPrefix("TLS_"))
    _ = try await ours.certificate(for: ["127.0.0.1"], days: -1)
    try await server.run("FLUSH SSL")
    try await expectRefusal(
      server.port, "tls=verified&ca=\(ours.root)", "that the server's certificate is valid and names its host")
    _ = try await ours.certificate(for: ["127.0.0.1"])
    try await server.run("FLUSH SSL")
    #expect(try await cipher(server.port, "tls=verified&ca=\(ours.root)").hasPrefix("TLS_"))
  }

  @Test func `a server that can't encrypt is refused where encryption is asked for`() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let authority = try await TestAuthority(in: folder)
    let server = try await MariaDBServer.shared
    for options in ["tls=required", "tls=verified", "tls=verified&ca=\(authority.root)"] {
      try await expectRefusal(server.port, options)
    }
  }

  @Test func `a server that takes encrypted connections alone says no to others, and the sentence speaks of tls`()
    async throws
  {
    defer { try? FileManager.default.removeItem(at: folder) }
    let pair = try await TestAuthority(in: folder).certificate(for: ["127.0.0.1"])
    let server = try await MariaDBServer.start(["--ssl-cert=\(pair.certificate)", "--ssl-key=\(pair.key)"])
    defer { server.stop() }
    try await server.run("SET GLOBAL require_secure_transport = 1")
    try await expectRefusal(server.port, "tls=off", "whether the server asks for tls")
    #expect(try await cipher(server.port, "tls=required").hasPrefix("TLS_"))
  }
}
