import Foundation
import TestKit
import Testing

/// The lines of docs/operations.md by which a shop is kept, brought back and moved, run with the built program.
@Suite struct MovingRunbookTests {
  // req: 3.1.3-2
  @Test func `what is kept by night is brought back into an empty folder`() async throws {
    let block = try #require(try Runbook().blocks("sh", below: "## Backup and restore").first)
      .replacing(" -o martlet -g martlet", with: "")
      .replacing(/shop-[0-9]+-[0-9]+-[0-9]+/, with: "shop-$(date +%F)")
    #expect(block.contains("martlet-admin backup ") && block.contains("\nmartlet-admin restore "))
    try await Machine.run(without: []) { machine in
      try await shop(on: machine)
      // "A file like martlet.env that names an empty folder says where to."
      let elsewhere = machine.file("etc/martlet/elsewhere.env")
      try Data("MARTLET_DATA_FOLDER='\(machine.root.path)/elsewhere'\n".utf8).write(to: elsewhere)
      try await machine.act(
        block.replacing("\nmartlet-admin restore", with: "\nSETTINGS=\(elsewhere.path) martlet-admin restore"))
      let kept = try FileManager.default.contentsOfDirectory(atPath: machine.file("var/backups/martlet").path)
      #expect(kept.count == 1)
      try await expectShop(on: machine, settings: elsewhere, at: "sqlite:\(machine.root.path)/elsewhere/shop.db")
    }
  }

  // req: 3.1.3-2
  @Test(.enabled(if: Process.isInstalled("mariadbd")))
  func `a shop moves to a server, and is open again there`() async throws {
    let server = try await MariaDBServer.shared
    let database = try await server.makeDatabase()
    let url = server.url(of: database)
    let block = try #require(try Runbook().blocks("sh", below: "## Backup and restore").dropFirst().first)
    #expect(block.ranges(of: "martlet-admin move").count == 2)
    let opening = try #require(try Runbook().blocks("sh", below: "## Backup and restore").dropFirst(2).first)
    try await Machine.run(without: []) { machine in
      try await shop(on: machine)
      let log = machine.file("log")
      try machine.put("echo $* >> \(log.path)\n", inPlaceOf: "systemctl")
      try machine.put("echo \"MARTLET_DATABASE_URL='\(url)'\" >> \"$1\"\n", inPlaceOf: "editor")
      try await machine.act(
        block.replacing("sqlite:/var/", with: "sqlite:\(machine.root.path)/var/")
          .replacing(/MARTLET_MOVE_TO='[^']+'/, with: "MARTLET_MOVE_TO='\(url)'"))
      #expect(try String(contentsOf: log, encoding: .utf8) == "stop martlet\nstart martlet\n")
      // Nobody buys before someone has looked.
      #expect(machine.has("etc/martlet/maintenance"))
      try await machine.act(opening)
      for file in ["maintenance", "move.env"] { #expect(!machine.has("etc/martlet/\(file)"), "\(file)") }
      let settings = machine.file("etc/martlet/martlet.env")
      try await expectShop(
        on: machine, settings: settings, at: "mysql://martlet@127.0.0.1:\(server.port)/\(database)")
    }
    try await server.drop(database)
  }

  /// A shop with one merchant, and `martlet-admin` as it works without systemd.
  private func shop(on machine: Machine) async throws {
    let root = machine.root.path
    for folder in ["etc/martlet", "var/lib/martlet"] {
      try FileManager.default.createDirectory(at: machine.file(folder), withIntermediateDirectories: true)
    }
    let settings = "MARTLET_DATABASE_CONNECTIONS='4'\nMARTLET_DATABASE_STATEMENT_SECONDS='60'\n"
    try Data(settings.utf8).write(to: machine.file("etc/martlet/martlet.env"))
    try machine.put(
      """
      export MARTLET_HOME_FOLDER=\(packageFolder.path) MARTLET_DATA_FOLDER=\(root)/var/lib/martlet
      set -a; . "${SETTINGS:-\(root)/etc/martlet/martlet.env}"; set +a
      exec \(packageFolder.path)/.build/debug/martlet "$@"

      """, inPlaceOf: "martlet-admin")
    try await machine.act("martlet-admin open-merchant tea --name Tea --email tea@example.com")
  }

  /// The shop is there, and its books agree.
  private func expectShop(on machine: Machine, settings: URL, at place: String) async throws {
    let said = machine.file("said")
    try await machine.act(
      "export SETTINGS=\(settings.path)\nmartlet-admin audit 2> \(said.path)\n"
        + "! martlet-admin open-merchant tea --name Tea --email tea@example.com 2>> \(said.path)\n")
    let words = try String(contentsOf: said, encoding: .utf8)
    #expect(words.contains("The books of \(place):\n"), "\(words)")
    #expect(words.contains("There is a merchant tea already."), "\(words)")
  }
}
