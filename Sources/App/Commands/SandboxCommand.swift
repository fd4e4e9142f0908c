import ArgumentParser
import Foundation
import Sandbox
import Values

/// `martlet sandbox`: the payment platform that the demo shop is paid through, as a process of its own.
struct SandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox", abstract: "Play the third-party payment platform.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let surroundings = try await Surroundings(settings)
    let section = surroundings.settings.sandbox
    let server = try SandboxServer(
      SandboxSettings(
        host: section.host, port: section.port, publicURL: nil, merchant: section.merchant, merchantName: "Martlet",
        secret: try section.secret, storeFile: surroundings.settings.dataFolder.appending(path: "sandbox.jsonl"),
        noticeTimeFactor: section.timeFactor, controlKey: section.controlKey,
        authorities: section.authorities),
      clock: .system, logger: surroundings.logger)
    try await Listening.naming("sandbox", host: section.host, port: section.port) {
      try await server.run { port in say("The sandbox takes payments at http://\(section.host):\(port)") }
    }
  }
}
