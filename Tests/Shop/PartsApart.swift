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
    let port = try LoopbackPort.free()
    let arguments = [
      "--home-folder", packageFolder.path, "--data-folder", folder.path, "--database-url", server.url(of: name),
      "--database-connections", "4", "--database-statement-seconds", "60", "--events-broker", broker.url(),
      "--registry-etcd", etcd.url, "--parts-secret", "a secret among these parts", "--parts-patience", "20",
      "--http-port", "\(port)", "--http-public-url", "http://127.0.0.1:\(port)",
      "--sandbox-port", "\(try LoopbackPort.free())", "--accounts-password-cost", "10", "--catalog-fetches-pictures",
      "false", "--sandbox-time-factor", "1000",
      "--log-level", "info", "--log-format", "json",
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
  private var logs: URL { test.settings.dataFolder.appending(path: "logs") }

  /// Of `shop` there are two from the beginning; the oldest isn't the one at the address that everybody knows.
  private func startAll() async throws {
    for part in ["payments", "search", "jobs", "shop"] { try start(part) }
    try start("shop", on: test.settings.port)
    try start("sandbox", on: test.settings.sandbox.port, Process.martlet(["sandbox"] + arguments))
    try await eventually("all are up", within: .seconds(180)) {
      LoopbackPort.isAnswered(test.settings.port) && LoopbackPort.isAnswered(test.settings.sandbox.port)
        && instances("shop") == 2 && ["payments", "search", "jobs"].allSatisfy { instances($0) == 1 }
    }
  }

  /// How many the registry lists.
  func instances(_ part: String) -> Int { registry.instances(of: part).count }

  /// Starts a process on a port of its own.
  /// - Parameter parts: what it does, as in `payments,jobs`.
  func start(_ parts: String) throws { try start(parts, on: try LoopbackPort.free()) }

  private func start(_ parts: String, on port: Int) throws {
    // Of two the last says.
    try start(parts, on: port, Process.martlet(["serve", "--only", parts] + arguments + ["--http-port", "\(port)"]))
  }

  private func start(_ parts: String, on port: Int, _ process: Process) throws {
    try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
    let file = logs.appending(path: "\(parts)-\(port).log")
    try Data().write(to: file)
    let log = try FileHandle(forWritingTo: file)
    process.standardError = log
    let ending = try process.start()
    try log.close()
    let id = process.processIdentifier
    running.withLock { $0.append((parts, id, port, ending)) }
  }

  /// The traces in which processes of the part have written to their logs.
  func traces(of part: String) throws -> Set<String> {
    struct Line: Decodable {
      let part: String
      let trace: String?
    }
    var traces: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(at: logs, includingPropertiesForKeys: nil) {
      for text in try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")) {
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(text)), line.part == part else { continue }
        if let trace = line.trace { traces.insert(trace) }
      }
    }
    return traces
  }

  /// Reaches the processes that do these parts, each by its own port, the oldest first.
  func browsers(of parts: String) -> [Browser] {
    running.withLock { $0.filter { $0.part == parts }.map(\.port) }.map { port in
      Browser(base: "http://127.0.0.1:\(port)", http: TestShop.client, language: .en)
    }
  }

  /// What the processes that do these parts tell Prometheus, together; nil when none tells it.
  /// - Parameter series: with all of its labels.
  func figure(_ series: String, of parts: String) async throws -> Double? {
    var sum: Double?
    for machine in browsers(of: parts) {
      let lines = try await machine.get("/metrics").body.split(separator: "\n")
      let told = lines.first { $0.hasPrefix("\(series) ") }.flatMap { Double($0.dropFirst(series.count + 1)) }
      if let told { sum = (sum ?? 0) + told }
    }
    return sum
  }

  /// Kills the oldest process that does these parts.
  func kill(_ parts: String) async {
    let oldest = running.withLock { running in
      running.firstIndex { $0.part == parts }.map { running.remove(at: $0) }
    }
    guard let oldest else { return }
    Foundation.kill(oldest.process, SIGKILL)
    _ = await oldest.ending.status
  }
}
