import Foundation

/// A certificate authority of a test's own, made with `openssl`, and the certificates that it signs.
public struct TestAuthority: Sendable {
  /// The shop's own domain in tests, which clients look for on this machine.
  public static let domain = "shop.example.com"

  public enum Kind: String, Sendable { case elliptic, rsa }

  /// A certificate and its key as PEM files.
  public struct Pair: Sendable {
    public let certificate: String
    public let key: String

    public init(certificate: String, key: String) {
      self.certificate = certificate
      self.key = key
    }
  }

  /// The authority's own certificate: whoever trusts this file trusts what the authority signs.
  public let root: String
  private let folder: URL
  private let key: String

  /// - Parameter folder: takes all files, and goes when its owner removes it.
  public init(in folder: URL, name: String = "authority") async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.folder = folder
    (root, key) = (folder.appending(path: "\(name).pem").path, folder.appending(path: "\(name).key").path)
    try await openssl(
      ["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-keyout", key, "-out", root]
        + Self.newKey(.elliptic))
  }

  /// - Parameter days: how long it is valid from now; below 0 it is no more.
  public func certificate(
    for domains: [String], file name: String = "server", kind: Kind = .elliptic, days: Int = 2
  ) async throws -> Pair {
    func path(_ suffix: String) -> String { folder.appending(path: "\(name).\(suffix)").path }
    let pair = Pair(certificate: path("pem"), key: path("key"))
    try await openssl(
      ["req", "-nodes", "-subj", "/CN=\(domains[0])", "-keyout", pair.key, "-out", path("csr")] + Self.newKey(kind))
    let names = domains.map { "\($0.allSatisfy { $0.isNumber || $0 == "." } ? "IP" : "DNS"):\($0)" }
    try "subjectAltName=\(names.joined(separator: ","))\n".write(toFile: path("ext"), atomically: true, encoding: .utf8)
    try await openssl([
      "x509", "-req", "-in", path("csr"), "-CA", root, "-CAkey", key, "-CAcreateserial", "-days", "\(days)", "-extfile",
      path("ext"), "-out", pair.certificate,
    ])
    return pair
  }

  private static func newKey(_ kind: Kind) -> [String] {
    switch kind {
    case .elliptic: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    case .rsa: ["-newkey", "rsa:2048"]
    }
  }

  private func openssl(_ arguments: [String]) async throws {
    let outcome = try await Process.named("openssl", arguments).outcome()
    guard outcome.status == 0 else { throw OpenSSLFault(words: outcome.errors) }
  }
}

struct OpenSSLFault: Error {
  let words: String
}
