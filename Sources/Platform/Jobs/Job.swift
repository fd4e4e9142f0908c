import Values

/// Work that comes round. Of all processes that share a database, one at a time holds the lease and does it.
public struct Job: Sendable {
  /// Unique, `context.verb`: `inventory.expireHolds`.
  public let name: String
  public let every: Duration
  /// Told when it has this long without a heartbeat, another process may take over.
  public let lease: Duration
  public let run: @Sendable () async throws -> Void

  public init(
    _ name: String, every: Duration, lease: Duration = .seconds(60), run: @escaping @Sendable () async throws -> Void
  ) {
    self.name = name
    self.every = every
    self.lease = lease
    self.run = run
  }
}
