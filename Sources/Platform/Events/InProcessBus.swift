import Logging
import Storage
import Values

/// Delivers to subscribers in this process.
public final class InProcessBus: EventBus {
  let lanes: Lanes

  /// - Parameter width: how many subjects of one subscriber are served at once.
  public init(
    database: any Database, clock: WallClock, logger: Logger, width: Int = 32, patience: Patience = Patience()
  ) {
    lanes = Lanes(database: database, clock: clock, logger: logger, width: width, patience: patience)
  }

  public var patience: Patience { lanes.patience }

  public var missed: Int { lanes.missed }

  /// What waits is in the outbox.
  public var waiting: [String: Int] { [:] }

  public func subscribe(_ subscription: Subscription) { lanes.add(subscription) }

  public func subscription(named name: String) -> Subscription? { lanes.subscription(named: name) }

  /// What is sent is delivered whether this was called or not.
  public func start(after prepare: @Sendable () async throws -> Void) async throws { try await prepare() }

  public func send(_ envelopes: [EventEnvelope], settled: @escaping @Sendable (EventID, (any Error)?) -> Void) {
    lanes.take(envelopes.map { Parcel($0, settled: settled) })
  }

  /// Never happens: what isn't handled when the process ends is still in the outbox.
  public func onGap(_ renew: @escaping @Sendable () async throws -> Void) {}

  /// The relay waits for what is under way.
  public func close() async {}
}
