import Accounts
import Catalog
import Flows
import Fulfilment
import Orders
import Refunds
import Values

/// What goes back, and what is given.
extension DemoDays {
  /// Of what came so long ago nobody asks anything back.
  private static let newest = 60

  func ask(_ index: Int) async throws {
    let wish = script.refunds[index]
    try await past.settle()
    for order in try await candidates(wish.isUnshipped == true ? .awaitingShipment : .completed) {
      guard let lines = try await lines(of: order, wish) else { continue }
      do {
        let opened = try await flows.refundOrder.request(
          RefundOrder.Input(
            account: order.buyer, order: order.id, kind: wish.kind, reason: wish.reason,
            explanation: words(wish.words, of: order.buyer), lines: lines))
        asked.insert(order.id)
        cases[opened.id] = index
        if wish.end != .asked { agenda.add(.refundStep(opened.id, 1), at: now.adding(.hours(5))) }
        return
      } catch is any Refusal {
        // Too late for this one.
      }
    }
  }

  func candidates(_ state: OrderState) async throws -> [Order] {
    try await contexts.orders.orders(.platform, matching: OrderFilter(states: [state]), PageRequest(limit: Self.newest))
      .items.filter { !asked.contains($0.id) && !heldBack.contains($0.id) && !$0.amounts.due.isZero }
  }

  /// One unit; of all that is still here, all of it. Nil where the order has nothing that fits.
  private func lines(of order: Order, _ wish: DemoScript.Refund) async throws -> [RefundDraft.Line]? {
    if wish.isUnshipped == true {
      return order.lines.map { RefundDraft.Line(line: $0.id, quantity: $0.quantity) }
    }
    guard wish.kind == .exchange else {
      return order.lines.first.map { [RefundDraft.Line(line: $0.id, quantity: .one)] }
    }
    let offer = try await flows.refundOrder.offer(order)
    for line in offer?.lines ?? [] {
      let others = line.exchanges.filter { $0.difference.isZero && $0.variant.id != line.line.variant }
      if let other = others.first {
        return [RefundDraft.Line(line: line.line.id, quantity: .one, wanted: other.variant.id)]
      }
    }
    return nil
  }

  /// What follows the request, until the case is where the script leaves it.
  func carryOn(_ id: RefundCaseID, _ step: Int) async throws {
    guard let index = cases[id], let refund = try await contexts.refunds.refundCase(id) else { return }
    let wish = script.refunds[index]
    switch (step, refund.state) {
    case (1, .requested): try await decide(refund, wish)
    case (2, .awaitingGoods):
      let parcel = ReturnParcel(carrier: "shunfeng", trackingNumber: "SF20\(7_700_100 + index * 37)")
      _ = try await flows.refundOrder.noteParcel(id, parcel, by: refund.buyer)
      if wish.end != .onTheWay { agenda.add(.refundStep(id, 3), at: now.adding(.hours(40))) }
    case (3, .awaitingGoods):
      let isGood = wish.reason == .changedMind || wish.reason == .wrongGoods
      let restocked = Dictionary(
        refund.lines.map { ($0.line, isGood ? $0.quantity.count : 0) }, uniquingKeysWith: { first, _ in first })
      _ = try await acting(owner(of: refund.merchant)) { staff in
        try await flows.workRefund.receive(id, restocked: restocked, note: "", by: staff)
      }
      if wish.end == .settled { agenda.add(.refundStep(id, 4), at: now.adding(.hours(2))) }
    case (4, .received): try await approve(refund, WorkRefund.Decision())
    default: return
    }
  }

  private func decide(_ refund: RefundCase, _ wish: DemoScript.Refund) async throws {
    let answer = words(wish.answer, of: refund.buyer)
    if wish.end == .rejected {
      _ = try await acting(owner(of: refund.merchant)) { staff in
        try await flows.workRefund.reject(refund.id, reason: answer, by: staff)
      }
      return
    }
    let bringsGoods = wish.kind.bringsGoods
    // Who keeps what isn't as it should be gets a part.
    let part =
      bringsGoods || wish.isUnshipped == true
      ? nil : Money(minor: refund.asked.minor / 2, currency: refund.asked.currency)
    try await approve(refund, WorkRefund.Decision(amount: part, needsGoods: bringsGoods, answer: answer))
    if bringsGoods, wish.end != .awaitingGoods { agenda.add(.refundStep(refund.id, 2), at: now.adding(.hours(20))) }
  }

  private func approve(_ refund: RefundCase, _ decision: WorkRefund.Decision) async throws {
    try await acting(owner(of: refund.merchant)) { staff in
      do {
        _ = try await flows.workRefund.approve(refund.id, decision, by: staff)
      } catch is any Refusal {
        // It is to be decided anew then, as at the desk.
      }
    }
  }

  func give(_ gift: DemoScript.Goodwill, number: Int) async throws {
    guard let amount = Money(decimalText: gift.amount, currency: shop.settings.currency),
      let order = try await candidates(.completed).first(where: { $0.amounts.due.minor > amount.minor * 2 })
    else { return }
    asked.insert(order.id)
    _ = try await acting(owner(of: order.merchant)) { staff in
      try await flows.workRefund.giveGoodwill(
        amount, for: order.id, words: words(gift.words, of: order.buyer), key: "demo-\(number)", by: staff)
    }
  }
}
