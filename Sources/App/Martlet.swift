import Archive
import ArgumentParser
import Foundation
import Governance
import Logging
import Values

@main
struct Martlet: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "martlet", abstract: "A complete shop in one program.",
    discussion: """
      Every setting is an argument (--section-name VALUE), a variable (MARTLET_SECTION_NAME) or a line of .env.
      """,
    version: version,
    subcommands: [
      ServeCommand.self, SandboxCommand.self, DemoCommand.self, OpenMerchantCommand.self, HireStaffCommand.self,
      ImportCommand.self, ExportCommand.self, AuditCommand.self, EventsCommand.self, SwitchCommand.self,
      MigrateCommand.self, FiguresCommand.self,
      BackupCommand.self, RestoreCommand.self, MoveCommand.self,
      ReindexCommand.self, SearchCommand.self, PaymentsCommand.self, GenerateCatalogueCommand.self, RoutesCommand.self,
      PartsCommand.self,
    ])

  static func main() async {
    do {
      var command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard ExitStatus.asksForSettings(error) else { exit(withError: error) }
      say("Error: \(error)")
      Foundation.exit(ExitStatus.badSettings)
    }
  }
}

/// What all commands share: settings as they were given, and a logger.
struct Surroundings {
  var settings: Settings
  let logger: Logger

  /// - Parameter part: as what the process tells in its log.
  init(_ arguments: [String], part: String = "command") async throws {
    try SettingArguments.check(arguments)
    settings = try await Settings(arguments: arguments)
    logger = settings.logFormat.logger("martlet", part: part, level: settings.logLevel)
  }

  /// Whoever works at this terminal.
  static let terminal = AuditActor(
    .command, name: ProcessInfo.processInfo.userName, origin: ProcessInfo.processInfo.hostName)

  /// Opens the shop for a command that comes and goes, and closes it whatever becomes of the work.
  /// - Parameter makingDatabase: else the embedded database must be there: who looks after a shop that sells never means
  ///   a new one.
  /// - Parameter onlyLooking: what a move has copied stays a copy then, which another move may bring up to date.
  func withShop<Value>(
    _ parts: Set<Part> = Part.all, _ registry: any Registry = StaticRegistry(), makingDatabase: Bool = false,
    onlyLooking: Bool = false, _ work: (Shop) async throws -> Value
  ) async throws -> Value {
    var settings = settings
    if !makingDatabase { settings.database = settings.database.existing }
    let shop = try await Shop.build(
      settings, parts: parts, registry: registry, onlyLooking: onlyLooking, logger: logger)
    let value: Value
    do {
      value = try await AuditActor.$current.withValue(Self.terminal) { try await work(shop) }
    } catch {
      try? await shop.close()
      throw error
    }
    try await shop.close()
    return value
  }
}

/// Says in the words of the terminal why a person's wish can't be done; anything else is passed on as it is.
func ended(by error: any Error, taken: (code: String, words: String)) -> any Error {
  switch error {
  case let refusal as any Refusal where refusal.code == taken.code: say(taken.words)
  case let faults as FieldFaults: say(faults.faults.map { "\($0.field): \($0.code)" }.joined(separator: "; "))
  default: return error
  }
  return ExitCode.failure
}

/// Lines for people go to standard error, so that what a command produces can be piped.
func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
