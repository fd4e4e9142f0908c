import Foundation
import TestKit
import Testing

/// `deploy/systemd`.
@Suite struct SystemdTests {
  private static let units = ["martlet.service", "martlet@.service"]

  /// The values of each key in a section.
  private func values(_ unit: String, in wanted: String = "[Service]") throws -> [String: [String]] {
    var (section, values) = ("", [String: [String]]())
    for line in try Place.text("systemd/\(unit)").split(separator: "\n") where !line.hasPrefix("#") {
      if line.hasPrefix("[") {
        section = String(line)
      } else {
        let equals = try #require(line.firstIndex(of: "="), "\(line)")
        if section == wanted {
          values[String(line[..<equals]), default: []].append(String(line[line.index(after: equals)...]))
        }
      }
    }
    return values
  }

  @Test(arguments: units) func `a unit starts the program, in a cage, and gives it time to end`(_ unit: String) throws {
    let service = try values(unit)
    let isPart = unit.contains("@")
    #expect(service["ExecStart"] == ["/usr/lib/martlet/martlet serve" + (isPart ? " --only %i" : "")])
    #expect(service["User"] == ["martlet"])
    #expect(try Place.text("systemd/martlet.sysusers").contains("\nu martlet "))
    for (key, value) in [
      ("ProtectSystem", "strict"), ("ProtectHome", "yes"), ("NoNewPrivileges", "yes"), ("PrivateTmp", "yes"),
      ("Restart", "on-failure"), ("CapabilityBoundingSet", "CAP_NET_BIND_SERVICE"),
    ] {
      #expect(service[key] == [value], "\(key)")
    }
    #expect(service["MemoryMax"]?.count == 1)
    #expect(service["EnvironmentFile"]?.first == "-/etc/martlet/martlet.env")
    #expect(
      service["Environment"]?.contains("MARTLET_DATA_FOLDER=/var/lib/\(service["StateDirectory"]?[0] ?? "")") == true)
  }

  @Test(arguments: units) func `a unit comes back for as long as it takes, unless its settings or arguments are wrong`(
    _ unit: String
  ) throws {
    #expect(try values(unit, in: "[Unit]")["StartLimitIntervalSec"] == ["0"])
    let service = try values(unit)
    #expect(service["RestartPreventExitStatus"] == ["64 78"])
    #expect(try #require(service["RestartSec"]?.first.flatMap { Int($0) }) >= 5)
  }

  @Test(arguments: units) func `a unit is given the time that it tells balancers, and 40 seconds`(_ unit: String) throws
  {
    let drain = try #require(
      try Variables.inFile("systemd/martlet.env")["MARTLET_SERVER_DRAIN_SECONDS"].flatMap { Int($0) })
    let patience = try #require(try values(unit)["TimeoutStopSec"]?.first.flatMap { Int($0) })
    #expect(patience >= drain + 40)
  }

  @Test(.enabled(if: Process.isInstalled("systemd-analyze"))) func `systemd takes the units as they are`() async throws
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-units-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for unit in Self.units {
      // The program isn't installed here; any that is will do.
      let text = try Place.text("systemd/\(unit)").replacing("/usr/lib/martlet/martlet", with: "/bin/true")
      try text.write(to: folder.appending(path: unit), atomically: true, encoding: .utf8)
      let name = unit.replacing("@.", with: "@payments.")
      let outcome = try await Process.named("systemd-analyze", ["verify", folder.appending(path: name).path]).outcome()
      let complaints = outcome.errors.split(separator: "\n").filter { $0.contains("martlet") }
      #expect(outcome.status == 0 && complaints.isEmpty, "\(outcome.errors)")
    }
  }
}
