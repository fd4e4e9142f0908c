import Foundation
import Storage
import StorageMySQL
import StorageSQLite

/// Where the shop's data is: a file of its own, or a server of the MySQL family.
struct DatabaseSection: Sendable {
  /// The embedded engine's file, used where `server` is nil.
  var file: URL
  var server: MySQLAddress?
  var limits: MySQLLimits

  /// How people call it, without the password.
  var place: String {
    guard let server else { return "sqlite:\(file.path)" }
    let hosts = server.hosts.map(\.description).joined(separator: ",")
    return "mysql://\(server.user)@\(hosts)/\(server.database)"
  }

  /// Opens the database. Throws `SettingFault` with what to do when it can't be reached or refuses the login.
  func open() async throws -> any Database {
    guard let server else {
      do {
        return try SQLiteDatabase(path: file.path)
      } catch {
        throw SettingFault(key: "data.folder", value: file.path, expected: "a database that can be opened: \(error)")
      }
    }
    let database = MySQLDatabase(server, limits: limits)
    do {
      try await database.check()
    } catch let fault as MySQLFault {
      try? await database.close()
      throw SettingFault(
        key: "database.url", value: place, expected: "\(Self.advice(fault, server)) (\(fault.message))")
    }
    return database
  }

  private static func advice(_ fault: MySQLFault, _ server: MySQLAddress) -> String {
    switch fault.code {
    case 1045, 1044, 1698: "a login that the server accepts: check user and password, or database.password"
    case 1049: "a database that exists: CREATE DATABASE \(server.database)"
    case 2026: "a connection that can be encrypted: check tls and ca"
    case 1040: "a server with room: raise its max_connections or lower database.connections"
    default: "a server that answers: start it, or check host and port"
    }
  }
}
