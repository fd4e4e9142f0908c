import Foundation
import TestKit
import Testing

/// `deploy/kubernetes/secrets`.
@Suite struct KubernetesSecretTests {
  @Test func `secrets differ each time, fit one another, and are long enough`() async throws {
    let (one, other) = (try await KubernetesSecrets.made(), try await KubernetesSecrets.made())
    let (shop, stores) = (one["martlet-secrets"]["stringData"], one["martlet-dependencies"]["stringData"])
    let password = try #require(stores["RABBITMQ_DEFAULT_PASS"].text)
    #expect(shop["MARTLET_EVENTS_BROKER"].text == "amqp://martlet:\(password)@martlet-rabbitmq:5672")
    #expect(shop["MARTLET_DATABASE_PASSWORD"].text == stores["MARIADB_PASSWORD"].text)
    for (key, value) in shop.labels.merging(stores.labels, uniquingKeysWith: { $1 }) {
      #expect(value.utf8.count >= 32, "\(key)")
      #expect(!other.text.contains(value), "\(key)")
    }
    for name in shop.members.keys { #expect(SettingNameTests.variables.contains(name), "\(name)") }
    for key in ["tls.crt", "tls.key", "ca.crt"] {
      #expect(one["martlet-parts"]["data", key].text != other["martlet-parts"]["data", key].text)
    }
  }

  @Test func `every secret that a file names is made, and none stands in a file`() async throws {
    let secrets = try await KubernetesSecrets.made()
    let dependencies = try Place.text("kubernetes/dependencies.yaml")
    var named = 0
    for match in dependencies.matches(of: /secretKeyRef: \{ name: ([a-z-]+), key: ([A-Z_]+) \}/) {
      #expect(secrets[String(match.1)]["stringData", String(match.2)].isThere, "\(match.0)")
      named += 1
    }
    #expect(named == 2)
    for file in try Self.files() {
      #expect(!(try Place.documents(file)).contains { $0["kind"].text == "Secret" }, "\(file)")
      #expect(!(try Place.text(file)).contains("change-me"), "\(file)")
    }
  }

  @Test func `the certificate of the parts is good for who calls and for who is called`() async throws {
    let parts = try await KubernetesSecrets.made()["martlet-parts"]["data"]
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-parts-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func file(_ name: String) -> String { folder.appending(path: name).path }
    for (name, data) in parts.labels {
      try #require(Data(base64Encoded: data), "\(name)").write(to: URL(fileURLWithPath: file(name)))
    }
    for purpose in ["sslclient", "sslserver"] {
      let outcome = try await Process.named(
        "openssl", ["verify", "-purpose", purpose, "-CAfile", file("ca.crt"), file("tls.crt")]
      ).outcome()
      #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
    }
    let shown = try await Process.named("openssl", ["x509", "-noout", "-pubkey", "-in", file("tls.crt")]).outcome()
    let held = try await Process.named("openssl", ["pkey", "-pubout", "-in", file("tls.key")]).outcome()
    #expect(!shown.output.isEmpty && shown.output == held.output)
  }

  static func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: packageFolder.appending(path: "deploy/kubernetes").path)
      .filter { $0.hasSuffix(".yaml") }.map { "kubernetes/\($0)" }
  }
}
