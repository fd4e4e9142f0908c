import Governance
import Logging
import Synchronization

/// The connections of one part: as many as there are instances. The list is looked at before each call, so that those who
/// came are called and those who left are not. Those whom plaintext would leave the private network for are left out.
final class PartConnections: Sendable {
  private let part: String
  private let registry: any Registry
  private let security: PartSecurity
  private let balancer = Mutex(Balancer())
  private let open = Mutex<[PartInstanceID: PartConnection]>([:])
  private let leftOut = Mutex<Set<PartInstanceID>>([])
  private let logger: Logger

  init(part: String, registry: any Registry, security: PartSecurity, logger: Logger) {
    self.part = part
    self.registry = registry
    self.security = security
    self.logger = logger
  }

  struct Choice {
    let connection: PartConnection
    /// Whether another instance, which seems to be well, is left to be tried after it.
    let hasOther: Bool
  }

  /// The connection that the balancer chooses, for one call, whose outcome must be noted. Throws `PartUnavailable` when
  /// there is no instance.
  func pick(after tried: Set<PartInstanceID>) throws -> Choice {
    let instances = callable()
    let now = ContinuousClock.now
    let picked = balancer.withLock { balancer -> (PartInstance, hasOther: Bool)? in
      var chance = SystemRandomNumberGenerator()
      guard let chosen = balancer.begin(among: instances, after: tried, at: now, using: &chance) else { return nil }
      let hasOther = instances.contains { other in
        other.id != chosen.id && !tried.contains(other.id) && other.condition.health == .healthy
          && !balancer.isLeftOut(other.id, at: now)
      }
      return (chosen, hasOther)
    }
    guard let (chosen, hasOther) = picked else { throw PartUnavailable(part: part, mayHaveRun: false) }
    do {
      guard let connection = try connections(to: instances)[chosen.id] else {
        throw PartUnavailable(part: part, mayHaveRun: false)
      }
      return Choice(connection: connection, hasOther: hasOther)
    } catch {
      note(.none, of: chosen.id)
      throw error
    }
  }

  func note(_ outcome: CallOutcome, of instance: PartInstanceID) {
    balancer.withLock { $0.end(instance, outcome, at: .now) }
  }

  /// One for each instance.
  func all() throws -> [PartConnection] { Array(try connections(to: callable()).values) }

  func close() {
    let closing = open.withLock { open in
      defer { open = [:] }
      return open.values
    }
    for connection in closing { connection.close() }
  }

  /// Those that may be called; of the others one line each is written.
  private func callable() -> [PartInstance] {
    let known = registry.instances(of: part)
    let unsafe = known.filter { !security.allows($0.address.host) }
    let news = leftOut.withLock { leftOut in
      defer { leftOut = Set(unsafe.map(\.id)) }
      return unsafe.filter { !leftOut.contains($0.id) }
    }
    for instance in news {
      logger.warning(
        "an instance is left out",
        metadata: ["part": "\(part)", "reason": "\(UnsafeAddress(address: instance.address))"])
    }
    return unsafe.isEmpty ? known : known.filter { security.allows($0.address.host) }
  }

  private func connections(to instances: [PartInstance]) throws -> [PartInstanceID: PartConnection] {
    let (kept, gone) = try open.withLock { open in
      let gone = open.filter { known in !instances.contains { $0.id == known.key } }
      for id in gone.keys { open[id] = nil }
      for instance in instances where open[instance.id] == nil {
        open[instance.id] = try PartConnection(to: instance, security: security)
      }
      return (open, gone.values)
    }
    for connection in gone { connection.close() }
    return kept
  }
}

/// Plaintext would leave the private network.
struct UnsafeAddress: Error, CustomStringConvertible {
  let address: PartAddress

  var description: String {
    "\(address) isn't a private address: give parts certificates, or allow plaintext where the network is guarded"
  }
}
