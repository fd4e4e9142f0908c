import Foundation
import Storage
import StorageMySQL
import Synchronization
import Testing

/// MariaDB servers that replicate to one another and all take writes, on loopback, in temporary folders. They end
/// with the process that started them.
public final class GaleraCluster: Sendable {
  private let nodes: [GaleraNode]

  /// With one empty database, `shop`.
  /// - Parameter count: 3 outlive the loss of one.
  public static func start(nodes count: Int = 3) async throws -> GaleraCluster {
    var nodes: [GaleraNode] = []
    for number in 0..<count { nodes.append(try await GaleraNode.start(number, joining: nodes.first)) }
    return GaleraCluster(nodes)
  }

  private init(_ nodes: [GaleraNode]) { self.nodes = nodes }

  /// One for each node, which is asked before the others.
  public func databases(_ limits: MySQLLimits) throws -> [MySQLDatabase] {
    try nodes.indices.map { first in
      let hosts = nodes.indices.map { "127.0.0.1:\(nodes[($0 + first) % nodes.count].port)" }.joined(separator: ",")
      return MySQLDatabase(try MySQLAddress("mysql://martlet:martlet@\(hosts)/shop"), limits: limits)
    }
  }

  /// Ends a server as a crash does.
  public func crash(_ node: Int) { nodes[node].stop() }

  public func stop() { for node in nodes { node.stop() } }
}

private final class GaleraNode: Sendable {
  let port: Int
  private let folder: URL
  private let replicationPort: Int
  private let supervisor: Supervised

  /// Returns once it takes statements. A server that ends while it starts is started again.
  static func start(_ number: Int, joining first: GaleraNode?) async throws -> GaleraNode {
    for _ in 1...4 {
      let node = try GaleraNode(number, joining: first)
      if try await node.isServing() { return node }
      node.stop()
    }
    throw NoNode(number: number)
  }

  private init(_ number: Int, joining first: GaleraNode?) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "martlet-galera-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    (port, replicationPort) = (try LoopbackPort.free(), try LoopbackPort.free())
    let (incremental, transfer) = (try LoopbackPort.free(), try LoopbackPort.free())
    let members = first.map { "127.0.0.1:\($0.replicationPort)" } ?? ""
    supervisor = try Supervised(
      Self.script,
      [
        folder.path, "\(port)", "\(replicationPort)", members, "\(incremental)", "\(transfer)", "node\(number)",
      ], removing: folder)
  }

  /// False when it has ended.
  private func isServing() async throws -> Bool {
    let database = MySQLDatabase(
      try MySQLAddress("mysql://martlet:martlet@127.0.0.1:\(port)/shop"),
      limits: MySQLLimits(connections: 1, connectSeconds: 2))
    var isServing = false
    try await eventually("a server of the cluster starts: see \(folder.path)/log", within: .seconds(120)) {
      isServing = (try? await database.read { try $0.value("SELECT 1", as: Int.self) }) == 1
      return isServing || hasEnded
    }
    try await database.close()
    return isServing
  }

  private var hasEnded: Bool {
    guard let process = try? String(contentsOf: folder.appending(path: "process"), encoding: .utf8) else {
      return false
    }
    let state = try? String(contentsOfFile: "/proc/\(process.filter(\.isNumber))/stat", encoding: .utf8)
    return state?.contains(") Z ") ?? true
  }

  func stop() { supervisor.end() }

  /// The first one makes the data; those that join receive all of it from the others.
  private static let script = """
    cd "$1"; mkdir -p data
    user=$(id -un)
    # For root, rsync would write as nobody.
    if [ "$user" = root ]; then user=mysql; chown mysql . data; fi
    export TMPDIR="$1"
    if [ -z "$4" ]; then
      mariadb-install-db --no-defaults --auth-root-authentication-method=normal --skip-test-db --user="$user" \
      --datadir="$1/data" >install.log 2>&1
      printf '%s\\n' "CREATE USER martlet@'%' IDENTIFIED BY 'martlet';" \
      "GRANT ALL ON *.* TO martlet@'%' WITH GRANT OPTION;" "CREATE DATABASE shop;" >init.sql
      set -- "$@" --wsrep-new-cluster --init-file="$1/init.sql"
    fi
    folder=$1; port=$2; base=$3; members=$4; incremental=$5; transfer=$6; name=$7; shift 7
    echo $$ >process
    exec mariadbd --no-defaults --user="$user" --datadir="$folder/data" --socket="$folder/s" \
    --bind-address=127.0.0.1 --port="$port" --pid-file="$folder/pid" \
    --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync \
    --innodb-buffer-pool-size=64M --innodb-log-file-size=16M --innodb-autoinc-lock-mode=2 --performance-schema=0 \
    --skip-name-resolve --max-connections=200 --binlog-format=ROW \
    --wsrep-on=ON --wsrep-provider=/usr/lib/galera/libgalera_smm.so --wsrep-cluster-name=martlet-test \
    --wsrep-cluster-address="gcomm://$members" --wsrep-node-address=127.0.0.1 --wsrep-node-name="$name" \
    --wsrep-slave-threads=2 --wsrep-sst-method=rsync --wsrep-sst-receive-address="127.0.0.1:$transfer" \
    --wsrep-provider-options="base_port=$base;gmcast.listen_addr=tcp://127.0.0.1:$base;\
    ist.recv_addr=127.0.0.1:$incremental;gcache.size=16M;evs.keepalive_period=PT0.5S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT4S" \
    "$@" >log 2>&1
    """
}

struct NoNode: Error {
  let number: Int
}
