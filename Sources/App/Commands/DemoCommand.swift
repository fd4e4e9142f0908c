import ArgumentParser
import Foundation
import Values

/// `martlet demo`: fills an empty shop once, and plays its last five weeks; a shop that sells something stays as it is.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Fill an empty shop with the demo's merchants, goods and last five weeks.")

  @Flag(help: "Goods, words and people alone: no orders, and nobody who bought.")
  var catalogueOnly = false

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let surroundings = try await Surroundings(settings)
    let folder = try surroundings.settings.shipped("Demo")
    switch try await fill(surroundings, folder) {
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

  private func fill(_ surroundings: Surroundings, _ folder: URL) async throws -> DemoShop.Outcome {
    // What was bought has to be paid for somewhere.
    let isPlain = catalogueOnly || !surroundings.settings.sandbox.isOffered
    let outcome = try await surroundings.withShop(makingDatabase: true) { shop -> DemoShop.Outcome? in
      try await shop.load()
      let demo = DemoShop(shop, folder: folder)
      return try await isPlain ? demo.fill() : demo.standing()
    }
    if let outcome { return outcome }
    let now = WallClock.system.now
    return try await AuditActor.$current.withValue(Surroundings.terminal) {
      try await DemoPast.open(surroundings.settings, until: now, logger: surroundings.logger) { past in
        try await DemoShop(past, folder: folder).fill()
      }
    }
  }
}
