import CMariaDB
import Storage

/// An error as the server or the client library tells it.
public struct MySQLFault: Error, Hashable, CustomStringConvertible {
  /// The number from the server's or the library's list of errors.
  public let code: UInt32
  public let message: String
  /// The statement, with marks in place of its arguments; nil for what isn't one.
  public let statement: String?

  public var description: String { "\(message) (\(code))" + (statement.map { " in \($0)" } ?? "") }

  /// What to do about it.
  var kind: Kind {
    switch code {
    case 1213, 1020: .deadlock
    case 1205: .lockTimeout
    case 1040, 1047, 1053, 1203, 1290, 1836, 1927, 2002, 2003, 2005, 2006, 2013, 2014, 2026, 2055: .lostServer
    // A node that lost its cluster in the midst of a commit, which may or may not have reached the others.
    case 1180 where message.contains("Not connected to Primary Component"): .lostServer
    case 1062, 1586: .duplicateKey
    case 1048, 1264, 1364, 1366, 1406, 3819, 4025: .constraint
    case 1317, 1461, 1969, 3024: .busy
    default: .other
    }
  }

  enum Kind {
    /// Another transaction was first; also what a cluster of several writers says when it can't certify a commit.
    case deadlock
    case lockTimeout
    /// The server is gone, can't be reached, or can't serve now, such as one with all its connections taken; another one
    /// may.
    case lostServer
    case duplicateKey
    case constraint
    /// The server ended a statement that ran longer than it may, or has no room for one more prepared statement.
    case busy
    case other
  }

  /// In the form that contexts act on.
  var translated: any Error {
    switch kind {
    case .duplicateKey: StorageFault.duplicateKey(message)
    case .constraint: StorageFault.constraint(message)
    case .deadlock, .lockTimeout, .busy: StorageFault.busy
    case .lostServer: StorageFault.unavailable(description)
    case .other: self
    }
  }
}

extension MySQLFault {
  init(_ connection: UnsafeMutablePointer<MYSQL>, statement: String? = nil) {
    self.init(
      code: mysql_errno(connection), message: String(cString: mysql_error(connection)), statement: statement)
  }

  init(_ handle: UnsafeMutablePointer<MYSQL_STMT>, statement: String) {
    self.init(
      code: mysql_stmt_errno(handle), message: String(cString: mysql_stmt_error(handle)), statement: statement)
  }
}
