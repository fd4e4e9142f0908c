import CMariaDB
import Foundation
import Storage

/// One connection, used by the one thread that made it.
final class MySQLConnection {
  /// What a connection is for decides how its transactions see the others.
  enum Role: Sendable {
    /// One snapshot for the whole transaction.
    case read
    /// Each statement sees what is committed: what a transaction reads after waiting for a lock must not be older than
    /// the lock.
    case write
  }

  private static let mostStatements = 200
  private static let tooManyStatements: UInt32 = 1461

  let host: MySQLAddress.Host
  private let handle: UnsafeMutablePointer<MYSQL>
  private var statements: [String: MySQLStatement] = [:]
  /// The keys of `statements`, the one used longest ago first.
  private var order: [String] = []

  /// Connects and prepares the session. Throws `MySQLFault`.
  init(to host: MySQLAddress.Host, _ address: MySQLAddress, limits: MySQLLimits, role: Role) throws {
    mysql_server_init(0, nil, nil)
    guard let handle = mysql_init(nil) else {
      throw MySQLFault(code: 2008, message: "no memory for a connection", statement: nil)
    }
    do {
      try Self.open(handle, host, address, limits)
    } catch {
      mysql_close(handle)
      throw error
    }
    self.host = host
    self.handle = handle
    for statement in session(limits, role) { try run(statement) }
  }

  deinit {
    statements = [:]
    mysql_close(handle)
  }

  private static func open(
    _ handle: UnsafeMutablePointer<MYSQL>, _ host: MySQLAddress.Host, _ address: MySQLAddress, _ limits: MySQLLimits
  ) throws {
    func set(_ option: mysql_option, _ value: UInt32) {
      var value = value
      mysql_options(handle, option, &value)
    }
    set(MYSQL_OPT_CONNECT_TIMEOUT, UInt32(limits.connectSeconds))
    // Longer than the server's own limit, which ends a statement and keeps the connection.
    set(MYSQL_OPT_READ_TIMEOUT, UInt32(limits.statementSeconds + 2))
    set(MYSQL_OPT_WRITE_TIMEOUT, UInt32(limits.statementSeconds + 2))
    mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
    var isVerified: my_bool = address.tls == .verified ? 1 : 0
    mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &isVerified)
    if address.tls != .off {
      var isEnforced: my_bool = 1
      mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &isEnforced)
      if let authorities = address.authorities { mysql_options(handle, MYSQL_OPT_SSL_CA, authorities) }
    }
    let flags = UInt(CLIENT_FOUND_ROWS)
    guard
      mysql_real_connect(
        handle, host.name, address.user, address.password, address.database, UInt32(host.port), nil, flags) != nil
    else { throw MySQLFault(handle) }
    guard address.tls == .off || mysql_get_ssl_cipher(handle) != nil else {
      throw MySQLFault(code: 2026, message: "the connection isn't encrypted", statement: nil)
    }
  }

  /// What every session states, so that nothing depends on how the server was set up.
  private func session(_ limits: MySQLLimits, _ role: Role) -> [String] {
    let modes =
      "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,"
      + "PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES"
    let transactions = role == .read ? "ISOLATION LEVEL REPEATABLE READ, READ ONLY" : "ISOLATION LEVEL READ COMMITTED"
    return [
      // The first statement begins a transaction, so that none is spent on saying so.
      "SET SESSION sql_mode = '\(modes)', time_zone = '+00:00', autocommit = 0, "
        + "innodb_lock_wait_timeout = \(limits.lockSeconds), max_statement_time = \(limits.statementSeconds)",
      "SET SESSION TRANSACTION \(transactions)",
    ]
  }

  /// Whether the server still answers.
  var isAlive: Bool { mysql_ping(handle) == 0 }

  /// Rows inserted or found for change by what was run last.
  var affectedRows: Int { Int(clamping: mysql_affected_rows(handle)) }

  var hasWarnings: Bool { mysql_warning_count(handle) > 0 }

  /// Set when nobody knows in what state the session is: it must not be used again.
  private(set) var isSpoiled = false

  func rollBack() {
    do { try run("ROLLBACK") } catch { isSpoiled = true }
  }

  /// Runs a statement without arguments and without an answer.
  func run(_ sql: String) throws {
    guard mysql_real_query(handle, sql, UInt(sql.utf8.count)) == 0 else { throw MySQLFault(handle, statement: sql) }
    while true {
      if let result = mysql_store_result(handle) { mysql_free_result(result) }
      guard mysql_more_results(handle) != 0 else { return }
      guard mysql_next_result(handle) == 0 else { throw MySQLFault(handle, statement: sql) }
    }
  }

  /// What the last statement warned of, as error numbers with their messages.
  func warnings() throws -> [(code: UInt32, message: String)] {
    let sql = "SHOW WARNINGS"
    guard mysql_real_query(handle, sql, UInt(sql.utf8.count)) == 0, let result = mysql_store_result(handle) else {
      throw MySQLFault(handle, statement: sql)
    }
    defer { mysql_free_result(result) }
    var warnings: [(UInt32, String)] = []
    while let row = mysql_fetch_row(result) {
      guard let code = row[1], let message = row[2] else { continue }
      warnings.append((UInt32(String(cString: code)) ?? 0, String(cString: message)))
    }
    return warnings
  }

  /// A statement made for one use.
  func prepare(_ sql: String) throws -> MySQLStatement { try MySQLStatement(sql, on: handle) }

  /// A statement that is kept: those used lately stay prepared.
  func prepared(_ sql: String) throws -> MySQLStatement {
    if let known = statements[sql] {
      if order.last != sql, let index = order.lastIndex(of: sql) { order.append(order.remove(at: index)) }
      return known
    }
    let statement: MySQLStatement
    do {
      statement = try prepare(sql)
    } catch let fault as MySQLFault where fault.code == Self.tooManyStatements && !statements.isEmpty {
      // The server's bound for all connections together: this one makes room.
      (statements, order) = ([:], [])
      statement = try prepare(sql)
    }
    if order.count >= Self.mostStatements { statements[order.removeFirst()] = nil }
    statements[sql] = statement
    order.append(sql)
    return statement
  }

  func forget(_ sql: String) {
    statements[sql] = nil
    order.removeAll { $0 == sql }
  }
}

/// How long to wait for the server, and how many may wait.
public struct MySQLLimits: Sendable {
  /// Connections of each of the two kinds, for reads and for writes; each has a thread of its own. 1…200.
  public var connections: Int
  /// For one statement; the server ends what takes longer. 1…600 seconds.
  public var statementSeconds: Int
  /// For one lock, 1…60 seconds.
  public var lockSeconds: Int
  public var connectSeconds: Int

  public init(connections: Int = 16, statementSeconds: Int = 10, lockSeconds: Int = 5, connectSeconds: Int = 3) {
    self.connections = connections
    self.statementSeconds = statementSeconds
    self.lockSeconds = lockSeconds
    self.connectSeconds = connectSeconds
  }
}
