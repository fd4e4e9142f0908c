import AsyncHTTPClient
import Foundation
import Synchronization
import TestKit
import Testing
import Values

/// The program as a process of its own, ended without warning while it takes orders and payments.
@Suite(.serialized) struct CrashTests {
  private static let rounds = 3
  private static let buyersARound = 16

  // req: 3.3.4-3
  @Test func `killed in the midst of orders and payments, the shop has lost nothing it said, and its books agree`()
    async throws
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-crash-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let (port, sandboxPort) = (try freePort(), try freePort())
    let settings =
      try await TestStorage.arguments().arguments + [
        "--home-folder", TestShop.packageFolder.path, "--data-folder", folder.path, "--http-port", "\(port)",
        "--sandbox-port", "\(sandboxPort)", "--sandbox-time-factor", "1000", "--accounts-password-cost", "10",
        "--catalog-fetches-pictures", "false",
      ]
    #expect(try await martlet(["demo", "--catalogue-only"] + settings).status == 0)
    // The platform outlives the shop: money comes while nobody is there to hear of it.
    try await Self.running("sandbox", settings) { _ in
      try await eventually("the payment platform is up", within: .seconds(120)) {
        LoopbackPort.isAnswered(sandboxPort)
      }
      var moments = SeededMoments(state: 7)
      for round in 1...Self.rounds {
        let crash = Crash(settings: settings, port: port, round: round, after: .milliseconds(moments.next()))
        try await crash.happen(to: Self.buyersARound)
        try await crash.expectNothingLost()
        let audit = try await martlet(["audit"] + settings)
        #expect(audit.status == 0, "round \(round): the books agree, \(audit.output)\(audit.errors)")
      }
    }
  }

  /// Runs the program for as long as the body takes, and then ends it without warning.
  static func running(
    _ command: String, _ settings: [String], _ body: (_ process: Int32) async throws -> Void
  ) async throws {
    let program = Process.martlet([command] + settings)
    let ending = try program.start()
    let process = program.processIdentifier
    let outcome = await Result { try await body(process) }
    if program.isRunning { kill(process, SIGKILL) }
    _ = await ending.status
    try outcome.get()
  }
}

/// One death of the shop, and what it has said before.
private struct Crash {
  let settings: [String]
  let round: Int
  /// From the moment at which all buyers begin.
  let moment: Duration
  private let shop: Program
  private let said = Said()

  /// Where nobody listens isn't asked again, and where the platform sends buyers isn't gone to.
  private static let client = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  init(settings: [String], port: Int, round: Int, after moment: Duration) {
    self.settings = settings
    self.round = round
    self.moment = moment
    shop = Program(base: "http://127.0.0.1:\(port)", http: Self.client)
  }

  /// Half of the buyers have ordered before and pay; the others order and pay.
  func happen(to count: Int) async throws {
    try await CrashTests.running("serve", settings) { process in
      try await shop.waitUntilUp()
      let buyers = try await shop.buyers(count, round: round)
      for buyer in buyers.prefix(count / 2) { try #require(try await place(buyer) != nil) }
      let waiting = said.orders
      await withTaskGroup(of: Void.self) { group in
        for order in waiting {
          group.addTask { _ = try? await pay(order) }
        }
        for buyer in buyers.dropFirst(count / 2) {
          group.addTask {
            guard let order = try? await place(buyer) else { return }
            _ = try? await pay(order)
          }
        }
        group.addTask {
          try? await Task.sleep(for: moment)
          kill(process, SIGKILL)
        }
      }
    }
  }

  /// Orders that were acknowledged are there, those that were paid are paid, and the rest can be.
  func expectNothingLost() async throws {
    try await CrashTests.running("serve", settings) { _ in
      try await shop.waitUntilUp()
      for order in said.orders {
        #expect(try await look(at: order).status == 200, "round \(round): \(order.number) was acknowledged")
      }
      for order in said.orders where !said.isPaid(order) { try await pay(order) }
      for order in said.orders {
        try #require(said.isPaid(order), "round \(round): \(order.number) can be paid")
        try await eventually("round \(round): \(order.number) is paid, since its money has come") {
          try await look(at: order).value("order", "state") == "awaitingReview"
        }
      }
    }
  }

  private func place(_ buyer: Program.Buyer) async throws -> Said.Order? {
    guard let number = try await shop.placeOrder(buyer) else { return nil }
    let order = Said.Order(number: number, token: buyer.token)
    said.note(order)
    return order
  }

  private func pay(_ order: Said.Order) async throws {
    let opened = try await shop.send(
      "POST", "/api/v1/orders/\(order.number)/payments", token: order.token, json: #"{"method":"sandbox"}"#)
    guard opened.status == 201 else { return }
    let cashier = Program(base: try opened.value("handover", "url"), http: Self.client)
    if try await cashier.send("POST", "/pay").status == 303 { said.note(paid: order) }
  }

  private func look(at order: Said.Order) async throws -> Program.Answer {
    try await shop.send("GET", "/api/v1/orders/\(order.number)", token: order.token)
  }
}

/// Moments between 5 and 200 ms, the same in every run.
struct SeededMoments {
  var state: UInt64

  mutating func next() -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return 5 + Int(state >> 33) % 196
  }
}

/// What buyers were told: by the shop that an order is placed, by the platform that it has their money.
private final class Said: Sendable {
  struct Order: Sendable {
    let number: String
    let token: String
  }

  private let book = Mutex<(orders: [Order], paid: Set<String>)>(([], []))

  func note(_ order: Order) { book.withLock { $0.orders.append(order) } }
  func note(paid order: Order) { book.withLock { _ = $0.paid.insert(order.number) } }
  var orders: [Order] { book.withLock { $0.orders } }
  func isPaid(_ order: Order) -> Bool { book.withLock { $0.paid.contains(order.number) } }
}
