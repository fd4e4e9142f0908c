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
/// Availability comes first: while etcd can't be reached, the lists as last known stay in use, calls that fail sort out who
/// died meanwhile, and whoever registers stands there once etcd is back. When etcd has lost its data, the lists stay for
/// another five seconds, within which the living register again.
public final class EtcdRegistry: Registry {
  private let follower: PartFollower
  private let patience: Duration
  private let logger: Logger
  private let following: Task<Void, Never>

  /// Reads the lists and follows them from now on. Throws `EtcdFault`.
  /// - Parameters:
  ///   - patience: how long members that don't answer are tried, here and when an instance is registered, since etcd may be
  ///     starting too or choosing its leader.
  ///   - mayBeAway: begins with empty lists where nobody answers, and follows as soon as somebody does. Who answers and
  ///     refuses still throws.
  public static func open(
    _ address: EtcdAddress, patience: Duration = .seconds(5), mayBeAway: Bool = false, logger: Logger
  ) async throws -> EtcdRegistry {
    let follower = PartFollower(try EtcdClient(address), logger: logger)
    do {
      try await trying(for: patience) { _ = try await follower.read() }
    } catch let fault as EtcdFault where fault.kind == .unreachable {
      if let fault = await follower.client.faultOfCertificates() { throw fault }
      guard mayBeAway else { throw fault }
      follower.noteAway(fault)
    }
    return EtcdRegistry(follower, patience: patience, logger: logger)
  }

  private init(_ follower: PartFollower, patience: Duration, logger: Logger) {
    self.follower = follower
    self.patience = patience
    self.logger = logger
    // Apart from the task that opens, whose deadline must not end it.
    following = Task.detached { await follower.run() }
  }

  deinit { following.cancel() }

  public func instances(of part: String) -> [PartInstance] { follower.list.instances(of: part) }
  public var instances: [PartInstance] { follower.list.instances }
  public func changes(of part: String) -> AsyncStream<[PartInstance]> { follower.list.changes(of: part) }
  public var isCurrent: Bool { !follower.isAway }

  public func register(_ instance: PartInstance) async throws -> any Registration {
    let entry = LeasedEntry(instance, in: follower.client, logger: logger)
    do {
      try await Self.trying(for: patience) { try await entry.write() }
    } catch let fault as EtcdFault where [.unreachable, .leaseLost].contains(fault.kind) {
      entry.noteLate(fault)
    }
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
    follower.list.close()
  }
}
