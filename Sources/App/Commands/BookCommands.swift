import Search
import ArgumentParser
import AuditLog
import Flows
import Foundation
import Storage

/// `martlet audit`: compares the books and names the first rows that disagree.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Compare the books of stock, orders and payments, or verify the log of deeds.",
    discussion: """
      Prints a line for each row that disagrees and ends with 1; prints that all agree and ends with 0. With --log it reads \
      what staff did instead, and prints the last entry as NUMBER:HASH. Written down elsewhere and given as --known, it shows \
      later whether the log up to there is still what it was.
      """)

  @Flag(help: "Verify the chain of what staff did.")
  var log = false

  @Option(help: "With --log: an entry that must be there, as NUMBER:HASH.")
  var known: String?

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func validate() throws {
    guard let known else { return }
    guard log else { throw ValidationError("--known goes with --log") }
    guard DeedMark(known) != nil else { throw ValidationError("'\(known)' isn't NUMBER:HASH, as --log prints it") }
  }

  func run() async throws {
    if log { return try await verifyLog() }
    let surroundings = try await Surroundings(settings)
    let found = try await surroundings.withShop(onlyLooking: true) { shop in
      say("The books of \(surroundings.settings.database.place):")
      return try await shop.audit()
    }
    for discrepancy in found { print(discrepancy) }
    if found.isEmpty { print("The books agree.") } else { throw ExitCode(1) }
  }

  private func verifyLog() async throws {
    let surroundings = try await Surroundings(settings)
    let known = known.flatMap { DeedMark($0) }
    let report = try await surroundings.withShop(onlyLooking: true) { shop in
      say("The log of \(surroundings.settings.database.place):")
      return try await shop.log.verify(known: known)
    }
    if let fault = report.fault {
      print("The log is broken: \(fault). Sound up to \(report.sound).")
      throw ExitCode(1)
    }
    print("The log is whole: \(report.sound)")
  }
}

/// `martlet migrate`: brings the database to this program's schema.
struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "migrate", abstract: "Bring the database up to date.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    try await Surroundings(settings).withShop(makingDatabase: true) { _ in }
    print("The database is up to date.")
  }
}

/// `martlet reindex`: makes the search projection again from the catalogue; a shop that runs takes over what differs.
struct ReindexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "reindex", abstract: "Rebuild the search index.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    try await Surroundings(settings).withShop { shop in
      try await shop.feedSearch.rebuild { count in say("\(count) products") }
      // What changed while it was read.
      _ = try await CheckSearch(shop.contexts, shop.feedSearch, shop.search).run(repairing: true)
      try await shop.search.noteCatalogue()
    }
  }
}

/// `martlet routes`: every address that the shop answers.
struct RoutesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "routes", abstract: "Print every route.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    var surroundings = try await Surroundings(settings)
    // They are the same for every shop: one is made for the time, and no other touched.
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-routes-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    surroundings.settings.dataFolder = folder
    surroundings.settings.sandbox.folder = folder
    surroundings.settings.database.file = folder.appending(path: "shop.db")
    surroundings.settings.database.server = nil
    let lines = try await surroundings.withShop(makingDatabase: true) { shop in
      try ShopServer(shop).endpoints.map { "\($0.method)\t\($0.path)" }
    }
    print(lines.sorted().joined(separator: "\n"))
  }
}
