import Accounts
import Catalog
import Flows
import Mail
import Merchants
import Messages
import Orders
import Pages
import Payments
import Refunds
import Testing
import Values

@testable import App

/// What a merchant's people read together, whatever their rights are.
@Suite struct MerchantMessageTests {
  private static let explained = "Paler than I had hoped"
  private static let answered = "Please send it back first"
  private static let tracked = "YT00112233"
  private static let judged = "The pictures are blurred"

  // req: 2.3.2.1-3 4.1.4-4
  @Test
  func `of every letter to a merchant the box says what happened and what comes next, and nothing that rights ask for`()
    async throws
  {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid()
      let line = try #require(order.lines.first)
      let letters = ThemeLetters(theme: test.shop.theme, publicURL: test.settings.publicURL)
      let secrets = [
        line.title.en, line.sku, "¥", "1 Century Avenue", "13800138000", Self.explained, Self.answered, Self.tracked,
        Self.judged,
      ]
      var written = ""
      for occasion in try await occasions(trade, order) {
        written += try #require(try letters.letter(occasion, to: trade.merchant)).text
        let draft = try #require(try letters.message(occasion, to: trade.merchant))
        for text in [draft.text.en, draft.text.zhHans] {
          #expect(!text.isEmpty && !text.contains("mail."), "\(draft.key): \(text)")
          for secret in secrets { #expect(!text.contains(secret), "\(draft.key): \(text)") }
        }
      }
      // Each of them would have been there.
      for secret in secrets { #expect(written.contains(secret), "\(secret)") }
    }
  }

  // req: 2.3.2.1-3
  @Test func `why a merchant is suspended is read at its desk, and not kept in its box`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let platform = try await test.staff(of: nil)
      let moved = try await platform.post(
        "/admin/merchants/\(trade.merchant.id)/move", [("state", "suspended"), ("reason", Self.judged)])
      #expect(moved.status == 303)
      let merchant = try #require(try await test.shop.contexts.merchants.merchant(trade.merchant.id))
      let letters = ThemeLetters(theme: test.shop.theme, publicURL: test.settings.publicURL)
      let news = MerchantNews.moved(merchant, .suspended, number: 1)
      #expect(try letters.letter(news)?.text.contains(Self.judged) == true)
      let draft = try #require(try letters.message(news))
      #expect(draft.text.en.contains("not for sale") && !draft.text.en.contains(Self.judged))
      #expect(!draft.text.zhHans.contains(Self.judged))
      #expect(try await trade.mei.get("/admin/messages").body.contains(Self.judged), "the desk itself says so")
    }
  }

  // req: 2.3.2.1-3 4.1.4-4
  @Test func `a buyer's own box says how much comes back and what the merchant answered`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid()
      let letters = ThemeLetters(theme: test.shop.theme, publicURL: test.settings.publicURL)
      let news = refund(.goodsAsked, of: order, trade.merchant)
      let text = try #require(try letters.message(.refundMoved(news), to: trade.account)).text.en
      #expect(text.contains("¥\(order.amounts.due.decimalText)") && text.contains(Self.answered))
    }
  }

  /// All that a merchant is written about orders, refunds and goods.
  private func occasions(_ trade: Trade, _ order: Order) async throws -> [Occasion] {
    let merchant = trade.merchant
    let known = try await trade.test.shop.contexts.catalog.variants([trade.red])
    let variant = try #require(known[trade.red])
    let cameBack = RefundCameBack(
      refund: RefundID(raw: 5), payment: PaymentID(raw: 7), order: order.id, amount: order.amounts.due)
    let refused = ProductJudged(
      product: trade.product.id, merchant: merchant.id, isLetIn: false, reason: Self.judged, version: 2)
    return [
      .orderPaid(order, of: merchant), .orderPromised(order, of: merchant), .paidAtDoor(order, of: merchant),
      .refundCameBack(cameBack, order, of: merchant),
      .orderEdited(order, of: merchant, revision: 1, refund: order.amounts.due, difference: .zero(.cny)),
      .orderEditDismissed(order, of: merchant, number: "1"),
      .orderCancelled(order, of: merchant, reason: .rejected), .orderCompleted(order, of: merchant),
      .productJudged(refused, trade.product),
      .stockLow(
        StockNews(number: "1", merchant: merchant, items: [ShortItem(variant: variant, left: 3)], more: 1)),
    ] + RefundStep.Kind.allCases.map { .refundMoved(refund($0, of: order, merchant)) }
  }

  private func refund(_ step: RefundStep.Kind, of order: Order, _ merchant: Merchant) -> RefundNews {
    let lines = order.lines.map { line in
      RefundCase.Line(
        line: line.id, variant: line.variant, quantity: line.quantity, amount: line.due, wanted: nil, restocked: nil)
    }
    let refund = RefundCase(
      id: RefundCaseID(raw: 5), order: order.id, merchant: merchant.id, buyer: order.buyer, kind: .goodsBack,
      state: .requested, reason: .damaged, explanation: Self.explained, lines: lines, evidence: [],
      freight: .zero(.cny), asked: order.amounts.due, granted: nil, wasShipped: true, answer: Self.answered,
      parcel: ReturnParcel(carrier: "yuantong", trackingNumber: Self.tracked), replacement: nil,
      requestedAt: order.placedAt, changedAt: order.placedAt)
    return RefundNews(step: step, number: step.rawValue, refund: refund, order: order, merchant: merchant)
  }
}
