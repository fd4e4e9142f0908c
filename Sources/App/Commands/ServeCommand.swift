import Accounts
import ArgumentParser
import Events
import Flows
import Foundation
import Governance
import Hummingbird
import Insight
import Jobs
import Logging
import Pages
import Payments
import Remote
import Search
import ServiceLifecycle
import Storage
import UnixSignals
import Values

/// `martlet serve`: everything in one process, or some parts of it.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the shop.",
    discussion: """
      With --only, this process does some parts of the work and others do the rest. They share a database server \
      (database.url), a broker (events.broker), a registry (registry.etcd or registry.parts) and a secret (parts.secret).
      """)

  @Option(help: "A comma list of: shop, payments, search, jobs.")
  var only: String?

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let parts = try only.map { try Set<Part>(list: $0) } ?? Part.all
    try SettingVariables.check(
      ProcessInfo.processInfo.environment, file: (try? String(contentsOfFile: ".env", encoding: .utf8)) ?? "")
    let surroundings = try await Surroundings(settings, part: parts.name)
    let logger = surroundings.logger
    try await surroundings.settings.registry.withRegistry(mayBeAway: true, logger: logger) { registry in
      try await surroundings.withShop(parts, registry, makingDatabase: true) { shop in
        // What it does is put down to those whom it serves.
        try await AuditActor.$current.withValue(nil) { try await serve(shop, registry, logger: logger) }
      }
    }
  }

  private func serve(_ shop: Shop, _ registry: any Registry, logger: Logger) async throws {
    try shop.theme.check()
    // Pictures and letters are kept there.
    if !shop.parts.isDisjoint(with: [.shop, .jobs]) { try Settings.make(dataFolder: shop.settings.dataFolder) }
    let services = try Self.services(shop, registry) { part, address in
      let place = part == .shop ? shop.settings.publicURL.replacing(":0", with: ":\(address.port)") : "\(address)"
      say("Martlet serves \(part == .shop ? "" : "\(part) at ")\(place)")
    }
    try await shop.bus.start { try await shop.load() }
    try await sayWhatIsMissing(shop)
    // Below that it tells all that its services hold, settings with their secrets too.
    var lifecycle = logger
    lifecycle.logLevel = max(logger.logLevel, .info)
    var configuration = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: lifecycle)
    configuration.maximumGracefulShutdownDuration = .seconds(30 + shop.settings.server.drainSeconds)
    try await ServiceGroup(configuration: configuration).run()
    try await shop.contexts.browsing.flush()
    try await shop.contexts.insight.flush()
    try await shop.contexts.searchLedger.flush()
  }

  private func sayWhatIsMissing(_ shop: Shop) async throws {
    if shop.parts.contains(.payments), try await shop.contexts.payments.methods().isEmpty {
      shop.logger.warning(
        "there is no way to pay: orders are placed, and none can be paid", metadata: ["sandbox.isOffered": "false"])
    }
    if shop.parts.contains(.jobs) {
      shop.logger.notice(
        "letters are put into a folder; no mail is sent", metadata: ["folder": "\(shop.settings.mailFolder.path)"])
    }
  }

  /// For a process that nobody looks for at this address.
  private static let untold: @Sendable (PartAddress) -> Void = { _ in }

  /// What serves. It's ended from the last to the first: the list of parts is left while requests are still taken.
  /// - Parameter onReady: hears where others reach a part, once it takes requests.
  static func services(
    _ shop: Shop, _ registry: any Registry, onReady: @escaping @Sendable (Part, PartAddress) -> Void
  ) throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
    var serving: [any Service] = []
    var listings: [any Service] = []
    func listed(_ part: Part) -> @Sendable (PartAddress) -> Void {
      let (addresses, listening) = AsyncStream.makeStream(of: PartAddress.self)
      listings.append(
        PartListing(
          part.rawValue, on: registry, addresses: addresses, health: shop.vitals.health, clock: shop.clock))
      return { address in
        onReady(part, address)
        listening.yield(address)
      }
    }
    let settings = shop.settings
    let face: any Service =
      if shop.parts.contains(.shop) {
        try ShopServer(shop).application(onReady: listed(.shop))
      } else {
        WatchServer.application(shop, onReady: shop.parts.contains(.jobs) ? listed(.jobs) : Self.untold)
      }
    serving.append(Listening(server: face, section: "http", host: settings.host, port: settings.port))
    // Alone, nobody calls.
    let called = shop.parts.isWhole ? [] : Part.allCases.filter { $0.isCalled && shop.parts.contains($0) }
    if !called.isEmpty {
      let ready = called.map(listed)
      let server = try PartServer(shop, called) { address in for tell in ready { tell(address) } }
      serving.append(
        Listening(server: server, section: "parts", host: settings.parts.host, port: settings.parts.port))
    }
    let farewell = Farewell(shop.vitals.health, seconds: settings.server.drainSeconds)
    let all: [any Service] = [BackgroundWork(shop)] + serving + listings + [farewell]
    return all.map { .init(service: $0) }
  }
}

/// When the program is told to end: says so to balancers at once, and leaves them time to send nobody here any more before
/// the server stops taking requests.
struct Farewell: Service {
  private let health: Health
  private let seconds: Int

  init(_ health: Health, seconds: Int) {
    self.health = health
    self.seconds = seconds
  }

  func run() async throws {
    try await gracefulShutdown()
    health.enter(.draining)
    try await Task.sleep(for: .seconds(seconds))
  }
}

/// Relay, jobs and the writing behind of histories, beside the server and ended with it.
struct BackgroundWork: Service {
  private let shop: Shop

  init(_ shop: Shop) { self.shop = shop }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        if shop.parts.contains(.jobs) {
          group.addTask { await shop.relayAlone() }
          group.addTask { await shop.jobs.run() }
        }
        if shop.parts.contains(.search) { group.addTask { await shop.followSearch() } }
        if let search = shop.elsewhere.search {
          // Lists that are kept here are never older than that.
          group.addTask {
            while (try? await Task.sleep(for: .milliseconds(300))) != nil { await search.refreshRevision() }
          }
        }
        group.addTask { await shop.vitals.admission.watch() }
        group.addTask {
          while (try? await Task.sleep(for: .seconds(5))) != nil {
            do {
              try await shop.contexts.insight.flush()
            } catch {
              shop.logger.warning("counted pages wait to be stored", metadata: ["error": "\(error)"])
            }
          }
        }
        group.addTask {
          while (try? await Task.sleep(for: .seconds(5))) != nil {
            do {
              try await shop.contexts.searchLedger.flush()
            } catch {
              shop.logger.warning("counted searches wait to be stored", metadata: ["error": "\(error)"])
            }
          }
        }
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
