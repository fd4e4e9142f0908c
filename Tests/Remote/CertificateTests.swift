import Foundation
import Governance
import PartKit
import Remote
import TestKit
import Testing
import Values

/// Parts that know one another by certificates.
@Suite struct CertificateTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-parttls-\(UUID().uuidString)")

  private func security(_ own: TestAuthority.Pair, trusting authority: TestAuthority) -> PartSecurity {
    PartSecurity(
      secret: ServedPart.secret,
      certificates: PartSecurity.Certificates(chain: own.certificate, key: own.key, authority: authority.root))
  }

  private func caller(_ security: PartSecurity, of part: ServedPart) -> RemoteCaller {
    RemoteCaller(
      part: "probe", registry: LiveList(part), security: security, limits: .patient, clock: .system,
      logger: ServedPart.quiet)
  }

  /// All of them share the secret, so that it's the certificates by which they're told apart.
  private func expectRefusal(_ security: PartSecurity, by part: ServedPart, _ what: Comment) async {
    let caller = caller(security, of: part)
    await #expect(throws: (any Error).self, what) {
      try await Deadline.carrying(.seconds(10)) { try await caller.call(ProbeVerbs.echo, "let me in") }
    }
    caller.close()
  }

  /// How `openssl` ends that does no more than the handshake. With TLS 1.2 it waits for the server's word on what it shows.
  private func handshake(
    with part: ServedPart, trusting authority: TestAuthority, _ shown: [String] = []
  ) async throws -> Int32 {
    let client = ["s_client", "-connect", "\(part.address)", "-CAfile", authority.root, "-alpn", "h2", "-tls1_2"]
    return try await Process.named("timeout", ["60", "openssl"] + client + shown).outcome().status
  }

  @Test func `parts call one another by certificates of one authority, and nobody else is let in or called`()
    async throws
  {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (ours, other) = (try await TestAuthority(in: folder), try await TestAuthority(in: folder, name: "other"))
    let serving = try await ours.certificate(for: ["payments.example"], file: "serving")
    let calling = try await ours.certificate(for: ["shop.example"], file: "calling")
    let strange = try await other.certificate(for: ["payments.example"], file: "strange")
    let (probe, foreign, bare) = (Probe(), Probe(), Probe())
    let part = try await ServedPart.start(probe.handlers, security: security(serving, trusting: ours))
    let stranger = try await ServedPart.start(foreign.handlers, security: security(strange, trusting: ours))
    let plain = try await ServedPart.start(bare.handlers)

    let friend = security(calling, trusting: ours)
    let caller = caller(friend, of: part)
    #expect(try await caller.call(ProbeVerbs.echo, "茶") == "茶")
    await expectRefusal(security(strange, trusting: ours), by: part, "a certificate of another authority")
    await expectRefusal(PartSecurity(secret: ServedPart.secret), by: part, "plaintext")
    await expectRefusal(friend, by: stranger, "a part with a certificate of another authority")
    await expectRefusal(friend, by: plain, "a part that speaks plaintext")
    let shown = ["-cert", calling.certificate, "-key", calling.key]
    #expect(try await handshake(with: part, trusting: ours, shown) == 0)
    #expect(try await handshake(with: part, trusting: ours) == 1, "who speaks TLS and shows no certificate")
    #expect(probe.calls(of: "echo") == 1 && foreign.calls(of: "echo") == 0 && bare.calls(of: "echo") == 0)
    #expect(try await caller.call(ProbeVerbs.echo, "壶") == "壶")
    caller.close()
    for one in [part, stranger, plain] { await one.kill() }
  }

  @Test func `a certificate that has ended is refused on both sides, though the authority has signed it`() async throws
  {
    defer { try? FileManager.default.removeItem(at: folder) }
    let ours = try await TestAuthority(in: folder)
    let serving = try await ours.certificate(for: ["payments.example"], file: "serving")
    let calling = try await ours.certificate(for: ["shop.example"], file: "calling")
    let ended = try await ours.certificate(for: ["payments.example", "shop.example"], file: "ended", days: -1)
    let (probe, late) = (Probe(), Probe())
    let part = try await ServedPart.start(probe.handlers, security: security(serving, trusting: ours))
    let old = try await ServedPart.start(late.handlers, security: security(ended, trusting: ours))

    await expectRefusal(security(ended, trusting: ours), by: part, "a caller whose certificate has ended")
    await expectRefusal(security(calling, trusting: ours), by: old, "a part whose certificate has ended")
    #expect(try await handshake(with: part, trusting: ours, ["-cert", ended.certificate, "-key", ended.key]) == 1)
    #expect(probe.calls(of: "echo") == 0 && late.calls(of: "echo") == 0)
    // It's the date alone that was wrong.
    let caller = caller(security(calling, trusting: ours), of: part)
    #expect(try await caller.call(ProbeVerbs.echo, "茶") == "茶")
    caller.close()
    for one in [part, old] { await one.kill() }
  }

  @Test func `whoever bears a certificate of the authority is a part, under whatever name and address`() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let ours = try await TestAuthority(in: folder)
    let other = try await ours.certificate(for: ["elsewhere.example", "192.0.2.1"], file: "other")
    let probe = Probe()
    let part = try await ServedPart.start(probe.handlers, security: security(other, trusting: ours))
    let caller = caller(security(other, trusting: ours), of: part)
    #expect(try await caller.call(ProbeVerbs.echo, "茶") == "茶", "called at \(part.address)")
    caller.close()
    await part.kill()
  }
}
