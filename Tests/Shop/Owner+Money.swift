import Accounts
import Flows
import Orders
import Payments
import Testing
import Values

@testable import API
@testable import App

extension Owner {
  /// An order that has left and is to be paid at the door, and a case of money; made again where they were used up.
  mutating func keepMoney(_ address: Address) async throws {
    try await keepDoor(address)
    let accounts = try await test.shop.paymentAccounts.accounts()
    let stripe = accounts.first { $0.isCurrent && $0.method.rawValue == "stripe" }
    let version: JSONValue = stripe.map { .integer(Int64($0.version)) } ?? .null
    names["stripeVersion"] = version
    let payments = test.shop.contexts.payments
    if names["notice"] == nil {
      let sandbox = try #require(PaymentMethod(rawValue: "sandbox"))
      _ = try await payments.takeNotice(RawNotice(headers: [:], body: Array("{}".utf8)), from: sandbox)
      let heard = try #require(
        try await payments.notices(matching: NoticeFilter(), PageRequest(limit: 1)).items.first)
      names["notice"] = .text("\(heard.id)")
    }
    if let id = PaymentCaseID(self["paymentCase"]), try await payments.paymentCase(id)?.isOpen == true { return }
    let order = try await order(address, units: 1)
    try await bring(order, to: .paid)
    let payment = try #require(try await payments.payments(of: order.id).first { $0.state.hasMoney })
    try await payments.noteStray(payment.id, of: order.id)
    let found = try #require(try await payments.cases(of: payment.id).first)
    names["paymentCase"] = .text("\(found.id)")
  }

  private mutating func keepDoor(_ address: Address) async throws {
    let contexts = test.shop.contexts
    if let number = OrderNumber(rawValue: self["door"]), let order = try await contexts.orders.order(number: number),
      order.state == .awaitingReceipt, order.paysAtDoor
    {
      return
    }
    let placed = try await order(address, units: 1)
    let opened = try await test.shop.flows.payOrder.run(
      placed.id, by: account.id, method: .cash, language: .en)
    names["door"] = .text("\(placed.number)")
    names["doorPayment"] = .text("\(opened.payment.id)")
    let staff = StaffID(raw: 1)
    try await test.settle()
    if try await contexts.orders.order(placed.id)?.state == .awaitingReview {
      _ = try await contexts.orders.pass(placed.id, by: staff, note: "")
    }
    _ = try await contexts.orders.ship(
      placed.id, ShipmentNote(carrier: "SF", trackingNumber: "SF12345679"), by: staff)
  }
}
