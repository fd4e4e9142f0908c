import CMariaDB
import Storage

/// A snapshot on one connection. Lives only inside the body that it is handed to.
class MySQLReadTransaction: ReadTransaction {
  /// Longer statements (rows written many at a time) vary too much to be worth keeping prepared.
  private static let longestKept = 1500

  let connection: MySQLConnection
  var dialect: any Dialect { MySQLDialect() }
  /// The first fault after which the server, or nobody, knows of this transaction: whatever the body makes of it, it must
  /// run again.
  private(set) var broken: MySQLFault?

  init(connection: MySQLConnection) { self.connection = connection }

  func rows(_ sql: SQL) throws -> [Row] { try run(sql) { try $0.rows(sql.arguments) } }

  /// - Parameter work: may run again when the statement had to be prepared anew.
  func run<Value>(_ sql: SQL, _ work: (MySQLStatement) throws -> Value) throws -> Value {
    try guarded {
      guard sql.text.utf8.count <= Self.longestKept else { return try work(try connection.prepare(sql.text)) }
      do {
        return try work(try connection.prepared(sql.text))
      } catch let fault as MySQLFault {
        // The library takes a statement that failed amid its rows for one that has more of them, and would wait for those.
        connection.forget(sql.text)
        guard fault.code == Self.columnsChanged else { throw fault }
        return try work(try connection.prepared(sql.text))
      }
    }
  }

  func forEachRow(_ sql: SQL, _ body: (Row) throws -> Void) throws {
    // Not a kept one: the body may run the same statement again while this one stands open.
    try guarded { try connection.prepare(sql.text).forEachRow(sql.arguments, body) }
  }

  /// `CR_NEW_STMT_METADATA`: another program's migration has changed what the statement answers.
  private static let columnsChanged: UInt32 = 2057

  func guarded<Value>(_ work: () throws -> Value) throws -> Value {
    if let broken { throw broken.translated }
    do {
      return try work()
    } catch let fault as MySQLFault {
      switch fault.kind {
      case .deadlock, .lockTimeout, .lostServer: broken = fault
      case .duplicateKey, .constraint, .busy, .other: break
      }
      throw fault.translated
    }
  }
}

final class MySQLTransaction: MySQLReadTransaction, Transaction {
  /// What a migration that is run again finds: the column, or the index, is there.
  private static let isThereAlready: Set<UInt32> = [1060, 1061]
  private static let duplicate: UInt32 = 1062

  private(set) var actions: [@Sendable () -> Void] = []

  @discardableResult
  func execute(_ sql: SQL) throws -> Int {
    do {
      let (count, hasWarnings) = try change(sql)
      if hasWarnings, sql.text.hasPrefix(MySQLDialect.tolerantInsert) { try refuseMangled() }
      return count
    } catch let fault as MySQLFault where Self.isThereAlready.contains(fault.code) {
      return 0
    }
  }

  private func change(_ sql: SQL) throws -> (count: Int, hasWarnings: Bool) {
    // Definitions and the like are run once: preparing them would only be one more way to the server and back.
    if sql.arguments.isEmpty {
      return try guarded {
        try connection.run(sql.text)
        return (connection.affectedRows, connection.hasWarnings)
      }
    }
    return try run(sql) { statement in
      _ = try statement.rows(sql.arguments)
      // Asked of the statement: its end makes the connection forget both.
      return (statement.affectedRows, statement.hasWarnings)
    }
  }

  func afterCommit(_ action: @escaping @Sendable () -> Void) { actions.append(action) }

  /// An insert that tolerates duplicates tolerates values that don't fit as well, and stores what is left of them: then
  /// the whole transaction must not stand.
  private func refuseMangled() throws {
    let other = try guarded { try connection.warnings() }.first { $0.code != Self.duplicate }
    guard let other else { return }
    mangled = StorageFault.constraint(other.message)
    throw StorageFault.constraint(other.message)
  }

  /// Set when a row was stored otherwise than it was given.
  private(set) var mangled: StorageFault?
}
