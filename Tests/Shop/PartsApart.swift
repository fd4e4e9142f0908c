import Events
import Foundation
import Governance
import GovernanceEtcd
import Logging
import Synchronization
import TestKit
import Testing
import Values

@testable import App

/// A shop whose parts are real processes, on servers of their own: MariaDB, RabbitMQ and etcd.
final class PartsApart: Sendable {
  /// Reaches the shop's process; its contexts are those of one more part `shop`, which serves nobody.
  let test: TestShop
  let registry: any Registry
  private let arguments: [String]
  private let running = Mutex<[(part: String, process: Int32, port: Int, ending: Process.Ending)]>([])

  private init(_ test: TestShop, registry: any Registry, arguments: [String]) {
    self.test = test
    self.registry = registry
    self.arguments = arguments
  }

  static func run(_ body: (PartsApart) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-apart-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try await MariaDBServer.shared
    let name = try await server.makeDatabase()
    let broker = try RabbitMQServer()
    try await broker.start()
    let etcd = try await EtcdServer.start()
    let arguments = [
      "--home-folder", packageFolder.path, "--data-folder", folder.path, "--database-url", server.url(of: name),
      "--database-connections", "4", "--database-statement-seconds", "60", "--events-broker", broker.url(),
      "--registry-etcd", etcd.url, "--parts-secret", "a secret among these parts", "--parts-patience", "20",
      "--http-port", "\(try LoopbackPort.free())", "--sandbox-port", "\(try LoopbackPort.free())",
      "--accounts-password-cost", "10", "--catalog-fetches-pictures", "false", "--sandbox-time-factor", "1000",
      "--log-level", "critical",
    ]
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let settings = try await Settings(arguments: arguments, environment: [:])
    try await settings.registry.withRegistry(logger: logger) { registry in
      let shop = try await Shop.build(
        settings, parts: [.shop], registry: registry, theme: try TestShop.theme.get(), logger: logger)
      try await shop.bus.start { try await shop.load() }
      let test = TestShop(
        shop: shop, settings: settings, http: TestShop.client, dataArguments: arguments, endpoints: [])
      let apart = PartsApart(test, registry: registry, arguments: arguments)
      let outcome = await Result {
        try await apart.startAll()
        try await body(apart)
      }
      for part in apart.parts { await apart.kill(part) }
      try await shop.close()
      try outcome.get()
    }
    try await broker.stop()
    broker.clear()
    try await server.drop(name)
  }

  private var parts: [String] { running.withLock { $0.map(\.part) } }

  private func startAll() async throws {
    for parts in ["payments", "search", "jobs", "shop"] { try await start(parts) }
    try start("sandbox", on: test.settings.sandbox.port, Process.martlet(["sandbox"] + arguments))
    try await eventually("all are up", within: .seconds(180)) {
      LoopbackPort.isAnswered(test.settings.port) && LoopbackPort.isAnswered(test.settings.sandbox.port)
        && ["payments", "search", "shop"].allSatisfy { !registry.instances(of: $0).isEmpty }
    }
  }

  func start(_ part: String) async throws {
    let port = part == "shop" ? test.settings.port : try LoopbackPort.free()
    // Of two the last says.
    try start(
      part, on: port, Process.martlet(["serve", "--only", part] + arguments + ["--http-port", "\(port)"]))
  }

  private func start(_ part: String, on port: Int, _ process: Process) throws {
    let ending = try process.start()
    let id = process.processIdentifier
    running.withLock { $0.append((part, id, port, ending)) }
  }

  /// What the oldest process of the part tells Prometheus; nil when it doesn't tell it.
  /// - Parameter series: with all of its labels.
  func figure(_ series: String, of part: String) async throws -> Double? {
    guard let port = running.withLock({ running in running.first { $0.part == part }?.port }) else { return nil }
    let machine = Browser(base: "http://127.0.0.1:\(port)", http: TestShop.client, language: .en)
    let lines = try await machine.get("/metrics").body.split(separator: "\n")
    return lines.first { $0.hasPrefix("\(series) ") }.flatMap { Double($0.dropFirst(series.count + 1)) }
  }

  /// Kills the oldest process of the part.
  func kill(_ part: String) async {
    let oldest = running.withLock { running in
      running.firstIndex { $0.part == part }.map { running.remove(at: $0) }
    }
    guard let oldest else { return }
    Foundation.kill(oldest.process, SIGKILL)
    _ = await oldest.ending.status
  }
}
