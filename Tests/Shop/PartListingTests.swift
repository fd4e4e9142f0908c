import AsyncHTTPClient
import Events
import Foundation
import Governance
import GovernanceEtcd
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization
import TestKit
import Testing
import Values

@testable import App

/// The program on the list of parts.
@Suite struct PartListingTests {
  private static let quiet = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  // req: 3.1.5-2 3.3.5-1
  @Test func `a shop on a port that the system chose is found, and gone within five seconds of its death`() async throws
  {
    let etcd = try await EtcdServer.start()
    try await Self.serving(etcd) { shop, _, settings in
      let registry = try await EtcdRegistry.open(try EtcdAddress(etcd.url), patience: .seconds(60), logger: Self.quiet)
      try await eventually("the shop is listed", within: .seconds(120)) { registry.instances(of: "shop").count == 1 }
      let instance = try #require(registry.instances(of: "shop").first)
      #expect(instance.address.host == "127.0.0.1")
      #expect(instance.version == Martlet.version)
      #expect(instance.startedAt != nil)
      #expect(await Self.isAnswered(instance.address))

      let listed = try await martlet(["parts", "--registry-etcd", etcd.url] + settings)
      let columns = listed.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
      #expect(columns.map { $0.prefix(3) } == [["shop", "\(instance.address)", Martlet.version]])
      #expect(columns.first?.count == 6 && columns.first?[4] == "healthy")

      kill(shop.processIdentifier, SIGKILL)
      let death = ContinuousClock.now
      try await eventually { registry.instances.isEmpty }
      #expect(death.duration(to: .now) <= .seconds(5))
      await registry.close()
    }
  }

  @Test func `a shop that is told to end leaves the list at once`() async throws {
    let etcd = try await EtcdServer.start()
    try await Self.serving(etcd) { shop, ending, _ in
      let registry = try await EtcdRegistry.open(try EtcdAddress(etcd.url), patience: .seconds(60), logger: Self.quiet)
      try await eventually("the shop is listed", within: .seconds(120)) { registry.instances(of: "shop").count == 1 }
      shop.terminate()
      #expect(await ending.status == 0)
      // What isn't taken away stands there for two seconds at least.
      let late = try await EtcdRegistry.open(try EtcdAddress(etcd.url), patience: .seconds(60), logger: Self.quiet)
      #expect(late.instances.isEmpty)
      try await eventually { registry.instances.isEmpty }
      for registry in [registry, late] { await registry.close() }
    }
  }

  // req: 3.1.5-2
  @Test func `who is told to end leaves the list first, while requests are still taken`() async throws {
    try await TestShop.run { test in
      var settings = test.settings
      settings.port = 0
      let shop = try await Shop.build(settings, logger: Self.quiet)
      try await shop.bus.start { try await shop.load() }
      let registry = WatchedRegistry { await Self.isAnswered($0) }
      let (ready, becoming) = AsyncStream.makeStream(of: PartAddress.self)
      let services = try ServeCommand.services(shop, registry) { becoming.yield($1) }
      let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: Self.quiet))
      async let running: Void = group.run()
      let address = try #require(await ready.first { _ in true })
      #expect(address.host == "127.0.0.1" && address.port != 0)
      try await eventually { registry.instances(of: "shop").map(\.address) == [address] }
      await group.triggerGracefulShutdown()
      try await running
      #expect(registry.wasAnsweredAtLeaving == true)
      #expect(registry.instances.isEmpty)
      #expect(!(await Self.isAnswered(address)))
      try await shop.close()
    }
  }

  @Test func `an etcd that can't be used stops the start with one sentence that says what to do`() async throws {
    let etcd = try await EtcdServer.start()
    try await etcd.requireLogIn()
    let nobody = "127.0.0.1:\(try freePort())"
    let host = "127.0.0.1:\(etcd.port)"
    for (address, shown, advice) in [
      ("shop:s3cret@\(nobody)", "shop@http://\(nobody)", "start etcd, or check hosts, ports"),
      ("root:s3cret@\(host)", "root@http://\(host)", "check user and password"),
      (host, "http://\(host)", "put USER:PASSWORD@ before the first host"),
      ("https://\(host)?ca=/nowhere.pem", "https://\(host)", "name a file of certificates in PEM"),
    ] {
      // Who serves waits for one that doesn't answer.
      for command in advice.hasPrefix("start etcd") ? ["parts"] : ["serve", "parts"] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-parts-\(UUID().uuidString)").path
        let outcome = try await martlet([
          command, "--home-folder", TestShop.packageFolder.path, "--data-folder", folder, "--registry-etcd", address,
        ])
        try? FileManager.default.removeItem(atPath: folder)
        #expect(outcome.status != 0)
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(outcome.errors)")
        #expect(lines.first?.contains("setting registry.etcd: '\(shown)' is not ") == true, "\(outcome.errors)")
        #expect(outcome.errors.contains(advice) && !outcome.errors.contains("s3cret"), "\(outcome.errors)")
      }
    }
  }

  // req: 3.1.5-2 3.3.6-3
  @Test func `a shop that starts while etcd is away serves and says so, and is found once etcd is there`() async throws
  {
    let etcd = try await EtcdServer.start()
    try await etcd.stop()
    let port = try freePort()
    let place = PartAddress(host: "127.0.0.1", port: port)
    try await Self.serving(etcd, port: port) { _, _, settings in
      try await eventually("the shop answers", within: .seconds(120)) { await Self.isAnswered(place, path: "/readyz") }
      func isReached() async throws -> String? {
        let text = try await Self.body(place, "/metrics")
        return text.firstMatch(of: /martlet_check_up\{part="shop",check="registry"\} ([01])/).map { String($0.1) }
      }
      #expect(try await isReached() == "0")
      #expect(try await Self.body(place, "/").contains("</html>"), "buyers notice nothing")
      let listed = try await martlet(["parts", "--registry-etcd", etcd.url] + settings)
      #expect(listed.status != 0 && listed.errors.contains("start etcd, or check hosts, ports"), "\(listed.errors)")

      try await etcd.start()
      let registry = try await EtcdRegistry.open(try EtcdAddress(etcd.url), patience: .seconds(60), logger: Self.quiet)
      try await eventually("the shop is listed") { registry.instances(of: "shop").map(\.address) == [place] }
      try await eventually("it says so") { try await isReached() == "1" }
      await registry.close()
    }
  }

  /// Runs `martlet serve` for as long as the body takes.
  /// - Parameter port: 0 lets the system choose.
  private static func serving(
    _ etcd: EtcdServer, port: Int = 0,
    _ body: (_ shop: Process, _ ending: Process.Ending, _ settings: [String]) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-parts-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let storage = try await TestStorage.arguments()
    let settings =
      storage.arguments + ["--home-folder", TestShop.packageFolder.path, "--data-folder", folder.path]
    let shop = Process.martlet(
      ["serve", "--registry-etcd", etcd.url, "--http-port", "\(port)", "--sandbox-port", "\(try freePort())"] + settings
    )
    let ending = try shop.start()
    let outcome = await Result { try await body(shop, ending, settings) }
    if shop.isRunning { kill(shop.processIdentifier, SIGKILL) }
    _ = await ending.status
    await storage.remove()
    try outcome.get()
  }

  /// Where nobody listens isn't asked again.
  private static let client = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  private static func body(_ address: PartAddress, _ path: String) async throws -> String {
    let response = try await client.execute(HTTPClientRequest(url: "http://\(address)\(path)"), timeout: .seconds(30))
    return String(buffer: try await response.body.collect(upTo: 1 << 20))
  }

  private static func isAnswered(_ address: PartAddress, path: String = "/") async -> Bool {
    let request = HTTPClientRequest(url: "http://\(address)\(path)")
    guard let response = try? await client.execute(request, timeout: .seconds(30)) else { return false }
    // To its end, so that nothing is under way when the server ends.
    _ = try? await response.body.collect(upTo: 1 << 20)
    return response.status == .ok
  }
}

/// Asks whether an instance still answers in the moment in which it leaves.
private final class WatchedRegistry: Registry {
  private let registry = StaticRegistry()
  private let isAnswered: @Sendable (PartAddress) async -> Bool
  private let answered = Mutex<Bool?>(nil)

  init(isAnswered: @escaping @Sendable (PartAddress) async -> Bool) { self.isAnswered = isAnswered }

  var wasAnsweredAtLeaving: Bool? { answered.withLock { $0 } }
  func instances(of part: String) -> [PartInstance] { registry.instances(of: part) }
  var instances: [PartInstance] { registry.instances }
  func changes(of part: String) -> AsyncStream<[PartInstance]> { registry.changes(of: part) }
  func close() async { await registry.close() }

  func register(_ instance: PartInstance) async throws -> any Registration {
    Watched(try await registry.register(instance), of: self, at: instance.address)
  }

  private final class Watched: Registration {
    private let registration: any Registration
    private let registry: WatchedRegistry
    private let address: PartAddress

    init(_ registration: any Registration, of registry: WatchedRegistry, at address: PartAddress) {
      (self.registration, self.registry, self.address) = (registration, registry, address)
    }

    func update(_ condition: PartCondition) { registration.update(condition) }

    func withdraw() async {
      await registration.withdraw()
      let isAnswered = await registry.isAnswered(address)
      registry.answered.withLock { $0 = isAnswered }
    }
  }
}
