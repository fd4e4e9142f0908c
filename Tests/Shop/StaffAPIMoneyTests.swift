import Accounts
import Carts
import Catalog
import Flows
import Foundation
import Insight
import Merchants
import Messages
import NIOHTTP1
import Orders
import Payments
import Testing
import Values

@testable import API
@testable import App

/// Payments, ledgers, what went back, and the figures of the day, by programs of staff as on the pages.
@Suite struct StaffAPIMoneyTests {
  private struct Sale: Sendable {
    let kiln: Merchant
    let reed: Merchant
    /// Of each merchant, paid by one payment.
    let ours: Order
    let theirs: Order
    let payment: Payment
  }

  private func sale(_ test: TestShop) async throws -> Sale {
    let (kiln, reed) = (try await test.merchant(), try await test.merchant("reed"))
    let (_, account, address) = try await test.buyer()
    var version = 0
    for (merchant, handle) in [(kiln, "teapot"), (reed, "basket")] {
      let product = try await test.product(of: merchant, handle)
      version = try await test.shop.flows.addToCart.run(
        product.variants[0].id, .one, to: .account(account.id)
      ).version
    }
    let orders = try await test.shop.flows.placeOrder.run(
      PlaceOrder.Input(account: account.id, cartVersion: version, address: address.id, note: "", dueSeen: nil))
    try await test.pay(try #require(orders.first))
    let payment = try #require(try await test.shop.contexts.payments.payments(of: orders[0].id).first)
    return Sale(
      kiln: kiln, reed: reed, ours: try #require(orders.first { $0.merchant == kiln.id }),
      theirs: try #require(orders.first { $0.merchant == reed.id }), payment: payment)
  }

  private func program(
    _ test: TestShop, _ merchant: Merchant?, _ rights: Set<StaffRight>
  ) async throws -> APIClient {
    test.program.with(token: try await test.issued(of: merchant, rights).secret.rawValue)
  }

  private func amount(_ value: JSONValue?) -> String? { value?["amount"]?.text }

  private func sum(_ postings: JSONValue?) -> Int64 {
    (postings?.items ?? []).reduce(0) { $0 + ($1["amount"]?["minor"]?.integer ?? 0) }
  }

  // req: 2.2-7 3.1.2-1
  @Test func `a payment is answered as its page shows it: whole to the platform, to a merchant its own part`()
    async throws
  {
    try await TestShop.run { test in
      let sale = try await sale(test)
      let refund = try await test.shop.contexts.payments.refund(
        RefundRequest(
          key: "t-800", payment: sale.payment.id, order: sale.theirs.id, amount: try test.yuan("8.00"),
          reason: "goodwill"))
      try await test.settle()
      let here = "/admin/transactions/\(sale.payment.id)"
      let platform = try await program(test, nil, [.paymentsView])
      let (whole, page) = (try await platform.get(here), try await test.staff(of: nil, [.paymentsView]).get(here).body)
      #expect(amount(whole["transaction"]?["amount"]) == "188.00" && page.contains("¥188.00"))
      #expect(amount(whole["transaction"]?["refunded"]) == "8.00" && page.contains("¥8.00"))
      for text in ["\(sale.ours.number)", "\(sale.theirs.number)", "\(refund.id)", "l***@example.com"] {
        #expect(whole.text.contains(text) && page.contains(text), "\(text)")
      }
      #expect(whole["isPart"]?.flag == false && whole["next"] == ["refunded"])
      #expect(whole["notices"]?.items.contains { $0["body"]?.text?.isEmpty == false } == true)
      #expect(whole["postings"]?.items.isEmpty == false && sum(whole["postings"]) == 0, "\(whole.text)")

      let own = try await program(test, sale.kiln, [.paymentsView])
      let part = try await own.get(here)
      #expect(amount(part["transaction"]?["amount"]) == "94.00" && part["isPart"]?.flag == true)
      #expect(part["notices"]?.items.isEmpty == false && part["refunds"] == [])
      #expect(part["notices"]?.items.allSatisfy { $0["body"]?.text == "" } == true)
      #expect(part["postings"]?.items.count == 2 && sum(part["postings"]) == 0)
      for text in ["\(sale.theirs.number)", "\(refund.id)"] { #expect(!part.text.contains(text), "\(text)") }
      let stranger = try await program(test, try await test.merchant("glass"), [.paymentsView])
      #expect(try await stranger.get(here).code == "unknownPayment")
      #expect(try await program(test, sale.kiln, [.ordersReview]).get(here).status == 403)

      for query in ["number=\(sale.payment.id)", "number=\(sale.ours.number)", "amountFrom=188&amountTo=188"] {
        let found = try await platform.get("/admin/transactions?\(query)")["items"]?.items ?? []
        #expect(found.map { $0["id"]?.text } == ["\(sale.payment.id)"], "\(query)")
      }
      #expect(try await platform.get("/admin/transactions?amountTo=5")["items"] == [])
      let movements = "/admin/transactions/refunds"
      for query in ["", "number=\(refund.id)", "number=\(sale.theirs.number)", "state=settled", "amountTo=8"] {
        let found = try await platform.get("\(movements)?\(query)")["items"]?.items ?? []
        #expect(found.map { $0["id"]?.text } == ["\(refund.id)"], "\(query)")
      }
      #expect(try await own.get(movements)["items"] == [])
      #expect(try await platform.get("\(movements)?state=lost&amountFrom=x").status == 422)
    }
  }

  // req: 2.2-7 4.2.4-4
  @Test func `an order's ledger and the record of refunds say to programs what they say on their pages`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test)
      let cashier = try await program(test, sale.kiln, [.refundsApprove, .paymentsView, .ordersReview])
      let given = try await cashier.post(
        "/admin/orders/\(sale.ours.number)/goodwill", ["key": "sorry", "amount": "8.00", "words": "Sorry"])
      let refund = try #require(given["refund"]?["refund"]?["id"]?.text)
      try await test.settle()
      let api = try await program(test, sale.kiln, [.paymentsView])
      let here = "/admin/orders/\(sale.ours.number)/ledger"
      let desk = try await test.staff(of: sale.kiln, [.paymentsView])
      let (ledger, page) = (try await api.get(here), try await desk.get(here).body)
      #expect(ledger["lines"]?.items.map { amount($0["amount"]) } == ["94.00", "-8.00"])
      #expect(ledger["lines"]?.items.map { amount($0["balance"]) } == ["94.00", "86.00"])
      #expect(amount(ledger["held"]) == "86.00" && page.contains("¥86.00") && page.contains("¥94.00"))
      #expect(ledger["refunds"]?[0]?["id"]?.text == refund && sum(ledger["postings"]) == 0)
      #expect(amount(ledger["payments"]?[0]?["amount"]) == "94.00")
      #expect(try await api.get("/admin/orders/\(sale.theirs.number)/ledger").code == "unknownOrder")
      #expect(try await api.get("/admin/orders/x/ledger").status == 404)

      #expect(ledger["account"] == .null)
      let accountant = try await program(test, sale.kiln, [.paymentsView, .settlementsView])
      let books = try await accountant.get(here)
      #expect(amount(books["account"]?["refunds"]) == "8.00" && books["account"]?["endedAt"] == .null)

      let records = try await api.get("/admin/refunds/records")
      let record = try #require(records["items"]?[0])
      #expect(records["items"]?.items.count == 1 && record["refund"]?.text == refund)
      #expect(record["order"]?.text == "\(sale.ours.number)" && amount(record["amount"]) == "8.00")
      let shown = try await desk.get("/admin/refunds?part=records").body
      let id = try #require(record["id"]?.text)
      #expect(shown.contains(id) && shown.contains("¥8.00"))
      for query in ["number=\(sale.ours.number)", "product=pot", "amountFrom=8&amountTo=8", "sort=oldest"] {
        #expect(try await api.get("/admin/refunds/records?\(query)")["items"]?.items.count == 1, "\(query)")
        #expect(try await api.get("/admin/refunds?\(query)")["items"]?.items.count == 1, "\(query)")
        #expect(try await desk.get("/admin/refunds?part=records&\(query)").status == 200, "\(query)")
      }
      for query in ["number=1", "product=basket", "amountTo=5", "until=2020-01-01T00:00:00Z"] {
        #expect(try await api.get("/admin/refunds/records?\(query)")["items"] == [], "\(query)")
        #expect(try await api.get("/admin/refunds?\(query)")["items"] == [], "\(query)")
      }
      #expect(try await api.get("/admin/refunds/records?sort=dearest").status == 422)
      let stranger = try await program(test, sale.reed, [.paymentsView])
      #expect(try await stranger.get("/admin/refunds/records")["items"] == [])
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 2.2-7 3.2.3-1
  @Test func `the figures of the day are those of the page, of a merchant its own, and what the rights open`()
    async throws
  {
    try await TestShop.run { test in
      let sale = try await sale(test)
      let low = try await test.product(of: sale.kiln, "cup", stock: 3)
      let firefox = ["user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"]
      _ = try await test.browser().get("/m/kiln", headers: firefox)
      try await test.settle()
      try await test.shop.contexts.insight.flush()
      let whole = try await program(test, nil, Set(StaffRight.allCases)).get("/admin/today")
      let page = try await test.staff(of: nil).get("/admin").body
      let figures = whole["figures"]?["today"]
      #expect(amount(figures?["captured"]) == "188.00" && page.contains("¥188.00"))
      #expect(figures?["orders"]?.integer == 2 && figures?["accounts"]?.integer == 1)
      #expect(whole["figures"]?["days"]?.items.count == 30 && whole["figures"]?["yesterday"] != .null)
      #expect(whole["newest"]?.items.count == 2)
      let toReview = try #require(page.firstMatch(of: /<a href="\/admin\/review".*?<\/a>/)).output
      #expect(whole["waiting"]?["review"]?.integer == 2 && toReview.contains("count inline\">2<"))
      #expect(Set(whole["waiting"]?.members.keys.map { $0 } ?? []).count == 10)

      let own = try await program(test, sale.kiln, [.reportsView, .ordersReview, .stockAdjust]).get("/admin/today")
      let desk = try await test.staff(of: sale.kiln, [.reportsView, .ordersReview, .stockAdjust]).get("/admin").body
      let today = own["figures"]?["today"]
      #expect(amount(today?["captured"]) == "94.00" && desk.contains("¥94.00"))
      #expect(today?["visitors"]?.integer == 1 && today?["conversion"]?.integer == 100 && desk.contains("100%"))
      #expect(today?["accounts"] == .null && own["newest"]?.items.count == 1)
      #expect(own["newest"]?[0]?["number"]?.text == "\(sale.ours.number)")
      #expect(!own.text.contains("\(sale.theirs.number)"))
      let short = (own["short"]?.items ?? []).compactMap { $0["variant"]?.text }
      #expect(Set(short) == Set(low.variants.map { "\($0.id)" }))
      for id in short { #expect(desk.contains("/admin/stock/\(id)\""), "\(id)") }
      #expect(own["short"]?[0]?["free"]?.integer == 3 && own["short"]?[0]?["state"]?.text == "low")
      let unread = try await test.shop.contexts.messages.unreadCount(in: .merchant(sale.kiln.id))
      #expect(unread > 0)
      #expect(
        own["waiting"] == [
          "orders": 0, "review": 1, "stock": .integer(Int64(low.variants.count)), "messages": .integer(Int64(unread)),
        ])

      let packer = try await program(test, sale.kiln, [.ordersShip]).get("/admin/today")
      #expect(packer["figures"] == .null && packer["short"] == .null && packer["channels"] == [])
      #expect(packer["waiting"]?["orders"]?.integer == 1 && packer["newest"]?.items.count == 1)
      let main = try await program(test, sale.kiln, [.reportsView]).get("/admin/today?channel=main")
      #expect(main["channel"]?.text == "main" && main["figures"]?["today"]?["visitors"] == .null)
      #expect(main["newest"] == .null)
      let nowhere = try await program(test, sale.kiln, [.reportsView]).get("/admin/today?channel=nowhere")
      #expect(nowhere["channel"] == .null && amount(nowhere["figures"]?["today"]?["captured"]) == "94.00")
    }
  }
}
