import ArgumentParser
import Foundation
import Logging
import Values

@main
struct Martlet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet", abstract: "A complete shop in one program.",
    discussion: """
      Every setting is an argument (--section-name VALUE), a variable (MARTLET_SECTION_NAME) or a line of .env.
      """,
    subcommands: [
      ServeCommand.self, SandboxCommand.self, DemoCommand.self, OpenMerchantCommand.self, HireStaffCommand.self,
      ImportCommand.self, ExportCommand.self, AuditCommand.self, EventsCommand.self, MigrateCommand.self,
      BackupCommand.self, RestoreCommand.self, MoveCommand.self,
      ReindexCommand.self, GenerateCatalogueCommand.self, RoutesCommand.self,
    ])
}

/// What all commands share: settings as they were given, and a logger.
struct Surroundings {
  var settings: Settings
  let logger: Logger

  init(_ arguments: [String]) async throws {
    try SettingArguments.check(arguments)
    settings = try await Settings(arguments: arguments)
    var logger = Logger(label: "martlet")
    logger.logLevel = Logger.Level(rawValue: settings.logLevel) ?? .notice
    self.logger = logger
  }

  /// Opens the shop for a command that comes and goes, and closes it whatever becomes of the work.
  func withShop<Value>(_ work: (Shop) async throws -> Value) async throws -> Value {
    let shop = try await Shop.build(settings, logger: logger)
    let value: Value
    do {
      value = try await work(shop)
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
