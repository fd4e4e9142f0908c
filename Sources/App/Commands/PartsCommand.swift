import ArgumentParser
import Governance
import Values

/// `martlet parts`: which instances of the program's parts run, and where.
struct PartsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parts", abstract: "List the running parts of the program.",
    discussion: """
      Prints a line for each instance that the registry knows: part, address, version, load of 0.00 to 1.00, health, and \
      age in seconds. A hyphen stands for what isn't known.
      """)

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let surroundings = try await Surroundings(settings)
    try await surroundings.settings.registry.withRegistry(logger: surroundings.logger) { registry in
      let now = WallClock.system.now
      for instance in registry.instances { print(Self.line(instance, at: now)) }
    }
  }

  private static func line(_ instance: PartInstance, at now: Timestamp) -> String {
    let hundredths = Int((instance.condition.load * 100).rounded())
    let load = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    let age = instance.startedAt.map { "\(max(0, now.milliseconds - $0.milliseconds) / 1000)" }
    return [
      instance.part, "\(instance.address)", instance.version.isEmpty ? "-" : instance.version, load,
      instance.condition.health.rawValue, age ?? "-",
    ].joined(separator: "\t")
  }
}
