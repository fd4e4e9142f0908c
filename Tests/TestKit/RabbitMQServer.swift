import Foundation
import Synchronization
import Testing

/// A RabbitMQ of the tests' own: folder, ports, cookie and port mapper are apart from the system's. It ends with the
/// process that started it, also when that is killed.
public final class RabbitMQServer: Sendable {
  private static let one = Task {
    let server = try RabbitMQServer()
    try await server.start()
    return server
  }

  /// The one that tests share, started when the first asks for it. Whoever stops or starts it again takes one for
  /// themselves.
  public static var shared: RabbitMQServer { get async throws { try await one.value } }

  public let port: Int
  /// Speaks TLS, with a certificate for `localhost` by the authority in `authorities`.
  public let securePort: Int
  private let folder: URL
  private let distributionPort: Int
  private let mapper: PortMapper
  /// Its name and those of the nodes of its cluster.
  private let name: String
  private let peers: [String]
  private let server = Mutex<Supervised?>(nil)

  public convenience init() throws { try self.init("martlet", of: ["martlet"], PortMapper()) }

  private init(_ name: String, of peers: [String], _ mapper: PortMapper) throws {
    self.name = name
    self.peers = peers
    self.mapper = mapper
    folder = mapper.folder.appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    (port, securePort, distributionPort) = (
      try LoopbackPort.free(), try LoopbackPort.free(), try LoopbackPort.free()
    )
    try Data("[].\n".utf8).write(to: folder.appending(path: "enabled_plugins"))
    try Data(configuration.utf8).write(to: folder.appending(path: "rabbitmq.conf"))
    let cookie = folder.appending(path: ".erlang.cookie")
    try Data(mapper.cookie.utf8).write(to: cookie)
    try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: cookie.path)
  }

  /// So many nodes of one cluster, started.
  public static func cluster(of count: Int) async throws -> [RabbitMQServer] {
    let mapper = try PortMapper()
    let names = (1...count).map { "martlet\($0)" }
    let nodes = try names.map { try RabbitMQServer($0, of: names, mapper) }
    // Others join the first.
    try await nodes[0].start()
    try await withThrowingTaskGroup { group in
      for node in nodes.dropFirst() { group.addTask { try await node.start() } }
      try await group.waitForAll()
    }
    return nodes
  }

  /// By which Erlang programs find one another. The folder of all goes with it.
  private final class PortMapper: Sendable {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-rabbitmq-\(UUID().uuidString)")
    let port: Int
    let cookie = UUID().uuidString
    private let process: Supervised

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      port = try LoopbackPort.free()
      process = try Supervised("exec epmd -address 127.0.0.1 -port \"$1\"", ["\(port)"], removing: folder)
    }

    func end() { process.end() }
  }

  public func url(user: String = "guest", password: String = "guest", virtualHost: String = "") -> String {
    "amqp://\(user):\(password)@127.0.0.1:\(port)/\(virtualHost)"
  }

  public var authorities: String { folder.appending(path: "ca.pem").path }

  /// Returns once it takes connections. What it kept before it was stopped is there again.
  public func start() async throws {
    let started = try Supervised(
      Self.script, [folder.path] + environment.map { "\($0)=\($1)" }, removing: folder.appending(path: "log"))
    server.withLock { $0 = started }
    try await eventually("RabbitMQ answers", within: .seconds(120)) {
      LoopbackPort.isAnswered(port) && LoopbackPort.isAnswered(securePort)
    }
  }

  /// Kills it, as a crash would.
  public func stop() async throws {
    let running = server.withLock { server in
      defer { server = nil }
      return server
    }
    running?.end()
    try await eventually("RabbitMQ is gone") { !LoopbackPort.isAnswered(port) }
  }

  /// Removes what it kept, once it's stopped. It can't be started any more.
  public func clear() { mapper.end() }

  private var configuration: String {
    """
    listeners.tcp.1 = 127.0.0.1:\(port)
    listeners.ssl.1 = 127.0.0.1:\(securePort)
    ssl_options.cacertfile = \(folder.path)/ca.pem
    ssl_options.certfile = \(folder.path)/server.pem
    ssl_options.keyfile = \(folder.path)/server.key
    ssl_options.verify = verify_none
    \(peers.count > 1 ? membership : "")
    log.console = false
    log.file.level = warning

    """
  }

  private var membership: String {
    (["cluster_formation.peer_discovery_backend = classic_config"]
      + peers.enumerated().map { "cluster_formation.classic_config.nodes.\($0 + 1) = \($1)@localhost" }
      // They begin one after another anyway.
      + ["min", "max"].map { "cluster_formation.randomized_startup_delay_range.\($0) = 0" }).joined(separator: "\n")
  }

  private var environment: [String: String] {
    [
      "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder.path,
      "ERL_EPMD_PORT": "\(mapper.port)", "RABBITMQ_NODENAME": "\(name)@localhost",
      "RABBITMQ_DIST_PORT": "\(distributionPort)", "RABBITMQ_CONF_ENV_FILE": "/dev/null",
      "RABBITMQ_CONFIG_FILE": folder.appending(path: "rabbitmq.conf").path,
      "RABBITMQ_ENABLED_PLUGINS_FILE": folder.appending(path: "enabled_plugins").path,
      "RABBITMQ_MNESIA_BASE": folder.appending(path: "data").path,
      "RABBITMQ_LOG_BASE": folder.appending(path: "log").path,
      "RABBITMQ_GENERATED_CONFIG_DIR": folder.appending(path: "config").path,
      // Few threads, for it shares the machine with the tests.
      "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2",
      // So that the script becomes the server, and its process id the server's.
      "detached": "yes",
    ]
  }

  private static let script = """
    cd "$1"; shift
    if [ ! -e server.pem ]; then
      openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=authority -keyout ca.key -out ca.pem
      openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
      openssl x509 -req -days 30 -CA ca.pem -CAkey ca.key -CAcreateserial -in server.csr -out server.pem
    fi >openssl.log 2>&1
    exec env -i "$@" /usr/lib/rabbitmq/bin/rabbitmq-server >server.log 2>&1
    """
}
