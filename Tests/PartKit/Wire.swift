import NIOCore
import NIOPosix
import Synchronization

/// A line to a server on loopback that can be cut, so that those on either end lose the other without a word, as when a
/// process is killed.
final class Wire: Sendable {
  private let listener: any Channel
  private let lines: Lines

  private init(_ listener: any Channel, _ lines: Lines) {
    self.listener = listener
    self.lines = lines
  }

  static func lead(to port: Int) async throws -> Wire {
    let lines = Lines()
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { inner in
        lines.add(inner)
        return ClientBootstrap(group: inner.eventLoop).connect(host: "127.0.0.1", port: port).flatMapThrowing { outer in
          try inner.pipeline.syncOperations.addHandler(Passing(to: outer))
          try outer.pipeline.syncOperations.addHandler(Passing(to: inner))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return Wire(listener, lines)
  }

  var port: Int { listener.localAddress?.port ?? 0 }

  func cut() async {
    try? await listener.close()
    for line in lines.all { try? await line.close() }
  }

  deinit {
    listener.close(promise: nil)
    for line in lines.all { line.close(promise: nil) }
  }
}

private final class Lines: Sendable {
  private let open = Mutex<[any Channel]>([])

  func add(_ line: any Channel) { open.withLock { $0.append(line) } }
  var all: [any Channel] { open.withLock { $0 } }
}

private final class Passing: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let other: any Channel

  init(to other: any Channel) { self.other = other }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    other.writeAndFlush(unwrapInboundIn(data), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
}
