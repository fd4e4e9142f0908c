import Foundation
import Governance
import GovernanceEtcd
import NIOCore
import Testing

@testable import App

/// Where the parts of the program find one another, as it's set.
@Suite struct RegistrySettingTests {
  private func section(_ arguments: [String]) async throws -> RegistrySection {
    try await Settings(arguments: arguments, environment: [:]).registry
  }

  @Test func `without settings nobody else is known`() async throws {
    let section = try await section([])
    #expect(section.etcd == nil && section.parts.isEmpty)
  }

  @Test func `parts that were written down are found at their addresses`() async throws {
    let section = try await section([
      "--registry-parts", "payments=10.0.0.2:9100, 10.0.0.3:9100; search=[fd00::1]:9200;",
    ])
    #expect(
      section.parts == [
        "payments": [PartAddress(host: "10.0.0.2", port: 9100), PartAddress(host: "10.0.0.3", port: 9100)],
        "search": [PartAddress(host: "fd00::1", port: 9200)],
      ])
  }

  @Test(arguments: [
    "payments", "=10.0.0.1:1", "Payments=10.0.0.1:1", "payments=", "payments=10.0.0.1", "payments=10.0.0.1:0",
    "payments=10.0.0.1:1,", "payments=10.0.0.1:1;payments=10.0.0.2:1", "payments=a=b:1",
  ])
  func `a list that can't be read is refused with its place`(_ text: String) async throws {
    let fault = await #expect(throws: SettingFault.self) { _ = try await section(["--registry-parts", text]) }
    #expect(fault?.key == "registry.parts")
  }

  @Test(arguments: ["ftp://shop:s3cret@a", "shop:s3cret@a,,b", "shop:s3cret@a?x=1", "a,shop:s3cret@b"])
  func `an etcd that is none is refused without telling the password`(_ text: String) async throws {
    let fault = await #expect(throws: SettingFault.self) { _ = try await section(["--registry-etcd", text]) }
    #expect(fault?.key == "registry.etcd")
    #expect(fault?.description.contains("s3cret") == false, "\(fault?.description ?? "")")
  }

  @Test func `etcd and this process know one another by the files that are named`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-registry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "a.pem").path
    try "".write(toFile: file, atomically: true, encoding: .utf8)
    let (authority, certificate, key) = (
      ["--registry-authority", file], ["--registry-certificate", file], ["--registry-key", file]
    )
    let secure = ["--registry-etcd", "https://10.0.0.5"]
    let address = try #require(try await section(secure + authority + certificate + key).etcd)
    #expect(address.authorities == file)
    #expect(address.identity?.certificate == file && address.identity?.key == file)
    for (arguments, key) in [
      (authority, "registry.authority"), (["--registry-etcd", "10.0.0.5"] + authority, "registry.etcd"),
      (secure + certificate, "registry.key"), (secure + key, "registry.certificate"),
      (secure + ["--registry-authority", "/nowhere.pem"], "registry.authority"),
      (["--registry-etcd", "https://10.0.0.5?ca=\(file)"] + authority, "registry.authority"),
    ] {
      let fault = await #expect(throws: SettingFault.self) { _ = try await section(arguments) }
      #expect(fault?.key == key, "\(arguments)")
    }
  }

  @Test func `one or the other`() async throws {
    let both = ["--registry-etcd", "10.0.0.5", "--registry-parts", "search=10.0.0.4:9200"]
    let fault = await #expect(throws: SettingFault.self) { _ = try await section(both) }
    #expect(fault?.key == "registry.parts")
  }

  // req: 3.1.5-2
  @Test func `who listens on all addresses is reached by a private one where there is one`() throws {
    func reached(_ socket: String, _ own: String...) throws -> String? {
      let own = try own.map { try SocketAddress(ipAddress: $0, port: 0) }
      return PartAddress(listening: try SocketAddress(ipAddress: socket, port: 81), own: own).map { "\($0)" }
    }
    #expect(try reached("10.1.2.3", "10.0.0.1") == "10.1.2.3:81")
    #expect(try reached("::1", "10.0.0.1") == "[::1]:81")
    #expect(try reached("0.0.0.0", "127.0.0.1", "203.0.113.5", "192.168.1.5", "fd00::1") == "192.168.1.5:81")
    #expect(try reached("0.0.0.0", "127.0.0.1", "203.0.113.5") == "203.0.113.5:81")
    #expect(try reached("0.0.0.0", "127.0.0.1", "172.31.0.9", "172.32.0.1") == "172.31.0.9:81")
    #expect(try reached("0.0.0.0", "127.0.0.1", "fd00::1") == "127.0.0.1:81")
    #expect(try reached("::", "::1", "fe80::1", "fd00::1") == "[fd00::1]:81")
    #expect(try reached("::", "203.0.113.5", "2001:db8::1", "fd00::1") == "[fd00::1]:81")
    #expect(try reached("0.0.0.0") == "127.0.0.1:81")
    #expect(try PartAddress(listening: SocketAddress(unixDomainSocketPath: "/tmp/x")) == nil)
  }

  @Test func `a part that others would leave out for its address isn't started`() async throws {
    func reached(_ arguments: [String], _ own: [String]) async throws -> String {
      let own = try own.map { try SocketAddress(ipAddress: $0, port: 0) }
      return try await Settings(arguments: arguments, environment: [:]).parts.reachedHost(own: own)
    }
    let everywhere = ["--parts-host", "0.0.0.0"]
    #expect(try await reached([], []) == "127.0.0.1")
    #expect(try await reached(["--parts-host", "10.1.2.3"], []) == "10.1.2.3")
    #expect(try await reached(everywhere, ["127.0.0.1", "203.0.113.5", "10.0.0.7"]) == "10.0.0.7")
    for (arguments, shown, way) in [
      (["--parts-host", "203.0.113.5"], "203.0.113.5", ""), (["--parts-host", "2001:db8::1"], "2001:db8::1", ""),
      (everywhere, "0.0.0.0", ", since others would come to 203.0.113.5"),
    ] {
      let own = ["127.0.0.1", "203.0.113.5"]
      let fault = await #expect(throws: SettingFault.self) { _ = try await reached(arguments, own) }
      #expect(
        fault?.description
          == "setting parts.host: '\(shown)' is not a private address\(way); give one, or certificates "
          + "(parts.certificate), or set parts.allowsPlaintext")
      #expect(try await reached(arguments + ["--parts-allows-plaintext", "true"], own) != "127.0.0.1")
    }
    let fault = await #expect(throws: SettingFault.self) { _ = try await reached(["--parts-host", "shop"], []) }
    #expect(fault?.description == "setting parts.host: 'shop' is not an IP address of this machine")
  }
}
