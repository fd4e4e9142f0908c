import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// A small HTTP server on a loopback port of its own, for what a test can't have: it answers by a function.
public final class LoopbackServer: Sendable {
  public struct Answer: Sendable {
    public let status: Int
    /// JSON.
    public let body: Data

    public init(status: Int, body: Data) {
      self.status = status
      self.body = body
    }
  }

  /// Nil leaves whoever asked waiting until they give up.
  public typealias Answering = @Sendable (_ head: HTTPRequestHead, _ body: Data) -> Answer?

  /// Without a slash at the end.
  public let url: String
  private let channel: any Channel

  public init(_ answering: @escaping Answering) async throws {
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(LoopbackConnection(answering))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
  }

  /// Nobody is let in any more.
  public func close() async throws { try await channel.close() }
}

private final class LoopbackConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let answering: LoopbackServer.Answering
  private var head: HTTPRequestHead?
  private var body = Data()

  init(_ answering: @escaping LoopbackServer.Answering) { self.answering = answering }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): (self.head, body) = (head, Data())
    case .body(let buffer): body += Data(buffer.readableBytesView)
    case .end:
      guard let head, let answer = answering(head, body) else { return }
      let headers: HTTPHeaders = ["content-type": "application/json", "content-length": "\(answer.body.count)"]
      let status = HTTPResponseStatus(statusCode: answer.status)
      context.write(
        wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}
