import Accounts
import ArgumentParser
import Events
import Flows
import Foundation
import Hummingbird
import Jobs
import Logging
import ServiceLifecycle
import Storage
import UnixSignals

/// `martlet serve`: everything in one process.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "serve", abstract: "Serve the shop.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let surroundings = try await Surroundings(settings)
    try await surroundings.withShop { try await serve($0, logger: surroundings.logger) }
  }

  private func serve(_ shop: Shop, logger: Logger) async throws {
    let server = try ShopServer(shop)
    try await shop.bus.start { try await shop.load() }
    shop.logger.notice(
      "letters are put into a folder; no mail is sent", metadata: ["folder": "\(shop.settings.mailFolder.path)"])
    var configuration = ServiceGroupConfiguration(
      services: [
        .init(
          service: try server.application { port in
            say("Martlet serves \(shop.settings.publicURL.replacing(":0", with: ":\(port)"))")
          }),
        .init(service: BackgroundWork(shop)),
      ],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(30)
    let services = ServiceGroup(configuration: configuration)
    try await services.run()
    try await shop.contexts.browsing.flush()
  }
}

/// Relay, jobs and the writing behind of histories, beside the server and ended with it.
struct BackgroundWork: Service {
  private let shop: Shop

  init(_ shop: Shop) { self.shop = shop }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await shop.relayAlone() }
        group.addTask { await shop.jobs.run() }
        group.addTask {
          while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            do {
              try await shop.contexts.browsing.flush()
            } catch {
              shop.logger.warning("histories wait to be stored", metadata: ["error": "\(error)"])
            }
          }
        }
      }
    }
  }
}
