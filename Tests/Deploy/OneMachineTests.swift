import Foundation
import TestKit
import Testing

/// A whole shop on one machine of 4 cores and 8 GB: what docs/operations.md says each process may take is what `deploy`
/// gives it, and all of it fits.
@Suite struct OneMachineTests {
  private static let machineMiB = 8192
  /// For the kernel, its file cache and whoever logs in.
  private static let systemMiB = 1024
  private static let cores = 4.0

  // req: 3.3.1-1
  @Test(arguments: Form.allCases) func `what a form of the shop may take fits into 8 GB and is what the table says`(
    form: Form
  ) throws {
    let rows = try SizingRow.all().filter { $0.form == form.rawValue }
    let processes = rows.filter { !$0.isSum }
    let given = try form.grants()
    #expect(Set(processes.map(\.place)) == Set(given.keys), "each process has a row, and each row a process")
    let weights = given.values.reduce(0) { $0 + $1.weight * $1.count }
    for row in processes {
      let grant = try #require(given[row.place], "\(row.place)")
      #expect(row.count == grant.count && row.memoryMiB == grant.memoryMiB, "\(row.place): \(grant)")
      let processors = Self.cores * Double(grant.weight) / Double(weights)
      #expect(abs(row.processors - processors) <= 0.051, "\(row.place): \(processors)")
      #expect(row.poolMiB == (grant.poolMiB ?? row.poolMiB), "\(row.place): \(grant)")
    }
    let together = given.values.reduce(0) { $0 + $1.memoryMiB * $1.count }
    let sum = try #require(rows.first { $0.isSum })
    #expect(sum.memoryMiB == together && sum.processors == Self.cores)
    #expect(together + Self.systemMiB <= Self.machineMiB)
  }

  // req: 3.3.1-1
  @Test func `MariaDB has room for more than its pool, and a connection for each that processes may open`() throws {
    // The shop may run in parts beside servers of the machine as well, and two processes may be added to the form in parts.
    for (form, processes) in [(Form.withServers, 4), (.inParts, 7)] {
      let grant = try #require(try form.grants().values.first { $0.poolMiB != nil })
      let pool = try #require(grant.poolMiB)
      // Pages' own records take a tenth of the pool; connections, the log's buffer and tables in use the rest.
      #expect(pool + pool / 10 + 384 <= grant.memoryMiB, "\(form)")
      let connections = try #require(grant.connections)
      // Reads and writes of 16 each, of each process and of a command beside them, and people.
      #expect(connections >= 2 * 16 * (processes + 1) + 20, "\(form)")
    }
  }

  @Test(.enabled(if: Process.isInstalled("mariadbd"))) func `MariaDB takes the settings as they are`() async throws {
    let file = packageFolder.appending(path: "deploy/mariadb/martlet.cnf").path
    let outcome = try await Process.named("mariadbd", ["--defaults-file=\(file)", "--help", "--verbose"]).outcome()
    #expect(outcome.status == 0, "\(outcome.errors)")
    for (name, value) in [
      ("innodb-buffer-pool-size", "3221225472"), ("innodb-log-file-size", "1073741824"), ("sync-binlog", "1"),
      ("innodb-flush-log-at-trx-commit", "1"), ("character-set-server", "utf8mb4"), ("max-connections", "200"),
    ] {
      let line = outcome.output.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
      #expect(line?.split(separator: " ").last == Substring(value), "\(name): \(line ?? "not there")")
    }
  }

  @Test func `RabbitMQ stops taking facts before its own limit ends it`() throws {
    let text = try Place.text("rabbitmq/martlet.conf")
    let mark = try #require(text.firstMatch(of: /(?m)^vm_memory_high_watermark\.absolute = ([0-9]+)MB$/)?.1)
    for form in [Form.withServers, .inParts] {
      let grant = try #require(try form.grants().first { $0.key.contains("rabbitmq") }?.value)
      #expect(try #require(Int(mark)) * 3 / 2 <= grant.memoryMiB)
    }
  }
}
