import ArgumentParser
import Flows
import Insight
import Values

/// `martlet figures`: the figures of the shop, day by day.
struct FiguresCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures", abstract: "See to the figures of the shop.", subcommands: [RebuildFiguresCommand.self])
}

/// `martlet figures rebuild`: makes them again from the books.
struct RebuildFiguresCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild", abstract: "Make the figures again from the books.",
    discussion: """
      While it runs figures are too low; the shop may sell meanwhile, and nothing is counted twice. What visitors saw \
      stays, since no book holds it. Broken off, it is simply run again.
      """)

  @Option(help: "The first day to make anew, as YYYY-MM-DD; all days without it.")
  var from: String?

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func validate() throws {
    guard let from, ShopDay(text: from) == nil else { return }
    throw ValidationError("'\(from)' isn't a day like 2026-11-24")
  }

  func run() async throws {
    let day = from.flatMap { ShopDay(text: $0) }
    let count = try await Surroundings(settings).withShop { shop in
      try await RebuildFigures(shop.contexts).run(from: day)
    }
    print("The figures are made again from \(count) orders, payments, refunds and accounts.")
  }
}
