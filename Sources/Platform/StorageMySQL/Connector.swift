import Storage
import Synchronization

/// Makes connections: to the first host that answers, in the order of the address. A host that failed rests for a while,
/// so that the others needn't wait for it each time.
final class Connector: Sendable {
  private static let rest = Duration.seconds(5)

  let role: MySQLConnection.Role
  private let address: MySQLAddress
  private let limits: MySQLLimits
  private let resting = Mutex<[MySQLAddress.Host: ContinuousClock.Instant]>([:])

  init(_ address: MySQLAddress, limits: MySQLLimits, role: MySQLConnection.Role) {
    self.address = address
    self.limits = limits
    self.role = role
  }

  func connect() throws -> MySQLConnection {
    var last: (any Error)?
    for host in candidates() {
      do {
        return try MySQLConnection(to: host, address, limits: limits, role: role)
      } catch let fault as MySQLFault where fault.kind == .lostServer {
        letRest(host)
        last = fault
      }
    }
    throw last ?? StorageFault.unavailable("no host is named")
  }

  func letRest(_ host: MySQLAddress.Host) {
    resting.withLock { $0[host] = ContinuousClock.now.advanced(by: Self.rest) }
  }

  /// Those that rest come last, since nobody else may be there.
  private func candidates() -> [MySQLAddress.Host] {
    let now = ContinuousClock.now
    let resting = resting.withLock { resting in
      resting = resting.filter { $0.value > now }
      return resting
    }
    return address.hosts.filter { resting[$0] == nil } + address.hosts.filter { resting[$0] != nil }
  }
}

/// A thread's connection, made anew when it was lost.
struct Seat {
  /// After this time without work the server is asked whether it still knows the connection.
  private static let trusted = Duration.seconds(20)

  private let connector: Connector
  private var connection: MySQLConnection?
  private var lastUse = ContinuousClock.now

  init(connector: Connector) { self.connector = connector }

  mutating func use<Value>(_ body: (MySQLConnection) throws -> Value) -> Result<Value, any Error> {
    Result {
      let connection = try connected()
      defer {
        lastUse = .now
        if connection.isSpoiled { self.connection = nil }
      }
      do {
        return try body(connection)
      } catch {
        if (error as? MySQLFault ?? (error as? CommitFault)?.fault)?.kind == .lostServer {
          connector.letRest(connection.host)
          self.connection = nil
        }
        throw error
      }
    }
  }

  mutating func leave() { connection = nil }

  private mutating func connected() throws -> MySQLConnection {
    if let connection {
      if lastUse.duration(to: .now) < Self.trusted || connection.isAlive { return connection }
      connector.letRest(connection.host)
      self.connection = nil
    }
    let fresh = try connector.connect()
    connection = fresh
    return fresh
  }
}
