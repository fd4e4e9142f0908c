import Foundation
import TestKit
import Testing

/// What docs/operations.md has etcd's administrator type.
@Suite struct EtcdRunbookTests {
  // req: 3.3.5-1
  @Test(.enabled(if: Process.isInstalled("etcd") && Process.isInstalled("etcdctl")))
  func `the user that is made for the shop may use its keys and no others, and nobody else may anything`() async throws
  {
    let etcd = try await EtcdServer.start()
    let block = try #require(try Runbook().blocks("sh", below: "### etcd").first)
    // Passwords are asked for where a person types; the program itself comes at the end.
    let lines = block.replacing("user add martlet", with: "user add martlet:SECRET")
      .replacing("user add root", with: "user add root:OTHER")
    #expect(lines != block && block.contains("\nmartlet-admin parts "))
    func ask(_ commands: String) async throws -> Process.Outcome {
      let shell = try Process.named("bash", ["-eu"])
      shell.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "ETCDCTL_API": "3", "ETCDCTL_ENDPOINTS": etcd.url]
      return try await shell.outcome(input: commands)
    }
    let done = try await ask(lines.replacing(/(?m)^martlet-admin .*$/, with: ""))
    #expect(done.status == 0, "\(done.errors)")

    #expect(try await ask("etcdctl --user martlet:SECRET put martlet/a b").status == 0)
    #expect(try await ask("etcdctl --user martlet:SECRET put other/a b").status != 0)
    #expect(try await ask("etcdctl get martlet/a").status != 0)
    // As the health of the container is asked for.
    let check = try Place.documents("compose/compose.yaml")[0]["services", "etcd", "healthcheck", "test"].texts
    #expect(check.first == "CMD")
    #expect(try await ask(check.dropFirst().joined(separator: " ")).status == 0)

    let address = etcd.url.replacing("://", with: "://martlet:SECRET@")
    let parts = try await martlet(["parts", "--registry-etcd", address])
    #expect(parts.status == 0 && parts.output.isEmpty, "\(parts.errors)")
    #expect(try await martlet(["parts", "--registry-etcd", etcd.url]).status != 0)
    try await etcd.stop()
  }

  @Test func `the certificates that are made serve members and those who ask them`() async throws {
    let runbook = try Runbook()
    let making = try #require(try runbook.blocks("sh", below: "### etcd").dropFirst().first)
    try await Machine.run(without: []) { machine in
      try await machine.act(making)
      // Where members look for them; the shop's machines have copies.
      let read = runbook.page.matches(of: /\bETCD_[A-Z_]+_FILE=\/([^ \n]+)/).map { String($0.1) }
      #expect(read.count == 3)
      for file in read { #expect(machine.has(file), "\(file)") }
      let own = runbook.page.matches(of: /MARTLET_REGISTRY_[A-Z]+='\/etc\/martlet\/([^']+)'/).map { String($0.1) }
      #expect(own.count == 3)
      for file in own { #expect(machine.has("etc/etcd/tls/\(file)"), "\(file)") }
      for file in (read + own.map { "etc/etcd/tls/\($0)" }) where file.hasSuffix(".pem") && !file.hasSuffix("-ca.pem") {
        for purpose in ["sslserver", "sslclient"] {
          let authority = machine.file("etc/etcd/tls/etcd-ca.pem").path
          let outcome = try await Process.named(
            "openssl", ["verify", "-CAfile", authority, "-purpose", purpose, machine.file(file).path]
          ).outcome()
          #expect(outcome.status == 0, "\(file): \(outcome.errors)")
        }
        let address = try #require(file.firstMatch(of: /([0-9.]+)\.pem$/)?.1)
        let named = try await Process.named(
          "openssl", ["x509", "-in", machine.file(file).path, "-noout", "-checkip", String(address)]
        ).outcome()
        #expect(named.output.contains("does match"), "\(named.output)")
      }
    }
  }
}
