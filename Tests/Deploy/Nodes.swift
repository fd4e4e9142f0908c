import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycleTestKit
import Synchronization
import TestKit

/// A node that answers every request with much text and remembers what reached it.
final class FakeNode: Sendable {
  struct Seen: Sendable {
    let method: String
    let path: String
    let headers: HTTPFields
    let bytes: Int
  }

  let port: Int
  private let heard = Mutex<[Seen]>([])

  init() throws { port = try LoopbackPort.free() }

  var address: String { "127.0.0.1:\(port)" }
  var seen: [Seen] { heard.withLock { $0 } }

  /// Serves for as long as the body takes.
  func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let router = Router()
    router.add(middleware: Everything { request in self.heard.withLock { $0.append(request) } })
    let (ready, isReady) = AsyncStream<Void>.makeStream()
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { _ in isReady.yield() }, logger: Logger(label: "node") { _ in SwiftLogNoOpLogHandler() })
    try await testGracefulShutdown { shutdown in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { isReady.finish() }
          try await application.run()
        }
        defer { shutdown.triggerGracefulShutdown() }
        guard await ready.first(where: { true }) != nil else { return try await group.waitForAll() }
        try await body()
      }
    }
  }
}

private struct Everything: RouterMiddleware {
  typealias Context = BasicRequestContext
  /// As an answer of the shop, and large enough to be compressed.
  static let text = String(repeating: "a teapot of clay, ", count: 300)
  let note: @Sendable (FakeNode.Seen) -> Void

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let bytes = try await request.body.collect(upTo: 64 << 20).readableBytes
    note(
      FakeNode.Seen(method: request.method.rawValue, path: request.uri.path, headers: request.headers, bytes: bytes))
    let isAPI = request.uri.path.hasPrefix("/api/")
    var headers: HTTPFields = [.contentType: isAPI ? "application/json" : "text/html; charset=utf-8"]
    if request.uri.path == "/busy" { headers[.retryAfter] = "5" }
    return Response(
      status: request.uri.path == "/busy" ? .serviceUnavailable : .ok, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: Self.text)))
  }
}

/// A node that takes a request and breaks off before it answers, as one does that is killed in the midst of its work.
final class BreakingNode: Sendable {
  let port: Int
  private let channel: any Channel
  private let heard: Heard

  /// The first lines of the requests that reached it.
  var seen: [String] { heard.lines.withLock { $0 } }
  var address: String { "127.0.0.1:\(port)" }

  init() async throws {
    let (heard, port) = (Heard(), try LoopbackPort.free())
    (self.heard, self.port) = (heard, port)
    channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Break(heard)) }
      }
      .bind(host: "127.0.0.1", port: port).get()
  }

  func stop() async throws { try await channel.close() }

  private final class Heard: Sendable {
    let lines = Mutex<[String]>([])
  }

  private final class Break: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let heard: Heard

    init(_ heard: Heard) { self.heard = heard }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let text = String(buffer: unwrapInboundIn(data))
      if let line = text.split(separator: "\r\n").first { heard.lines.withLock { $0.append(String(line)) } }
      context.close(promise: nil)
    }
  }
}
