import ArgumentParser
import Foundation
import Logging

@main
struct Martlet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet", abstract: "A complete shop in one program.",
    discussion: """
      Every setting is an argument (--section-name VALUE), a variable (MARTLET_SECTION_NAME) or a line of .env.
      """,
    subcommands: [
      ServeCommand.self, SandboxCommand.self, DemoCommand.self, OpenMerchantCommand.self, HireStaffCommand.self,
      ImportCommand.self, ExportCommand.self, AuditCommand.self, LettersCommand.self, MigrateCommand.self,
      ReindexCommand.self,
      GenerateCatalogueCommand.self,
      RoutesCommand.self,
    ])
}

/// What all commands share: settings as they were given, and a logger.
struct Surroundings {
  let settings: Settings
  let logger: Logger

  init(_ arguments: [String]) async throws {
    try SettingArguments.check(arguments)
    settings = try await Settings(arguments: arguments)
    var logger = Logger(label: "martlet")
    logger.logLevel = Logger.Level(rawValue: settings.logLevel) ?? .notice
    self.logger = logger
  }

  /// The shop, opened for a command that comes and goes.
  func shop() async throws -> Shop { try await Shop.build(settings, logger: logger) }
}

/// Lines for people go to standard error, so that what a command produces can be piped.
func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
