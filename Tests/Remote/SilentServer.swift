import Governance
import NIOCore
import NIOPosix
import Synchronization

/// Takes connections and never says a word: a dependency that hangs.
final class SilentServer: Sendable {
  private let channel: any Channel
  private let accepted: Counter

  private init(_ channel: any Channel, _ accepted: Counter) {
    self.channel = channel
    self.accepted = accepted
  }

  static func start() async throws -> SilentServer {
    let accepted = Counter()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        accepted.add()
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return SilentServer(channel, accepted)
  }

  var connections: Int { accepted.count }
  var address: PartAddress { PartAddress(host: "127.0.0.1", port: channel.localAddress?.port ?? 0) }
  func stop() async throws { try await channel.close() }
}

private final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  func add() { value.add(1, ordering: .relaxed) }
  var count: Int { value.load(ordering: .relaxed) }
}
