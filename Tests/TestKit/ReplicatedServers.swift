import Foundation
import Storage
import StorageMySQL
import Testing

/// A MariaDB server and a read-only replica that follows it, of a test's own, with one empty database, `shop`. They end with
/// the process that started them.
public struct ReplicatedServers: Sendable {
  public let main: MariaDBServer
  public let replica: MariaDBServer

  public static func start() async throws -> ReplicatedServers {
    async let main = MariaDBServer.start(["--log-bin", "--server-id=1"])
    async let replica = MariaDBServer.start(["--server-id=2", "--read-only"])
    let servers = ReplicatedServers(main: try await main, replica: try await replica)
    try await servers.join()
    return servers
  }

  private func join() async throws {
    // Each made its users for itself, so the replica follows what comes after them.
    let (file, place) = try await main.administer { transaction -> (String, Int) in
      let row = try #require(try transaction.row("SHOW MASTER STATUS"))
      return (try row["File"], try row["Position"])
    }
    try await replica.run(
      """
      CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = \(main.port), MASTER_USER = 'martlet',
        MASTER_PASSWORD = 'martlet', MASTER_LOG_FILE = '\(file)', MASTER_LOG_POS = \(place), MASTER_CONNECT_RETRY = 1
      """, "START SLAVE")
    try await main.run("CREATE DATABASE shop")
    try await eventually("the replica follows: see \(replica.folder.path)/log") {
      try await replica.administer { try $0.row("SHOW DATABASES LIKE 'shop'") != nil }
    }
  }

  public func stop() {
    main.stop()
    replica.stop()
  }
}
