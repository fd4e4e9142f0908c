import Foundation
import TestKit
import Testing

@testable import App

/// The files with settings in `deploy/systemd`, and the program that gives them to commands.
@Suite struct VariableTests {
  @Test func `a shell reads the settings as systemd does, also those that are still to be chosen`() async throws {
    let chosen = try Place.text("systemd/martlet.env").replacing(/(?m)^# (?=MARTLET_)/, with: "")
    let shell = try Process.named("bash", ["-euc", "set -a; . /dev/stdin; env"])
    shell.environment = ["PATH": "/usr/bin:/bin"]
    let outcome = try await shell.outcome(input: chosen)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    let read = Set(outcome.output.split(separator: "\n").filter { $0.hasPrefix("MARTLET_") }.map { String($0) })
    let written = try Variables.inFile("systemd/martlet.env")
    #expect(written["MARTLET_DATABASE_URL"]?.contains("&") == true)
    #expect(read == Set(written.map { "\($0.key)=\($0.value)" }))
  }

  @Test func `parts on one machine have ports of their own`() throws {
    var ports = Set<String>()
    for part in Part.allCases {
      let own = try Variables.inFile("systemd/\(part).env")
      #expect(ports.insert(try #require(own["MARTLET_HTTP_PORT"])).inserted, "\(part)")
      #expect((own["MARTLET_PARTS_PORT"] != nil) == part.isCalled, "\(part)")
      if let port = own["MARTLET_PARTS_PORT"] { #expect(ports.insert(port).inserted, "\(part)") }
    }
    #expect(!ports.contains("0"))
  }

  @Test func `every part and martlet-admin look for the sandbox at one port, which is nobody else's`() throws {
    let shared = try Variables.inFile("systemd/martlet.env")
    let port = try #require(shared["MARTLET_SANDBOX_PORT"])
    #expect(port != shared["MARTLET_HTTP_PORT"])
    for part in Part.allCases {
      let own = try Variables.inFile("systemd/\(part).env")
      #expect(!own.keys.contains { $0.hasPrefix("MARTLET_SANDBOX_") } && !own.values.contains(port), "\(part)")
    }
    // As martlet.env is before anything is chosen.
    let lines = try Place.text("systemd/martlet.env").split(separator: "\n")
    #expect(lines.contains("MARTLET_SANDBOX_PORT='\(port)'"))
  }

  @Test func `a command is given the settings, the user and the folders of the service, and ends as it ends`()
    async throws
  {
    let outcome = try await admin(["import", "/tea & $rice.csv", "--merchant", "tea"])
    #expect(outcome.status == 3)
    let words = outcome.output.split(separator: "\n").map { String($0) }
    let unit = try Place.text("systemd/martlet.service")
    // Also the folder, which systemd makes where no service has run yet.
    let keys = [
      "Environment", "User", "Group", "UMask", "LimitNOFILE", "StateDirectory", "StateDirectoryMode",
      "WorkingDirectory",
    ]
    for key in keys {
      let lines = unit.split(separator: "\n").filter { $0.hasPrefix("\(key)=") }
      #expect(!lines.isEmpty, "\(key)")
      for line in lines { #expect(words.contains(String(line)), "\(line)") }
    }
    #expect(words.contains { $0.hasPrefix("EnvironmentFile=/") })
    #expect(
      Array(words.suffix(5)) == ["/usr/lib/martlet/martlet", "import", "/tea & $$rice.csv", "--merchant", "tea"])
  }

  @Test func `a command without the shop's settings isn't begun`() async throws {
    let outcome = try await admin(["audit"], settings: "/nowhere/martlet.env")
    #expect(outcome.status == 78 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("/nowhere/martlet.env"))
  }

  /// `martlet-admin` beside a systemd-run that says how it was called.
  private func admin(_ arguments: [String], settings: String? = nil) async throws -> Process.Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-admin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (file, stand) = (folder.appending(path: "martlet.env"), folder.appending(path: "systemd-run"))
    try Data().write(to: file)
    try "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 3\n".write(to: stand, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: stand.path)
    let program = packageFolder.appending(path: "deploy/systemd/martlet-admin").path
    let process = try Process.named("bash", [program] + arguments)
    process.environment = ["PATH": "\(folder.path):/usr/bin:/bin", "SETTINGS": settings ?? file.path]
    return try await process.outcome()
  }
}
