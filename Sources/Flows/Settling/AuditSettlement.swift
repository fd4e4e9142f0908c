import Orders
import Payments
import Settlement
import Values

/// Compares the merchants' books with payments, refunds and orders, both ways: nothing moved that they don't have, and they
/// have nothing that didn't.
public struct AuditSettlement: Sendable {
  /// How long a reaction to money may take.
  private static let grace: Duration = .minutes(1)
  private static let most = 100

  private let contexts: Contexts
  private let clock: WallClock

  public init(_ contexts: Contexts, clock: WallClock) {
    self.contexts = contexts
    self.clock = clock
  }

  public func run() async throws -> [Discrepancy] {
    // What was there before these books is brought in bit by bit.
    guard try await contexts.settlement.walk().isThrough else { return [] }
    var found: [Discrepancy] = []
    var next: Cursor?
    repeat {
      let page = try await contexts.payments.captured(PageRequest(limit: 100, after: next))
      let ids = Array(Set(page.items.flatMap(\.shares).map(\.order)))
      var facts: [OrderID: [OrderFact]] = [:]
      for start in stride(from: 0, to: ids.count, by: 500) {
        facts.merge(
          try await contexts.settlement.facts(of: Array(ids[start..<min(start + 500, ids.count)])),
          uniquingKeysWith: { first, _ in first })
      }
      for payment in page.items where found.count < Self.most {
        if let discrepancy = try await money(of: payment, facts) { found.append(discrepancy) }
      }
      found += try await ends(of: ids, facts)
      found += try await AuditUnclear(contexts: contexts, due: due).strangers(in: facts)
      next = page.next
    } while next != nil && found.count < Self.most
    return try await found + unclear() + AuditBalances(contexts: contexts, due: due).run()
  }

  /// What is unclear, and orders that were paid by it: their payments have no money.
  private func unclear() async throws -> [Discrepancy] {
    let unclear = try await AuditUnclear(contexts: contexts, due: due).run()
    var (found, paid) = (unclear.found, unclear.paid[...])
    while !paid.isEmpty {
      let orders = Array(paid.prefix(Self.most))
      paid = paid.dropFirst(Self.most)
      found += try await ends(of: orders, contexts.settlement.facts(of: orders))
    }
    return found
  }

  private var due: Timestamp { clock.now.adding(.zero - Self.grace) }

  /// What came by the payment and went back of it, as it says and as the books do.
  private func money(of payment: Payment, _ booked: [OrderID: [OrderFact]]) async throws -> Discrepancy? {
    guard let capturedAt = payment.capturedAt, capturedAt <= due else { return nil }
    let money = MovedMoney(payment)
    let refunds = payment.refunded.isZero ? [] : try await contexts.payments.refunds(of: payment.id)
    let wentBack = refunds.flatMap { money.facts(of: $0) }
    let facts = try payment.shares.flatMap { try money.captures(for: $0.order) } + wentBack
    let moved = Dictionary(facts.map { ($0.key, $0.amount) }, uniquingKeysWith: { first, _ in first })
    let late = Set(wentBack.filter { $0.at > due }.map(\.key))
    let kinds: Set<OrderFact.Kind> = [.captured, .stray, .refunded]
    let known = payment.shares.flatMap { booked[$0.order] ?? [] }
      .filter { $0.payment == payment.id && kinds.contains($0.kind) }
    let theirs = Dictionary(known.map { ($0.key, $0.amount) }, uniquingKeysWith: { first, _ in first })
    let differing = Set(moved.keys).union(theirs.keys).subtracting(late).filter { moved[$0] != theirs[$0] }.sorted()
    guard !differing.isEmpty else { return nil }
    let waiting = try await waiting(payment, money, refunds)
    guard let key = differing.first(where: { theirs[$0] != nil || !waiting.contains($0) }) else { return nil }
    return Discrepancy(
      book: "settlement", row: key, expected: moved[key]?.description ?? "nothing that came or went",
      found: theirs[key]?.description ?? "nothing")
  }

  /// Money that its order hasn't taken, and of which nothing has gone back yet: it is in no merchant's books.
  private func waiting(_ payment: Payment, _ money: MovedMoney, _ refunds: [Refund]) async throws -> Set<String> {
    var keys: Set<String> = []
    for share in payment.shares where !refunds.contains(where: { $0.order == share.order && $0.state == .settled }) {
      if let order = try await contexts.orders.order(share.order),
        try await contexts.takenPayments(of: order).contains(payment.id)
      {
        continue
      }
      keys.formUnion(try money.captures(for: share.order).map(\.key))
    }
    return keys
  }

  /// Orders whose end the books haven't heard of, or have and there was none, and those of which the platform bears something
  /// else than they have.
  private func ends(of ids: [OrderID], _ facts: [OrderID: [OrderFact]]) async throws -> [Discrepancy] {
    var found: [Discrepancy] = []
    for order in try await contexts.orders.orders(ids) {
      let known = facts[order.id] ?? []
      guard let discrepancy = try Self.end(of: order, known) else { continue }
      if !known.contains(where: { $0.kind == .ended }), try await contexts.awaitsReturn(of: order) { continue }
      let last = try await contexts.orders.timeline(of: order.id).map(\.at).max() ?? order.placedAt
      // An end that wasn't is no matter of time.
      if last <= due || !order.hasEnded { found.append(discrepancy) }
    }
    return found
  }

  private static func end(of order: Order, _ facts: [OrderFact]) throws -> Discrepancy? {
    func said(_ expected: String, _ found: String) -> Discrepancy {
      Discrepancy(book: "settlement", row: "\(order.id)", expected: expected, found: found)
    }
    let isKnown = facts.contains { $0.kind == .ended }
    guard order.hasEnded == isKnown else {
      return said("an order that is \(order.state.rawValue)", isKnown ? "one that ended" : "one that didn't end")
    }
    guard isKnown else { return nil }
    let (borne, known) = (try order.borneByPlatform(), facts.borne ?? .zero(order.amounts.due.currency))
    return borne == known ? nil : said("\(borne) of it borne by the platform", "\(known)")
  }
}
