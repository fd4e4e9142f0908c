import Foundation
import Governance
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import ServiceLifecycleTestKit
import Testing

/// How adapters reach providers, against a server that misbehaves.
@Suite struct ProviderHTTPTests {
  /// Runs `work` with the address of a server that begins answers below `/half` and ends them when `work` has, and sends
  /// callers elsewhere from `/moved`.
  private static func run(_ work: @escaping @Sendable (String) async throws -> Void) async throws {
    let (ports, ready) = AsyncStream<Int>.makeStream()
    let (gate, opener) = AsyncStream<Void>.makeStream()
    // Not ended by cancelling: a connection that was accepted in that moment would end the whole process.
    try await testGracefulShutdown { shutdown in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { ready.finish() }
          try await server(gate) { ready.yield($0) }.run()
        }
        defer {
          opener.finish()
          shutdown.triggerGracefulShutdown()
        }
        guard let port = await ports.first(where: { _ in true }) else { return try await group.waitForAll() }
        try await work("http://127.0.0.1:\(port)")
      }
    }
  }

  private static func server(
    _ gate: AsyncStream<Void>, onReady: @escaping @Sendable (Int) -> Void
  ) -> some ApplicationProtocol {
    let router = Router()
    router.get("half") { _, _ in
      Response(
        status: .ok,
        body: ResponseBody(contentLength: 10) { writer in
          try await writer.write(ByteBuffer(string: "begun"))
          for await _ in gate {}
          try await writer.write(ByteBuffer(string: "ended"))
          try await writer.finish(nil)
        })
    }
    router.get("moved") { _, _ in Response(status: .found, headers: [.location: "/whole"]) }
    router.get("whole") { _, _ in Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "all"))) }
    return Application(
      router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in onReady(channel.localAddress?.port ?? 0) },
      logger: Logger(label: "provider") { _ in SwiftLogNoOpLogHandler() })
  }

  private func call(_ url: String) -> ProviderCall { ProviderCall(method: "GET", url: url, headers: [], body: []) }

  @Test func `an answer that doesn't end is waited for as long as there is time, and no longer`() async throws {
    try await Self.run { base in
      await #expect(throws: ProviderFault.self) {
        try await Deadline.carrying(.milliseconds(500)) { try await ProviderHTTPClient().send(call("\(base)/half")) }
      }
    }
  }

  @Test func `a file that doesn't end isn't taken for one that is whole`() async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("half-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try await Self.run { base in
      await #expect(throws: ProviderFault.self) {
        try await Deadline.carrying(.milliseconds(500)) {
          try await ProviderHTTPClient().download(call("\(base)/half"), to: file, limitBytes: 100)
        }
      }
    }
  }

  @Test func `nothing is asked when the time is up, and redirects aren't followed`() async throws {
    try await Self.run { base in
      await #expect(throws: ProviderFault.unreachable("no time is left")) {
        try await Deadline.carrying(.zero) { try await ProviderHTTPClient().send(call("\(base)/whole")) }
      }
      let whole = try await ProviderHTTPClient().send(call("\(base)/whole"))
      #expect(whole.status == 200)
      let moved = try await ProviderHTTPClient().send(call("\(base)/moved"))
      #expect(moved.status == 302)
    }
  }
}
