import Governance
import Synchronization

/// The connections of one part: as many as there are instances. The list is looked at before each call, so that those who
/// came are called and those who left are not.
final class PartConnections: Sendable {
  private let part: String
  private let registry: any Registry
  private let security: PartSecurity
  private let balancer = Mutex(Balancer())
  private let open = Mutex<[PartInstanceID: PartConnection]>([:])

  init(part: String, registry: any Registry, security: PartSecurity) {
    self.part = part
    self.registry = registry
    self.security = security
  }

  /// The connection that the balancer chooses, for one call, whose outcome must be noted. Throws `PartUnavailable` when
  /// there is no instance.
  func pick(after tried: Set<PartInstanceID>) throws -> PartConnection {
    let instances = registry.instances(of: part)
    let chosen = balancer.withLock { balancer in
      var chance = SystemRandomNumberGenerator()
      return balancer.begin(among: instances, after: tried, at: .now, using: &chance)
    }
    guard let chosen else { throw PartUnavailable(part: part, mayHaveRun: false) }
    do {
      guard let connection = try connections(to: instances)[chosen.id] else {
        throw PartUnavailable(part: part, mayHaveRun: false)
      }
      return connection
    } catch {
      note(.none, of: chosen.id)
      throw error
    }
  }

  func note(_ outcome: Balancer.Outcome, of instance: PartInstanceID) {
    balancer.withLock { $0.end(instance, outcome, at: .now) }
  }

  /// One for each instance.
  func all() throws -> [PartConnection] { Array(try connections(to: registry.instances(of: part)).values) }

  func close() {
    let closing = open.withLock { open in
      defer { open = [:] }
      return open.values
    }
    for connection in closing { connection.close() }
  }

  private func connections(to instances: [PartInstance]) throws -> [PartInstanceID: PartConnection] {
    let (kept, gone) = try open.withLock { open in
      let gone = open.filter { known in !instances.contains { $0.id == known.key } }
      for id in gone.keys { open[id] = nil }
      for instance in instances where open[instance.id] == nil {
        guard security.allows(instance.address.host) else { throw UnsafeAddress(address: instance.address) }
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
