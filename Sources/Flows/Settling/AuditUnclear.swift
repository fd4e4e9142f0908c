import Payments
import Settlement
import Values

/// Compares what the merchants' books have as unclear with what the payment centre says, order by order and both ways.
struct AuditUnclear: Sendable {
  private static let most = 100

  let contexts: Contexts
  /// What happened later may not have been heard of.
  let due: Timestamp

  /// - Returns: what disagrees, and orders that took money which had been unclear.
  func run() async throws -> (found: [Discrepancy], paid: [OrderID]) {
    // What was there before is brought in at the end of this walk.
    guard try await contexts.settlement.walk().isThroughBuyers else { return ([], []) }
    var (orders, next): (Set<OrderID>, Cursor?) = ([], nil)
    repeat {
      let page = try await contexts.payments.unclearMoney(PageRequest(limit: 100, after: next))
      orders.formUnion(page.items.compactMap(\.order))
      next = page.next
    } while next != nil
    var (found, paid): ([Discrepancy], [OrderID]) = ([], [])
    for order in orders.sorted() where found.count < Self.most {
      let facts = try await contexts.settlement.facts(of: [order])[order] ?? []
      if let discrepancy = try await discrepancy(of: order, facts) { found.append(discrepancy) }
      if facts.tookUnclear { paid.append(order) }
    }
    return (found, paid)
  }

  /// What the books have of orders of which the payment centre says nothing.
  func strangers(in facts: [OrderID: [OrderFact]]) async throws -> [Discrepancy] {
    var found: [Discrepancy] = []
    for (order, facts) in facts.sorted(by: { $0.key < $1.key }) {
      guard facts.contains(where: { OrderFact.Kind.ofUnclear.contains($0.kind) }),
        try await contexts.payments.unclearMoney(of: order).isEmpty
      else { continue }
      if let discrepancy = try await discrepancy(of: order, facts) { found.append(discrepancy) }
    }
    return found
  }

  private func discrepancy(of order: OrderID, _ facts: [OrderFact]) async throws -> Discrepancy? {
    let moved = try await contexts.payments.unclearMoney(of: order).map { OrderFact($0) }
    let said = Dictionary(moved.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let known = facts.filter { OrderFact.Kind.ofUnclear.contains($0.kind) }
    let booked = Dictionary(known.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    for key in Set(said.keys).union(booked.keys).sorted() {
      let (ours, theirs) = (said[key], booked[key])
      if ours?.kind == theirs?.kind, ours?.amount == theirs?.amount { continue }
      if theirs == nil, let ours, ours.at > due { continue }
      return Discrepancy(
        book: "settlement", row: key,
        expected: ours.map { "\($0.amount) \($0.kind.rawValue) for \(order)" } ?? "nothing unclear for \(order)",
        found: theirs.map { "\($0.amount) \($0.kind.rawValue)" } ?? "nothing")
    }
    return nil
  }
}
