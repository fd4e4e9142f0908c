import AsyncHTTPClient
import Catalog
import Events
import Flows
import Foundation
import Inventory
import Logging
import ServiceLifecycleTestKit
import Merchants
import NIOCore
import NIOPosix
import Pages
import Pricing
import Sandbox
import ServiceLifecycle
import Storage
import TestKit
import Values
@testable import App

/// A whole shop over real HTTP, built by the one composition function, with the sandbox payment platform beside it; both
/// in a folder and on ports of their own.
struct TestShop: Sendable {
  /// Follows no redirect, so that tests see them, and is patient with a machine that is busy.
  static let client = HTTPClient(
    eventLoopGroupProvider: .singleton,
    configuration: HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: HTTPClient.Configuration.Timeout(connect: .minutes(2))))
  /// Read once for all shops.
  static let theme = Result {
    let theme = try Theme(folder: packageFolder.appending(path: "Themes/classic"))
    try theme.check()
    return theme
  }
  static let controlKey = "control-for-tests"
  /// Seals the secrets of payment accounts, where a test doesn't say otherwise.
  static let sealKey = Data(repeating: 7, count: 32).base64EncodedString()

  let shop: Shop
  let settings: Settings
  let http: HTTPClient
  /// The settings with which another program works on the same data.
  let dataArguments: [String]
  /// Every route that the program answers, as `martlet routes` prints them.
  let endpoints: [(method: String, path: String)]

  /// Runs a shop for as long as the body takes. Facts are delivered as they are in service; `settle` waits for them.
  /// - Parameters:
  ///   - proxy: the port by which it reaches its database server.
  ///   - outage: takes the database away when the body says so.
  ///   - counter: counts what is asked of the database.
  static func run(
    _ arguments: [String] = [], databaseThrough proxy: Int? = nil, outage: Outage? = nil,
    counter: StatementCounter? = nil,
    _ body: @escaping @Sendable (TestShop) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-shop-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let (port, sandboxPort) = (try freePort(), try freePort())
    let storage = try await TestStorage.arguments(Shop.migrations, in: folder)
    var dataArguments =
      ["--home-folder", packageFolder.path, "--data-folder", folder.path] + storage.arguments
    if let proxy {
      let port = try await MariaDBServer.shared.port
      dataArguments = dataArguments.map { $0.replacing("127.0.0.1:\(port)/", with: "127.0.0.1:\(proxy)/") }
    }
    var settings = try await Settings(
      arguments: dataArguments + [
        "--http-port", "\(port)", "--sandbox-port", "\(sandboxPort)", "--sandbox-control-key", controlKey,
        "--catalog-fetches-pictures", "false", "--sandbox-time-factor", "1000", "--payments-cash", "true",
      ] + (arguments.contains("--payments-seal-key") ? [] : ["--payments-seal-key", sealKey]) + arguments,
      environment: [:])
    // Less than any shop may have: a password is as good as another here.
    settings.passwordCost = 4
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    var database = try await outage?.over(settings.database.open())
    if let counter {
      let base = if let database { database } else { try await settings.database.open() }
      database = counter.over(base)
    }
    let shop = try await Shop.build(settings, database: database, theme: try theme.get(), logger: logger)
    let server = try ShopServer(shop)
    try await shop.bus.start { try await shop.load() }
    let sandbox = try SandboxServer(try sandboxSettings(settings), clock: .system, logger: logger)
    let test = TestShop(
      shop: shop, settings: settings, http: Self.client, dataArguments: dataArguments,
      endpoints: server.endpoints)
    let relay = Task { await shop.relay.run() }
    let outcome = await Result {
      // Not by cancelling: a connection that was accepted in that moment would end the whole process.
      try await testGracefulShutdown { shutdown in
        try await withThrowingTaskGroup(of: Void.self) { group in
          let ready = AsyncStream<Void>.makeStream()
          group.addTask {
            defer { ready.continuation.finish() }
            try await server.application { _ in ready.continuation.yield() }.run()
          }
          group.addTask {
            defer { ready.continuation.finish() }
            try await sandbox.run { _ in ready.continuation.yield() }
          }
          var waiting = ready.stream.makeAsyncIterator()
          let isServing = await waiting.next() != nil
          let isPaying = await waiting.next() != nil
          let outcome = await Result {
            guard isServing, isPaying else { throw NotServing() }
            try await body(test)
          }
          shutdown.triggerGracefulShutdown()
          while let _ = try? await group.next() {}
          try outcome.get()
        }
      }
    }
    relay.cancel()
    await relay.value
    try outcome.get()
    try await shop.close()
    await storage.remove()
  }

  private static func sandboxSettings(_ settings: Settings) throws -> SandboxSettings {
    SandboxSettings(
      host: settings.sandbox.host, port: settings.sandbox.port, publicURL: nil, merchant: settings.sandbox.merchant,
      merchantName: "Martlet", secret: try settings.sandbox.secret, storeFile: nil,
      noticeTimeFactor: settings.sandbox.timeFactor, controlKey: settings.sandbox.controlKey,
      keys: settings.sandbox.keys)
  }

  static var packageFolder: URL { TestKit.packageFolder }

  var base: String { settings.publicURL }

  /// Waits until every fact told so far has been heard.
  func settle() async throws { try await shop.relay.drain() }

  func browser(language: Language = .en) -> Browser { Browser(base: base, http: http, language: language) }
}

extension Result where Failure == any Error {
  init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}

/// A port that nobody listens on.
func freePort() throws -> Int { try LoopbackPort.free() }

struct NotServing: Error {}
