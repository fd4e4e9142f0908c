import ArgumentParser
import Flows
import Foundation
import Governance
import Values

/// `martlet switch`: what operators can switch off by hand so that the rest goes on.
struct SwitchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switch", abstract: "See what is switched off by hand, switch it off or on.",
    discussion: """
      Every process of the shop heeds it within a second.
      \(Switch.ofShop.map { "  \($0)\n" }.joined())
      """,
    subcommands: [SwitchList.self, SwitchOn.self, SwitchOff.self], defaultSubcommand: SwitchList.self)
}

struct SwitchList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Print a line for each: name, on or off, until when, since when, by whom.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let states = try await Surroundings(settings).withShop { shop in
      try await shop.switches.refresh()
      return shop.switches.states
    }
    for state in states {
      print(
        [
          state.name.rawValue, state.isOn ? "on" : "off", state.offUntil.map { "until \($0)" } ?? "",
          state.changedAt.map { "since \($0)" } ?? "", state.changedBy,
        ].joined(separator: "\t"))
    }
  }
}

struct SwitchOn: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "on", abstract: "Switch something on again.")

  @Argument(help: "One that `martlet switch list` names.")
  var name: String

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let name = try knownSwitch(name)
    try await Surroundings(settings).withShop { shop in
      try await shop.switches.turn(name, on: true, by: Operator.name)
    }
    print("\(name) is on.")
  }
}

struct SwitchOff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "off", abstract: "Switch something off.")

  @Argument(help: "One that `martlet switch list` names.")
  var name: String

  @Option(name: .customLong("for"), help: "Minutes after which it goes on by itself; without, when somebody does it.")
  var minutes: Int?

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func validate() throws {
    if let minutes, !Switches.minutes.contains(minutes) {
      throw ValidationError("--for takes \(Switches.minutes.lowerBound)…\(Switches.minutes.upperBound) minutes")
    }
  }

  func run() async throws {
    let name = try knownSwitch(name)
    let minutes = minutes
    let until = try await Surroundings(settings).withShop { shop in
      let until = minutes.map { shop.clock.now.adding(.minutes($0)) }
      try await shop.switches.turn(name, on: false, until: until, by: Operator.name)
      return until
    }
    print("\(name) is off\(until.map { " until \($0)" } ?? "").")
  }
}

private func knownSwitch(_ text: String) throws -> Switch {
  guard let name = Switch(rawValue: text), Switch.ofShop.contains(name) else {
    let known = Switch.ofShop.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("There is no switch '\(text)'; there are \(known)")
  }
  return name
}

/// Whoever works at this terminal.
private enum Operator {
  static var name: String { "\(Surroundings.terminal.name)@\(Surroundings.terminal.origin)" }
}
