import Foundation
import TestKit
import Testing

/// What a process is given on its machine.
struct Grant {
  /// How many of it run.
  var count = 1
  let memoryMiB: Int
  /// Its share of the processors, against that of the others.
  let weight: Int
  /// MariaDB's.
  var poolMiB: Int?
  var connections: Int?
}

/// A way to run the whole shop on one machine, by its name in docs/operations.md.
enum Form: String, CaseIterable {
  case oneProgram = "one program"
  case withServers = "with servers"
  case inParts = "in parts"

  /// By the place below `deploy` at which it is given.
  func grants() throws -> [String: Grant] {
    switch self {
    case .oneProgram:
      try Self.units(["systemd/martlet.service", "systemd/one-machine/nginx.conf"])
    case .withServers:
      try Self.units(
        ["systemd/martlet.service"]
          + FileManager.default
          .contentsOfDirectory(atPath: packageFolder.appending(path: "deploy/systemd/one-machine").path)
          .map { "systemd/one-machine/\($0)" })
    case .inParts: try Self.services()
    }
  }

  private static func units(_ files: [String]) throws -> [String: Grant] {
    var grants: [String: Grant] = [:]
    for file in files {
      let text = try Place.text(file)
      let memory = try #require(text.firstMatch(of: /(?m)^MemoryMax=(\S+)$/)?.1, "\(file)")
      let weight = try #require(text.firstMatch(of: /(?m)^CPUWeight=([0-9]+)$/)?.1, "\(file)")
      var grant = Grant(memoryMiB: try mebibytes(memory), weight: try #require(Int(weight)))
      if file.contains("mariadb") {
        let settings = try Place.text("mariadb/martlet.cnf")
        grant.poolMiB = try settings.firstMatch(of: /(?m)^innodb_buffer_pool_size = (\S+)$/).map {
          try mebibytes($0.1)
        }
        grant.connections = settings.firstMatch(of: /(?m)^max_connections = ([0-9]+)$/).flatMap { Int($0.1) }
      }
      grants[file] = grant
    }
    return grants
  }

  private static func services() throws -> [String: Grant] {
    let compose = try #require(try Place.documents("compose/compose.yaml").first)
    return try compose["services"].members.reduce(into: [:]) { grants, service in
      let (name, place) = (service.key, service.value)
      let command = place["command"].texts
      func option(_ option: String) -> String? {
        command.first { $0.hasPrefix("--\(option)=") }.map { String($0.dropFirst(option.count + 3)) }
      }
      grants["compose/compose.yaml \(name)"] = Grant(
        count: place["deploy", "replicas"].text.flatMap { Int($0) } ?? 1,
        memoryMiB: try mebibytes(try #require(place["mem_limit"].text, "\(name) has a bound")),
        weight: try #require(place["cpu_shares"].text.flatMap { Int($0) }, "\(name) has a share"),
        poolMiB: try option("innodb-buffer-pool-size").map { try mebibytes($0) },
        connections: option("max-connections").flatMap { Int($0) })
    }
  }

  /// `1G`, `512m`.
  private static func mebibytes(_ text: some StringProtocol) throws -> Int {
    let number = try #require(Int(text.dropLast()), "\(text)")
    switch text.last?.lowercased() {
    case "g": return number * 1024
    case "m": return number
    default: throw UnknownUnit(text: String(text))
    }
  }

  private struct UnknownUnit: Error { let text: String }
}

/// A row of the table of sizes in docs/operations.md.
struct SizingRow {
  let form: String
  let isSum: Bool
  let count: Int
  let memoryMiB: Int
  let processors: Double
  let poolMiB: Int?
  let place: String

  static func all() throws -> [SizingRow] {
    let page = try String(contentsOf: packageFolder.appending(path: "docs/operations.md"), encoding: .utf8)
    let names = Set(Form.allCases.map(\.rawValue))
    let cells = page.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    return try cells.filter { $0.count > 3 && names.contains($0[0]) }.map { cells in
      let memory = try #require(cells[2].wholeMatch(of: /(?:([0-9]+) × )?([0-9]+) MiB/), "\(cells)")
      let processors = try #require(cells[3].wholeMatch(of: /(?:([0-9]+) × )?([0-9.]+)/), "\(cells)")
      #expect(memory.1 == processors.1, "\(cells)")
      return SizingRow(
        form: cells[0], isSum: cells[1] == "*together*", count: memory.1.flatMap { Int($0) } ?? 1,
        memoryMiB: try #require(Int(memory.2)), processors: try #require(Double(processors.2)),
        poolMiB: cells[1].firstMatch(of: /pool of ([0-9]+) MiB/).flatMap { Int($0.1) },
        place: cells.count > 4 ? cells[4].replacing("`", with: "") : "")
    }
  }
}
