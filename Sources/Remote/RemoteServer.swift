import GRPCCore
import GRPCNIOTransportHTTP2
import Governance
import Logging

/// Serves contracts to other parts until it is told to stop.
public final class RemoteServer: Sendable {
  public struct Limits: Sendable {
    /// Calls under way at once, from all callers; more are told to go to another instance.
    public var concurrency = 512
    /// Multiplies the time that each verb may take, for machines that are slow: 1 or more.
    public var patience = 1
    /// Of one message, either way.
    public var messageBytes = 4 * 1024 * 1024

    public init() {}
  }

  private let transport: HTTP2ServerTransport.Posix
  private let server: GRPCServer<HTTP2ServerTransport.Posix>
  private let door: CallDoor

  /// - Parameters:
  ///   - address: an IP address; its port may be 0.
  ///   - figures: where calls are counted.
  public init(
    _ handlers: [RemoteHandler], at address: PartAddress, security: PartSecurity, limits: Limits = Limits(),
    figures: CallFigures = .answered(Metrics()), logger: Logger
  ) throws {
    guard security.allows(address.host) || PartSecurity.listensEverywhere(address.host) else {
      throw UnsafeAddress(address: address)
    }
    door = CallDoor(security: security, limits: limits, figures: figures, logger: logger)
    transport = HTTP2ServerTransport.Posix(
      address: address.host.contains(":")
        ? .ipv6(host: address.host, port: address.port) : .ipv4(host: address.host, port: address.port),
      transportSecurity: security.forServers,
      config: .defaults { config in
        config.rpc.maxRequestPayloadSize = limits.messageBytes
        config.http2.maxConcurrentStreams = limits.concurrency
        config.connection.keepalive.clientBehavior = .init(
          minPingIntervalWithoutCalls: .seconds(5), allowWithoutCalls: true)
      })
    server = GRPCServer(transport: transport, services: [ServedVerbs(handlers: handlers, door: door)])
  }

  /// Returns once it was drained. Throws what the system says when it can't listen. Cancelling the task drains it too, and
  /// ends the calls that are under way.
  /// - Parameter onReady: hears the port once calls are taken.
  public func run(onReady: @escaping @Sendable (Int) -> Void) async throws {
    // Tasks of their own, since the transport doesn't bear to be cancelled while a call comes in.
    let serving = Task { try await server.serve() }
    let telling = Task {
      guard let address = try? await transport.listeningAddress else { return }
      onReady(address.ipv4?.port ?? address.ipv6?.port ?? 0)
    }
    let outcome = await withTaskCancellationHandler {
      await serving.result
    } onCancel: {
      door.calls.end()
      server.beginGracefulShutdown()
    }
    telling.cancel()
    do {
      try outcome.get()
    } catch let error as RuntimeError {
      throw error.cause ?? error
    }
  }

  /// Takes no more calls, so that callers go elsewhere, and lets those that are under way finish. Connections are closed
  /// after that, since the transport may lose calls that are under way when others come meanwhile.
  public func drain() { door.calls.close { [server] in server.beginGracefulShutdown() } }
}

private struct ServedVerbs: RegistrableRPCService {
  let handlers: [RemoteHandler]
  let door: CallDoor

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    for handler in handlers {
      let figures = door.figures.of(handler.verb)
      router.registerHandler(
        forMethod: handler.verb.descriptor, deserializer: JSONBytes(), serializer: JSONBytes()
      ) { [door] request, _ in
        StreamingServerResponse(
          single: ServerResponse(message: try await door.answer(request, with: handler, figures)))
      }
    }
  }
}
