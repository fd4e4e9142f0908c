import Accounts
import Catalog
import Flows
import Foundation
import NIOHTTP1
import Orders
import Payments
import TestKit
import Testing
import Values

@testable import App

/// An order that waits for its money at a provider, and the address at which the real shop hears of it.
struct NoticeDoor: Sendable {
  /// How the payment and its order stand.
  struct Standing: Equatable {
    let payment: PaymentState?
    let ledger: Int
    let refunds: Int
    let order: OrderState?
    let paid: Money?
    let timesPaid: Int
  }

  let test: TestShop
  let speech: ProviderSpeech
  let product: Product
  let buyer: Browser
  let account: Account
  let address: Address
  let order: Order
  let payment: Payment

  var speaker: Speaker { speech.speaker }

  /// Runs a shop that is set up at the provider with the keys of the examples; the sandbox knows it there.
  static func run(_ speaker: Speaker, _ body: @escaping @Sendable (NoticeDoor) async throws -> Void) async throws {
    let keys = try ExampleKeys.read()
    let file = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try ExampleAccounts.ofSandbox(keys).write(to: file)
    try await TestShop.run(["--sandbox-keys", file.path]) { test in
      if speaker != .sandbox {
        let accounts = ExampleAccounts(keys: keys, sandbox: test.settings.sandbox.url)
        _ = try await test.shop.paymentAccounts.save(try accounts.draft(of: speaker.rawValue), by: StaffID(raw: 1))
      }
      let product = try await test.product(of: try await test.merchant())
      let (buyer, account, address) = try await test.buyer()
      let clock = test.shop.clock
      let speech = ProviderSpeech(speaker: speaker, keys: keys, settings: test.settings) { clock.now }
      let (order, payment) = try await opened(test, speaker, product, buyer, account, address)
      try await body(
        NoticeDoor(
          test: test, speech: speech, product: product, buyer: buyer, account: account, address: address,
          order: order, payment: payment))
    }
  }

  private static func opened(
    _ test: TestShop, _ speaker: Speaker, _ product: Product, _ buyer: Browser, _ account: Account, _ address: Address
  ) async throws -> (Order, Payment) {
    let order = try await test.placedOrder(product, by: buyer, account: account, address: address)
    let method = try #require(PaymentMethod(rawValue: speaker.rawValue))
    let choice = PayingChoice(method, way: speaker == .wechat ? .code : .page)
    let opened = try await test.shop.flows.payOrder.run(order.id, by: account.id, choice, language: .en)
    return (order, opened.payment)
  }

  /// Another order of the same buyer at the same provider.
  func another() async throws -> NoticeDoor {
    let (order, payment) = try await Self.opened(test, speaker, product, buyer, account, address)
    return NoticeDoor(
      test: test, speech: speech, product: product, buyer: buyer, account: account, address: address, order: order,
      payment: payment)
  }

  /// What the provider would say once the buyer has paid.
  var truth: Telling {
    let digits = payment.id.description.dropFirst("pay_".count)
    let trade =
      switch speaker {
      case .stripe: "pi_\(digits)"
      case .alipay, .wechat, .sandbox: "T\(digits)"
      }
    return Telling(number: "\(payment.id)", trade: trade, amount: payment.amount.minor)
  }

  func knock(_ notice: SpokenNotice) async throws -> Browser.Answer {
    try await test.browser().send(
      .POST, "/payments/notices/\(speaker.rawValue)", body: notice.body, headers: notice.headers)
  }

  func tell(_ told: Telling, _ manner: Manner = Manner()) async throws -> Browser.Answer {
    try await knock(try speech.notice(told, manner))
  }

  func expectTaken(_ told: Telling, _ manner: Manner = Manner(), when what: String = "") async throws {
    let answer = try await tell(told, manner)
    #expect(speaker.isAcknowledged(answer), "\(what) \(answer.status) \(answer.body)")
  }

  func expectRefused(_ told: Telling, when what: String) async throws {
    let before = try await standing()
    let answer = try await tell(told)
    #expect(!speaker.isAcknowledged(answer), "\(what) \(answer.status) \(answer.body)")
    try await test.settle()
    #expect(try await standing() == before, "\(what)")
  }

  func standing() async throws -> Standing {
    let (payments, orders) = (test.shop.contexts.payments, test.shop.contexts.orders)
    let now = try await orders.order(order.id)
    return Standing(
      payment: try await payments.payment(payment.id)?.state,
      ledger: try await payments.ledger(of: payment.id).count,
      refunds: try await payments.refunds(of: payment.id).count, order: now?.state, paid: now?.amounts.paid,
      timesPaid: try await orders.timeline(of: order.id).filter { $0.kind == .paid }.count)
  }

  /// One capture, one entry of the order, and books that agree.
  func expectPaidOnce() async throws {
    try await test.settle()
    #expect(
      try await standing()
        == Standing(
          payment: .captured, ledger: 2, refunds: 0, order: .awaitingReview, paid: order.amounts.due, timesPaid: 1))
    let found = try await test.shop.audit()
    #expect(found.isEmpty, "\(found)")
  }
}
