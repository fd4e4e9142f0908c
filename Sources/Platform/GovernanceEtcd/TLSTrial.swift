import Governance
import NIOCore
import NIOPosix
import NIOSSL

/// Finds out why a server takes connections and breaks them off. With TLS 1.3 it refuses a client's certificate only after
/// the client's own part of the handshake is done; one who has sent a question by then sees a connection that was closed,
/// one who is silent is told why.
struct TLSTrial {
  private static let patience = TimeAmount.seconds(1)

  let place: PartAddress
  let tls: TLSConfiguration

  /// Nil when it isn't about certificates.
  func fault() async -> EtcdFault? {
    let loop = MultiThreadedEventLoopGroup.singleton.any()
    let outcome = loop.makePromise(of: (any Error)?.self)
    do {
      let context = try NIOSSLContext(configuration: tls)
      let name = (try? SocketAddress(ipAddress: place.host, port: place.port)) == nil ? place.host : nil
      let channel = try await ClientBootstrap(group: loop).connectTimeout(Self.patience).channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            try NIOSSLClientHandler(context: context, serverHostname: name), FirstFault(outcome: outcome),
          ])
        }
      }.connect(host: place.host, port: place.port).get()
      let timeout = loop.scheduleTask(in: Self.patience) { outcome.succeed(nil) }
      let error = try await outcome.futureResult.get()
      timeout.cancel()
      channel.close(promise: nil)
      return error.map(EtcdFault.init).flatMap { $0.kind == .unreachable ? nil : $0 }
    } catch {
      outcome.succeed(nil)
      return nil
    }
  }
}

/// Tells the first that goes wrong, or nil when the connection ends without a word.
private final class FirstFault: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let outcome: EventLoopPromise<(any Error)?>

  init(outcome: EventLoopPromise<(any Error)?>) { self.outcome = outcome }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { outcome.succeed(error) }
  func channelInactive(context: ChannelHandlerContext) { outcome.succeed(nil) }
}
