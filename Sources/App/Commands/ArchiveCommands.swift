import Archive
import ArgumentParser
import Foundation
import Search
import Storage
import StorageMySQL
import Values

/// `martlet backup FILE`: everything in the database, as it is in one moment.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Write everything that the database holds into one file, while the shop serves.",
    discussion: "Pictures and letters are files in the data folder: copy `files` after the backup is made.")

  @Argument(help: "The file to write.")
  var file: String

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let section = try await Surroundings(settings).settings.database.existing
    let database = try await section.open()
    do {
      let file = URL(fileURLWithPath: file)
      let rows = try await interruptible {
        try await Backup(of: database, clock: .system).write(to: file) { say("\($0)\t\($1) rows") }
      }
      say("\(rows) rows of \(section.place) are in \(file.path).")
    } catch let fault as ArchiveFault {
      try? await database.close()
      say("\(section.place): \(fault)")
      throw ExitCode.failure
    } catch {
      try? await database.close()
      throw brokenOff(error, "The backup", "Nothing was written.")
    }
    try await database.close()
  }
}

/// `martlet restore FILE`: a backup into an empty database, of whichever engine.
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Bring a backup into an empty database.")

  @Argument(help: "A file that `martlet backup` has written.")
  var file: String

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let surroundings = try await Surroundings(settings)
    let place = surroundings.settings.database.place
    let database = try await surroundings.settings.database.open()
    do {
      let restore = Restore(into: database, migrations: Shop.migrations, clock: .system)
      let file = URL(fileURLWithPath: file)
      let rows = try await interruptible {
        let rows = try await restore.read(from: file) { say("\($0)\t\($1) rows") }
        try await StoredSearch.renewMark(on: database)
        return rows
      }
      say("\(rows) rows are in \(place).")
    } catch let fault as ArchiveFault {
      try? await database.close()
      say("\(file): \(fault)")
      throw ExitCode.failure
    } catch {
      try? await database.close()
      throw brokenOff(error, "The restore", "Empty the database before the next try.")
    }
    try await database.close()
    try await agree(surroundings)
  }
}

/// `martlet move --from sqlite:PATH --to mysql://…`: a shop's data into another database, proved to be the same.
struct MoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move", abstract: "Copy a shop's data into another database and prove that both hold the same.",
    discussion: """
      The shop may go on selling meanwhile: what it has changed by then is named at the end. Stop it and run the same \
      command again, which brings only the changes. A move that was broken off is carried on the same way. Once a shop \
      has been started on the copy, or a command has worked there, nothing is moved into it any more.

      Whoever is logged in on this machine sees the arguments of a command: say what holds a password in the settings \
      move.from and move.to (MARTLET_MOVE_FROM, MARTLET_MOVE_TO) instead.
      """)

  @Option(help: "sqlite:PATH or mysql://USER:PASSWORD@HOST:PORT/NAME; else the setting move.from.")
  var from: String?

  @Option(help: "The same; empty, or what a move has left. Else the setting move.to.")
  var to: String?

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let surroundings = try await Surroundings(settings)
    let said = surroundings.settings.move
    let (from, to) = (
      try section("from", from, said.from, surroundings), try section("to", to, said.to, surroundings)
    )
    guard from.place != to.place else { throw ValidationError("--from and --to are the same database") }
    if from.server == nil, !FileManager.default.fileExists(atPath: from.file.path) {
      throw ValidationError("--from: there is no file \(from.file.path)")
    }
    let isEqual = try await move(from, to) {
      // Both hold the same: where the books of the one don't agree nobody shall start on the other.
      try await audit(from, surroundings)
    }
    guard isEqual else { throw ExitCode(2) }
    try await audit(to, surroundings)
    say("The shop can be started on \(to.place).")
  }

  private func audit(_ side: DatabaseSection, _ surroundings: Surroundings) async throws {
    var there = surroundings
    there.settings.database = side
    say("The books of \(side.place):")
    try await agree(there)
  }

  /// False when the source has changed meanwhile.
  /// - Parameter prove: done before the copy is called whole.
  private func move(
    _ from: DatabaseSection, _ to: DatabaseSection, prove: @escaping @Sendable () async throws -> Void
  ) async throws -> Bool {
    let source = try await from.open()
    let target = try await to.open()
    let isEqual: Bool
    do {
      isEqual = try await interruptible { try await copy(source, target, prove: prove) }
    } catch {
      try? await source.close()
      try? await target.close()
      if error is ExitCode { throw error }
      if let fault = error as? ArchiveFault {
        say("\(fault)")
        throw ExitCode.failure
      }
      throw brokenOff(error, "The move", "What was copied stays; the same command carries on.")
    }
    try await source.close()
    try await target.close()
    return isEqual
  }

  private func copy(
    _ source: any Database, _ target: any Database, prove: @Sendable () async throws -> Void
  ) async throws -> Bool {
    let move = Move(from: source, to: target, migrations: Shop.migrations, clock: .system)
    try await move.prepare()
    try await move.copy { say("\($0)\t\($1) rows, \($2) written") }
    let comparisons = try await move.compare()
    for one in comparisons {
      print(
        "\(one.table)\t\(one.sourceRows)\t\(one.targetRows)\t\(one.sourceSum)\t\(one.isEqual ? "equal" : one.targetSum)"
      )
    }
    let differing = comparisons.filter { !$0.isEqual }.map(\.table)
    guard differing.isEmpty else {
      say("\(differing.joined(separator: ", ")) changed while they were copied. Stop the shop and run this again.")
      return false
    }
    try await prove()
    try await move.finish()
    return true
  }

  /// - Parameters:
  ///   - option: what the command was told by `--side`.
  ///   - setting: what `move.side` says, where there is no option.
  private func section(
    _ side: String, _ option: String?, _ setting: String, _ surroundings: Surroundings
  ) throws -> DatabaseSection {
    let (key, text) = option.map { ("--\(side)", $0) } ?? ("move.\(side)", setting)
    guard !text.isEmpty else {
      throw ValidationError("say where the data is by --\(side), or in the setting move.\(side)")
    }
    var section = surroundings.settings.database
    section.named = key
    // They belong to the shop's own server, which either side may be.
    section.replicas = []
    if text.hasPrefix("sqlite:") {
      section.server = nil
      section.file = URL(fileURLWithPath: String(text.dropFirst("sqlite:".count)))
      return section
    }
    do {
      section.server = try MySQLAddress(text)
    } catch {
      throw ValidationError("\(key) begins with sqlite: or is an address that \(error)")
    }
    return section
  }
}

/// Compares the books and ends the command with 1 when they don't agree.
private func agree(_ surroundings: Surroundings) async throws {
  let found = try await surroundings.withShop(onlyLooking: true) { try await $0.audit() }
  for discrepancy in found { say("\(discrepancy)") }
  guard found.isEmpty else { throw ExitCode.failure }
  say("The books agree.")
}
