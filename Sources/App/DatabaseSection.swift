import Configuration
import Foundation
import Logging
import Storage
import StorageMySQL
import StorageSQLite

/// Where the shop's data is: a file of its own, or a server of the MySQL family.
struct DatabaseSection: Sendable {
  /// The embedded engine's file, used where `server` is nil.
  var file: URL
  var server: MySQLAddress?
  /// Servers that follow `server`, for reads that may be some seconds old.
  var replicas: [MySQLAddress.Host] = []
  var limits: MySQLLimits
  /// Whether the embedded engine's file is made where there is none.
  var makesFile = true
  /// By which option or setting it was named, where that isn't the shop's own.
  var named: String?

  /// The same for those who work on a shop that is there.
  var existing: DatabaseSection {
    var section = self
    section.makesFile = false
    return section
  }

  /// What names it.
  private var key: String { named ?? (server == nil ? "data.folder" : "database.url") }

  /// How people call it, without the password.
  var place: String {
    guard let server else { return "sqlite:\(file.path)" }
    let hosts = server.hosts.map(\.description).joined(separator: ",")
    return "mysql://\(server.user)@\(hosts)/\(server.database)"
  }

  /// Opens the database. Throws `SettingFault` with what to do when it can't be reached or refuses the login.
  func open() async throws -> any Database {
    guard let server else { return try openFile() }
    let database = MySQLDatabase(server, limits: limits)
    do {
      try await database.check()
    } catch let fault as MySQLFault {
      try? await database.close()
      throw SettingFault(
        key: key, value: place, expected: "\(advice(fault, server)) (\(fault.message))",
        mayPass: !Self.needsAPerson.contains(fault.code))
    }
    return database
  }

  private func openFile() throws(SettingFault) -> any Database {
    let folder = file.deletingLastPathComponent()
    guard makesFile || FileManager.default.fileExists(atPath: file.path) else {
      throw SettingFault(
        key: key, value: folder.path,
        expected: "the folder of a shop, for it holds no \(file.lastPathComponent), and this command makes none; name "
          + "the shop's folder, or its database server in database.url")
    }
    try Settings.make(dataFolder: folder, as: key)
    do {
      return try SQLiteDatabase(path: file.path)
    } catch {
      throw SettingFault(
        key: key, value: file.path, expected: "a database that can be opened: \(error)", mayPass: true)
    }
  }

  /// What a server says to a login that it doesn't know or that may not do this, and to a database that it doesn't have.
  private static let needsAPerson: Set<UInt32> = [1044, 1045, 1049, 1698]

  /// What to do where a newer program has changed the schema.
  /// - Parameter standing: which context is ahead, and how far.
  func fault(newer standing: String) -> SettingFault {
    SettingFault(
      key: key, value: server == nil ? file.path : place,
      expected: "a database that this program knows: \(standing), so a newer program was here; start that one, or "
        + "restore a backup from before into an empty database")
  }

  /// What to do where something was put into it and not to its end. A move may be under way, so it may be whole later.
  var faultOfUnfinished: SettingFault {
    SettingFault(
      key: key, value: place,
      expected:
        "a database that is whole: a move or a restore into it broke off. Repeat the move, or restore into an empty one",
      mayPass: true)
  }

  /// The database for those who may read what was true some seconds ago; nil where it has no replicas. None of those
  /// needs to be there.
  func replicated(_ database: any Database, logger: Logger) -> ReplicatedDatabase? {
    guard let server, !replicas.isEmpty else { return nil }
    return ReplicatedDatabase(database, replicas: replicas.map(server.at), limits: limits) { logger.notice("\($0)") }
  }

  /// `database.replicas`.
  static func replicas(_ reader: ConfigReader, of server: MySQLAddress?) throws -> [MySQLAddress.Host] {
    let text = reader.string(forKey: "database.replicas", default: "")
    if text.isEmpty { return [] }
    func fault(_ expected: String) -> SettingFault {
      // What stands before an @ may be a password.
      SettingFault(key: "database.replicas", value: text.contains("@") ? "…" : text, expected: expected)
    }
    guard let server else {
      throw fault("of use to the embedded database: name a server in database.url, or leave database.replicas out")
    }
    guard text.wholeMatch(of: /[A-Za-z0-9._:,-]+/) != nil, let hosts = try? MySQLAddress.hosts(text[...]) else {
      throw fault("a list HOST1:3306,HOST2:3306; login, database and tls are those of database.url")
    }
    guard Set(hosts).count == hosts.count else { throw fault("a list that names each server once") }
    if let twice = hosts.first(where: server.hosts.contains) {
      throw fault("a list of other servers than those of database.url: leave \(twice) out")
    }
    return hosts
  }

  private func advice(_ fault: MySQLFault, _ server: MySQLAddress) -> String {
    switch fault.code {
    case 1045, 1044, 1698:
      // So a server answers as well that takes encrypted connections alone.
      "a login that the server accepts: check user and password"
        + (named == nil ? ", or database.password" : "")
        + (server.tls == .off ? ", and whether the server asks for tls" : "")
    case 1049: "a database that exists: CREATE DATABASE \(server.database)"
    case 2026:
      "a connection that can be encrypted: check tls and ca"
        + (server.tls == .verified ? ", and that the server's certificate is valid and names its host" : "")
    case 1040: "a server with room: raise its max_connections or lower database.connections"
    default: "a server that answers: start it, or check host and port"
    }
  }
}
