import ArgumentParser
import Flows
import Foundation
import Storage

/// `martlet audit`: compares the books and names the first rows that disagree.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Compare the books of stock, orders and payments.",
    discussion: "Prints a line for each row that disagrees and ends with 1; prints that all agree and ends with 0.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let found = try await Surroundings(settings).withShop { try await $0.audit() }
    for discrepancy in found { print(discrepancy) }
    if found.isEmpty { print("The books agree.") } else { throw ExitCode(1) }
  }
}

/// `martlet migrate`: brings the database to this program's schema.
struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "migrate", abstract: "Bring the database up to date.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    try await Surroundings(settings).withShop { _ in }
    print("The database is up to date.")
  }
}

/// `martlet reindex`: makes the search projection again from the catalogue.
struct ReindexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "reindex", abstract: "Rebuild the search index.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    try await Surroundings(settings).withShop { shop in
      try await shop.load()
      try await shop.feedSearch.rebuild { count in say("\(count) products") }
    }
  }
}

/// `martlet routes`: every address that the shop answers.
struct RoutesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "routes", abstract: "Print every route.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let lines = try await Surroundings(settings).withShop { shop in
      try ShopServer(shop).endpoints.map { "\($0.method)\t\($0.path)" }
    }
    print(lines.sorted().joined(separator: "\n"))
  }
}
