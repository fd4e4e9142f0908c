import Accounts
import Events
import Flows
import Foundation
import Mail
import Merchants
import Orders
import Pages
import Payments
import Storage
import Testing
import Values

@testable import App

/// What buyers and merchants are written about money.
@Suite struct MoneyLetterTests {
  private static let reason = "Sorry for the wait"

  private static func yuan(_ minor: Int64) -> Money { Money(minor: minor, currency: .cny) }

  private struct Sale: Sendable {
    let merchant: Merchant
    let account: Account
    let order: Order
  }

  private func sale(_ test: TestShop, in language: Language) async throws -> Sale {
    var merchant = try await test.merchant()
    merchant.language = language
    let product = try await test.product(of: merchant)
    let (browser, account, address) = try await test.buyer(language: language)
    let order = try await test.placedOrder(product, by: browser, account: account, address: address)
    return Sale(merchant: merchant, account: account, order: order)
  }

  /// Each with a sum that stands nowhere else, but where it is the order's.
  private func toBuyer(_ sale: Sale, paid: Order, now: Timestamp) -> [(occasion: Occasion, sum: Money)] {
    let (order, merchant) = (sale.order, sale.merchant)
    let refund = Refund(
      id: RefundID(raw: 5), key: "late_1", payment: PaymentID(raw: 7), order: order.id, amount: Self.yuan(1234),
      state: .settled, reason: "", requestedAt: now)
    func failure(_ minor: Int64, _ id: Int64, until: Timestamp?, of occasion: String? = nil) -> PaymentFailure {
      self.failure(sale, Self.yuan(minor), id, at: now, until: until, of: occasion)
    }
    return [
      (.orderPaid(paid, of: merchant), paid.amounts.due), (.paidAtDoor(paid, of: merchant), paid.amounts.paid),
      (.strayMoneyBack(order, of: merchant, refund: refund), refund.amount),
      (.paymentFailed(failure(1235, 11, until: now.adding(.hours(1)))), Self.yuan(1235)),
      (.paymentFailed(failure(1236, 12, until: nil)), Self.yuan(1236)),
      (.paymentFailed(failure(1241, 13, until: nil, of: "edit-2")), Self.yuan(1241)),
      (.refundCameBack(cameBack(order, 1237), order, of: merchant), Self.yuan(1237)),
      (
        .orderEdited(paid, of: merchant, revision: 1, refund: Self.yuan(1238), difference: .zero(.cny)),
        Self.yuan(1238)
      ),
      (
        .orderEdited(paid, of: merchant, revision: 2, refund: .zero(.cny), difference: Self.yuan(1239)),
        Self.yuan(1239)
      ),
      (.orderCancelled(order, of: merchant, reason: .soldOut), order.amounts.due),
    ]
  }

  private func failure(
    _ sale: Sale, _ sum: Money, _ id: Int64, at now: Timestamp, until: Timestamp?, of occasion: String?
  ) -> PaymentFailure {
    let payment = Payment(
      id: PaymentID(raw: id), method: .transfer, payer: sale.account.id,
      shares: [OpenPayment.Share(order: sale.order.id, amount: sum)], amount: sum, state: .failed, providerNumber: nil,
      refunded: .zero(.cny), openedAt: now, expiresAt: now, capturedAt: nil, occasion: occasion)
    return PaymentFailure(payment: payment, orders: [(sale.order, sale.merchant)], payableUntil: until)
  }

  private func cameBack(_ order: Order, _ minor: Int64) -> RefundCameBack {
    RefundCameBack(
      refund: RefundID(raw: minor), payment: PaymentID(raw: 7), order: order.id, amount: Self.yuan(minor))
  }

  private func expect(_ letter: Letter, names sum: String, of order: Order, in language: Language) {
    let number = order.number.rawValue
    #expect(letter.subject.contains(number), "\(letter.key)")
    #expect(letter.subject.contains("订单") == (language == .zhHans), "\(letter.key): \(letter.subject)")
    for body in [letter.text, letter.html ?? ""] {
      #expect(body.contains(sum) && body.contains(number), "\(letter.key): \(sum)")
      #expect(body.contains(language == .en ? "Hello " : "你好："), "\(letter.key)")
      // Words that aren't there are shown by their keys, values that nobody gave in braces.
      #expect(!body.contains("mail.") && !letter.text.contains("{"), "\(letter.key): \(letter.text)")
    }
  }

  // req: 4.1.4-4
  @Test(arguments: [Language.en, .zhHans])
  func `each letter about money names its sum and its order, in its reader's language`(language: Language)
    async throws
  {
    try await TestShop.run { test in
      let sale = try await sale(test, in: language)
      let now = test.shop.clock.now
      let paid = try await test.shop.contexts.orders.markPaid(
        sale.order.id, by: PaymentID(raw: 7), amount: sale.order.amounts.due, at: now)
      let letters = ThemeLetters(theme: try TestShop.theme.get(), publicURL: "https://shop.example")
      let format = Format(language)
      var keys: Set<String> = []
      let toBuyer = toBuyer(sale, paid: paid, now: now)
      for (occasion, sum) in toBuyer {
        let letter = try #require(try letters.letter(occasion, to: sale.account))
        expect(letter, names: format.money(sum), of: sale.order, in: language)
        #expect(letter.to == sale.account.email)
        #expect(letter.text.contains("https://shop.example/orders/\(sale.order.number)"), "\(letter.key)")
        keys.insert(letter.key)
      }
      let toMerchant: [(occasion: Occasion, sum: Money)] = [
        (.orderPaid(paid, of: sale.merchant), paid.amounts.due),
        (.paidAtDoor(paid, of: sale.merchant), paid.amounts.paid),
        (.refundCameBack(cameBack(paid, 1240), paid, of: sale.merchant), Self.yuan(1240)),
      ]
      for (occasion, sum) in toMerchant {
        let letter = try #require(try letters.letter(occasion, to: sale.merchant))
        expect(letter, names: format.money(sum), of: sale.order, in: language)
        #expect(letter.to == sale.merchant.email)
        #expect(letter.text.contains("https://shop.example/admin/orders/\(sale.order.number)"), "\(letter.key)")
        keys.insert(letter.key)
      }
      #expect(keys.count == toBuyer.count + toMerchant.count, "a letter takes another's place: \(keys.sorted())")
    }
  }

  // req: 4.1.4-4
  @Test(arguments: [(Language.en, "Your balance has grown"), (.zhHans, "你的余额增加了")])
  func `who is given store credit reads how much, why, and what there is now`(language: Language, subject: String)
    async throws
  {
    try await TestShop.run { test in
      let (_, account, _) = try await test.buyer(language: language)
      let staff = try await test.staff(of: nil, [.balanceCredit])
      for (key, amount) in [("first", "12.34"), ("second", "5.00")] {
        let answer = try await staff.post(
          "/admin/customers/\(account.id)/balance",
          [("key", key), ("amount", amount), ("reason", Self.reason)])
        #expect(answer.status == 303)
      }
      try await test.settle()
      let written = try test.letters("credited")
      #expect(written.count == 2 && written.allSatisfy { $0.contains(account.email) })
      let credited = BalanceCredited(
        account: account.id, amount: Self.yuan(500), after: Self.yuan(1734), reason: Self.reason, key: "second")
      let letters = ThemeLetters(theme: try TestShop.theme.get(), publicURL: "https://shop.example")
      let letter = try #require(try letters.letter(.balanceCredited(credited), to: account))
      #expect(letter.subject == subject)
      for text in ["¥5.00", "¥17.34", Self.reason] {
        #expect(letter.text.contains(text) && letter.html?.contains(text) == true, "\(text)")
      }
      #expect(letter.text.contains("https://shop.example/account/balance"))
    }
  }

  // req: 4.1.4-4
  @Test(arguments: [
    (Language.en, "closed", false, "before"), (.zhHans, "closed", false, "重新付款"),
    (.en, "refused", false, "set aside"), (.en, "refused", true, "is over"), (.zhHans, "refused", true, "期限已过"),
  ])
  func `a provider's no is told to the buyer, with the way to pay again as long as there is one`(
    language: Language, state: String, isLate: Bool, says: String
  ) async throws {
    try await TestShop.run { test in
      let sale = try await sale(test, in: language)
      let payment = try await pending(sale, test)
      if isLate { try await endTime(of: sale.order, test) }
      #expect(try await say(state, of: payment, test).body == "success")
      try await test.settle()
      let letter = try test.plainLetter("payment-failed-\(payment.id)")
      for text in [says, "¥\(payment.amount.decimalText)", "/orders/\(sale.order.number)"] {
        #expect(letter.contains(text), "\(text): \(letter)")
      }
      let merchants = try test.letters("payment-failed")
      #expect(merchants.count == 1, "nothing of it is for the merchant to do")
    }
  }

  // req: 4.1.4-4
  @Test(arguments: [
    (Language.en, "ends by itself", "The shop decides"), (.zhHans, "自动取消", "商城将决定如何处理"),
  ])
  func `whose changed order isn't paid in time hears that the shop decides, since such an order doesn't end by itself`(
    language: Language, ends: String, decides: String
  ) async throws {
    try await TestShop.run { test in
      let sale = try await sale(test, in: language)
      let letters = ThemeLetters(theme: try TestShop.theme.get(), publicURL: "https://shop.example")
      let cases: [(occasion: String?, says: String, not: String)] = [(nil, ends, decides), ("edit-2", decides, ends)]
      for (occasion, says, not) in cases {
        let failure = failure(
          sale, Self.yuan(1236), 12, at: test.shop.clock.now, until: nil, of: occasion)
        let letter = try #require(try letters.letter(.paymentFailed(failure), to: sale.account))
        for body in [letter.text, letter.html ?? ""] {
          #expect(body.contains(says) && !body.contains(not), "\(letter.text)")
        }
      }
    }
  }

  // req: 4.1.4-4
  @Test func `what the shop ends itself, or ends with its order's time, is told by no letter of its own`() async throws
  {
    try await TestShop.run { test in
      let sale = try await sale(test, in: .en)
      let payment = try await pending(sale, test)
      try await endTime(of: sale.order, test)
      #expect(try await say("closed", of: payment, test).body == "success")
      try await test.settle()
      #expect(try test.letters("payment-failed").isEmpty)
      #expect(try await test.shop.flows.cancelOrder.runOverdue(now: test.shop.clock.now, limit: 10) == 1)
      try await test.settle()
      #expect(try test.letters("order-cancelled").count == 1)
    }
    try await TestShop.run { test in
      let sale = try await sale(test, in: .en)
      let payment = try await pending(sale, test)
      _ = try await test.shop.flows.cancelOrder.run(sale.order.id, by: sale.account.id)
      try await test.settle()
      #expect(try await test.shop.contexts.payments.payment(payment.id)?.state == .closed)
      #expect(try test.letters("order-cancelled").count == 1)
      #expect(try test.letters("payment-failed").isEmpty)
    }
  }

  // req: 4.1.4-4 4.2.4-6
  @Test func `that a refund came back is told to both who believe that the buyer has it`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test, in: .en)
      let outbox = Outbox(ids: test.shop.ids, clock: test.shop.clock)
      let (first, second) = (cameBack(sale.order, 1237), cameBack(sale.order, 1238))
      for event in [first, first, second] {
        try await test.shop.database.write { try outbox.tell(event, in: $0) }
      }
      try await test.settle()
      for event in [first, second] {
        let buyers = try test.plainLetter("refund-came-back-buyer-\(event.refund)")
        let merchants = try test.plainLetter("refund-came-back-merchant-\(event.refund)")
        #expect(buyers.contains("¥\(event.amount.decimalText), and your bank sent it back"))
        #expect(buyers.contains("in another way") && buyers.contains("/orders/\(sale.order.number)"))
        #expect(merchants.contains("¥\(event.amount.decimalText)") && merchants.contains("Nothing is to be done"))
        #expect(merchants.contains("/admin/orders/\(sale.order.number)"))
      }
      let written = try test.letters("refund-came-back")
      #expect(written.count == 4)
      #expect(written.count { $0.contains(sale.account.email) } == 2)
      #expect(written.count { $0.contains(sale.merchant.email) } == 2)
    }
  }

  /// A payment with which the buyer was sent to the sandbox.
  private func pending(_ sale: Sale, _ test: TestShop) async throws -> Payment {
    let method = try #require(PaymentMethod(rawValue: "sandbox"))
    return try await test.shop.flows.payOrder.run(
      sale.order.id, by: sale.account.id, method: method, language: .en
    ).payment
  }

  private func endTime(of order: Order, _ test: TestShop) async throws {
    let over = test.shop.clock.now.adding(.minutes(-1))
    _ = try await test.shop.database.write {
      try $0.execute("UPDATE order_head SET pay_before = \(over) WHERE id = \(order.id)")
    }
  }

  private func say(_ state: String, of payment: Payment, _ test: TestShop) async throws -> Browser.Answer {
    let notice: [String: Any] = [
      "merchant": test.settings.sandbox.merchant, "number": "\(payment.id)", "tradeNumber": "T1",
      "amount": payment.amount.minor, "currency": "CNY", "state": state, "at": test.shop.clock.now.milliseconds,
    ]
    return try await test.sendNotice(try JSONSerialization.data(withJSONObject: notice))
  }
}
