import Foundation
import Storage
import StorageMySQL
import Synchronization
import Testing

/// A MariaDB server of the tests' own: on a free loopback port, with its data in a temporary folder. It ends with the
/// process that started it, also when that is killed.
public final class MariaDBServer: Sendable {
  public let port: Int
  public let folder: URL
  private let supervisor: Supervised

  private static let one = Task { try await MariaDBServer.start() }
  private static let lastDatabase = Mutex(0)

  /// The one that all tests of this process share, started when first asked for.
  public static var shared: MariaDBServer { get async throws { try await one.value } }

  private init(port: Int, folder: URL, supervisor: Supervised) {
    self.port = port
    self.folder = folder
    self.supervisor = supervisor
  }

  /// Another one, for tests that do it harm.
  /// - Parameter options: the server's own, such as `--read-only`.
  public static func start(_ options: [String] = []) async throws -> MariaDBServer {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-mariadb-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let port = try LoopbackPort.free()
    // Nothing of the tests must survive a power cut, and much of it is made and thrown away.
    let server = MariaDBServer(
      port: port, folder: folder,
      supervisor: try Supervised(
        """
        # A server that starts deletes what others keep in a folder for temporary tables that it shares with them.
        export TMPDIR="$1"
        mariadb-install-db --no-defaults --auth-root-authentication-method=normal --skip-test-db \
        --datadir="$1/data" --innodb-file-per-table=0 --innodb-flush-method=nosync >"$1/install.log" 2>&1
        printf '%s\\n' "CREATE USER martlet@'%' IDENTIFIED BY 'martlet';" \
        "GRANT ALL ON *.* TO martlet@'%' WITH GRANT OPTION;" >"$1/init.sql"
        folder=$1; port=$2; shift 2
        exec mariadbd --no-defaults --user="$(id -un)" --datadir="$folder/data" --socket="$folder/s" \
        --bind-address=127.0.0.1 --port="$port" --pid-file="$folder/pid" --init-file="$folder/init.sql" \
        --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync \
        --innodb-file-per-table=0 --innodb-buffer-pool-size=256M --performance-schema=0 --skip-log-bin \
        --skip-name-resolve --max-connections=2000 --max-prepared-stmt-count=1000000 --table-open-cache=20000 --open-files-limit=4096 \
        "$@" >"$folder/log" 2>&1
        """, [folder.path, "\(port)"] + options, removing: folder))
    let admin = MySQLDatabase(server.address(of: "mysql"), limits: MySQLLimits(connections: 1, connectSeconds: 2))
    try await eventually("MariaDB answers: see \(folder.path)/log", within: .seconds(120)) {
      (try? await admin.check()) != nil
    }
    try await admin.close()
    return server
  }

  /// The process id of the server itself.
  public var processID: Int32 {
    get throws {
      let text = try String(contentsOf: folder.appending(path: "pid"), encoding: .utf8)
      return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }
  }

  public func stop() { supervisor.end() }

  public func url(of database: String) -> String { "mysql://martlet:martlet@127.0.0.1:\(port)/\(database)" }

  func address(of database: String) -> MySQLAddress {
    guard let address = try? MySQLAddress(url(of: database)) else { fatalError("the tests' own address") }
    return address
  }

  /// An empty database of its own for one test.
  public func makeDatabase() async throws -> String {
    let number = Self.lastDatabase.withLock { last in
      last += 1
      return last
    }
    let name = "test_\(number)"
    try await administer { try $0.execute(SQL(text: "CREATE DATABASE \(name)")) }
    return name
  }

  public func drop(_ database: String) async throws {
    try await administer { try $0.execute(SQL(text: "DROP DATABASE \(database)")) }
  }

  /// Statements for an administrator, on one connection. No transaction is open, which some of them refuse.
  public func run(_ statements: String...) async throws {
    try await administer { transaction in
      for statement in ["COMMIT"] + statements { try transaction.execute(SQL(text: statement)) }
    }
  }

  @discardableResult
  func administer<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value
  {
    let admin = MySQLDatabase(address(of: "mysql"), limits: MySQLLimits(connections: 1, statementSeconds: 120))
    let outcome: Result<Value, any Error>
    do { outcome = .success(try await admin.write(body)) } catch { outcome = .failure(error) }
    try? await admin.close()
    return try outcome.get()
  }
}
