import ArgumentParser
import Foundation
import Storage

/// `martlet demo`: fills an empty shop once; a shop that sells something stays as it is.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Fill an empty shop with the demo's merchants and goods.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let surroundings = try await Surroundings(settings)
    let folder = try surroundings.settings.shipped("Demo")
    let outcome = try await surroundings.withShop(makingDatabase: true) { shop in
      try await shop.load()
      return try await DemoShop(shop, folder: folder).fill()
    }
    switch outcome {
    case .filled: say("The demo shop is stocked.")
    case .wasFilled: break
    case .notOurs: return say("The shop has merchants of its own and stays as it is.")
    }
    say(
      """
      Customer: \(DemoShop.customerEmail)  password: \(DemoShop.password)
      Staff:    \(DemoShop.staffEmail)  password: \(DemoShop.password)  (at /admin)
      """)
  }
}
