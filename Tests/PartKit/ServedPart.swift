import Foundation
import Governance
import Logging
import Remote
import Values

/// A part served over real loopback connections, in this process. It ends when it is let go of.
public final class ServedPart: Sendable {
  public static let secret = "a secret among tests"
  public static let quiet = Logger(label: "part", factory: { _ in SwiftLogNoOpLogHandler() })

  public let address: PartAddress
  private let server: RemoteServer
  private let running: Task<Void, any Error>
  private let wire: Wire

  private init(_ server: RemoteServer, running: Task<Void, any Error>, wire: Wire) {
    address = PartAddress(host: "127.0.0.1", port: wire.port)
    self.server = server
    self.running = running
    self.wire = wire
  }

  public static func start(
    _ handlers: [RemoteHandler], security: PartSecurity = PartSecurity(secret: secret),
    limits: RemoteServer.Limits = .patient, figures: CallFigures = .answered(Metrics())
  ) async throws -> ServedPart {
    let server = try RemoteServer(
      handlers, at: PartAddress(host: "127.0.0.1", port: 0), security: security, limits: limits,
      figures: figures, logger: quiet)
    let ports = AsyncStream<Int>.makeStream()
    let running = Task {
      defer { ports.continuation.finish() }
      try await server.run { ports.continuation.yield($0) }
    }
    for await port in ports.stream {
      return ServedPart(server, running: running, wire: try await Wire.lead(to: port))
    }
    try await running.value
    throw CancellationError()
  }

  deinit { running.cancel() }

  /// As if the process was killed: calls under way are lost.
  public func kill() async {
    await wire.cut()
    running.cancel()
    _ = await running.result
  }

  /// Takes no more calls and returns once those under way are done.
  public func drain() async throws {
    server.drain()
    try await running.value
  }
}

/// A caller of these instances, by a list that can be changed.
public func caller(
  of part: String, at instances: some Registry, secret: String = ServedPart.secret,
  limits: RemoteCaller.Limits = .patient, clock: WallClock = .system, logger: Logger = ServedPart.quiet
) -> RemoteCaller {
  RemoteCaller(
    part: part, registry: instances, security: PartSecurity(secret: secret), limits: limits, clock: clock,
    logger: logger)
}

extension RemoteCaller.Limits {
  /// For a machine that is busy with all other tests.
  public static var patient: Self {
    var limits = Self()
    limits.patience = 20
    return limits
  }
}

extension RemoteServer.Limits {
  /// For a machine that is busy with all other tests.
  public static var patient: Self {
    var limits = Self()
    limits.patience = 20
    return limits
  }
}
