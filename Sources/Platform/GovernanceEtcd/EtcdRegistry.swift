import Governance
import Logging
import Values

/// The registry on etcd, over its JSON gateway (etcd 3.4 or newer).
///
/// An instance stands under a lease of three seconds that its process renews every second: a dead one is gone within five
/// seconds, and one whose lease was lost registers again by itself. Lists follow etcd by a watch; that the watched member
/// still belongs to its cluster is asked every second, and a watch that breaks begins again with a full read at the next
/// member, whatever was compacted or lost meanwhile.
///
/// Availability comes first: while etcd can't be reached, the lists as last known stay in use, and calls that fail sort out who
/// died meanwhile. When etcd has lost its data, the lists stay for another five seconds, within which the living register
/// again.
public final class EtcdRegistry: Registry {
  private let client: EtcdClient
  private let list: PartList
  private let patience: Duration
  private let logger: Logger
  private let following: Task<Void, Never>

  /// Reads the lists and follows them from now on. Throws `EtcdFault`.
  /// - Parameter patience: how long members that don't answer are tried, here and when an instance is registered, since etcd
  ///   may be starting too or choosing its leader.
  public static func open(
    _ address: EtcdAddress, patience: Duration = .seconds(5), logger: Logger
  ) async throws -> EtcdRegistry {
    let follower = PartFollower(try EtcdClient(address), logger: logger)
    try await trying(for: patience) { _ = try await follower.read() }
    return EtcdRegistry(follower, patience: patience, logger: logger)
  }

  private init(_ follower: PartFollower, patience: Duration, logger: Logger) {
    self.patience = patience
    client = follower.client
    list = follower.list
    self.logger = logger
    // Apart from the task that opens, whose deadline must not end it.
    following = Task.detached { await follower.run() }
  }

  deinit { following.cancel() }

  public func instances(of part: String) -> [PartInstance] { list.instances(of: part) }
  public var instances: [PartInstance] { list.instances }
  public func changes(of part: String) -> AsyncStream<[PartInstance]> { list.changes(of: part) }

  public func register(_ instance: PartInstance) async throws -> any Registration {
    let entry = LeasedEntry(instance, in: client, logger: logger)
    try await Self.trying(for: patience) { try await entry.write() }
    return EtcdRegistration(entry)
  }

  private static func trying(for patience: Duration, _ body: () async throws -> Void) async throws {
    let backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
    try await Deadline.carrying(patience) {
      try await Retry(attempts: 1000, backoff: backoff).run(
        when: { ($0 as? EtcdFault)?.kind == .unreachable }, body)
    }
  }

  public func close() async {
    following.cancel()
    await following.value
    list.close()
  }
}
