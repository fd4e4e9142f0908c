import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycleTestKit
import Synchronization

/// The shop's ear for notices. Keeps what it hears and answers as it is told to.
final class Shop: Sendable {
  struct Heard: Sendable {
    let headers: [String: String]
    let body: [UInt8]

    var isGenuine: Bool { Platform.isSigned(headers, purpose: "notice", body: body) }
    func state() throws -> StateAnswer { try JSONDecoder().decode(StateAnswer.self, from: Data(body)) }
  }

  private struct Ear: Sendable {
    var port: Int?
    var failuresLeft = 0
    var heard: [Heard] = []
  }

  private let ear = Mutex(Ear())
  private let failure: (status: Int, body: String)

  /// Answers the first `failures` notices with something that isn't an acknowledgement.
  private init(failures: Int, failure: (status: Int, body: String)) {
    self.failure = failure
    ear.withLock { $0.failuresLeft = failures }
  }

  /// Runs `work` while a shop listens.
  static func run(
    failures: Int = 0, failure: (status: Int, body: String) = (500, "success"),
    _ work: @escaping @Sendable (Shop) async throws -> Void
  ) async throws {
    let shop = Shop(failures: failures, failure: failure)
    let (ports, ready) = AsyncStream<Int>.makeStream()
    // Not ended by cancelling: a connection that was accepted in that moment would end the whole process.
    try await testGracefulShutdown { shutdown in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { ready.finish() }
          try await shop.listen { ready.yield($0) }
        }
        defer { shutdown.triggerGracefulShutdown() }
        guard let port = await ports.first(where: { _ in true }) else { return try await group.waitForAll() }
        shop.ear.withLock { $0.port = port }
        try await work(shop)
      }
    }
  }

  var heard: [Heard] { ear.withLock { $0.heard } }
  var noticeURL: String { "http://127.0.0.1:\(port ?? 0)/notices" }
  private var port: Int? { ear.withLock { $0.port } }

  func failNext(_ count: Int) { ear.withLock { $0.failuresLeft = count } }

  /// Waits until there are this many notices, for at most a minute, and gives all there are.
  func notices(_ count: Int) async throws -> [Heard] {
    let patience = ContinuousClock.now + .seconds(60)
    while heard.count < count, ContinuousClock.now < patience { try await Task.sleep(for: .milliseconds(5)) }
    return heard
  }

  private func listen(onReady: @escaping @Sendable (Int) -> Void) async throws {
    let router = Router()
    router.post("notices") { [self] request, _ in
      let body = try await request.body.collect(upTo: 1 << 16)
      let headers = Dictionary(
        request.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { one, _ in one })
      let isKnown = ear.withLock { ear in
        ear.heard.append(Heard(headers: headers, body: Array(buffer: body)))
        guard ear.failuresLeft > 0 else { return true }
        ear.failuresLeft -= 1
        return false
      }
      return Response(
        status: isKnown ? .ok : .init(code: failure.status),
        body: ResponseBody(byteBuffer: ByteBuffer(string: isKnown ? "success" : failure.body)))
    }
    let app = Application(
      router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in onReady(channel.localAddress?.port ?? 0) },
      logger: Logger(label: "shop") { _ in SwiftLogNoOpLogHandler() })
    try await app.run()
  }
}
