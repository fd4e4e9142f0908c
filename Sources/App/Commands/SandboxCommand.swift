import ArgumentParser
import Foundation
import Sandbox
import Values

/// `martlet sandbox`: the payment platform that the demo shop is paid through, and the providers that it plays, as a process of
/// its own.
struct SandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox", abstract: "Play the third-party payment platform.")

  @Flag(help: "Print what a shop is set up with to be paid through the sandbox, private keys included, and end.")
  var printSettings = false

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let surroundings = try await Surroundings(settings)
    guard !surroundings.settings.payments.isProduction else {
      throw SettingFault(
        key: "shop.isProduction", value: "true",
        expected: "for the sandbox, where everybody plays the buyer and no money moves; start it without")
    }
    let section = surroundings.settings.sandbox
    let chosen = SandboxSettings(
      host: section.host, port: section.port, publicURL: nil, merchant: section.merchant, merchantName: "Martlet",
      secret: try section.secret, storeFile: surroundings.settings.dataFolder.appending(path: "sandbox.jsonl"),
      noticeTimeFactor: section.timeFactor, controlKey: section.controlKey,
      authorities: section.authorities, keys: section.keys)
    if printSettings { return print(try SandboxServer.adapterSettings(chosen, at: section.url)) }
    let server = try SandboxServer(chosen, clock: .system, logger: surroundings.logger)
    try await Listening.naming("sandbox", host: section.host, port: section.port) {
      try await server.run { port in say("The sandbox takes payments at http://\(section.host):\(port)") }
    }
  }
}
