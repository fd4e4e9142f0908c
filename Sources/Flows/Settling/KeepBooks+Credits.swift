import Events
import Payments
import Settlement
import Values

extension KeepBooks {
  /// Buyers from before store credit was in these books that one turn looks at.
  private static let buyers = 100

  static func credit(_ envelope: EventEnvelope) throws -> CreditFact {
    let event = try envelope.decode(BalanceCredited.self)
    return CreditFact(
      key: CreditFact.key(event.key), account: event.account, amount: event.amount, at: envelope.occurredAt)
  }

  /// Brings in what one slice of buyers were given before store credit was in these books. What they paid with it and got
  /// back is known of their orders.
  /// - Returns: whether there is more.
  public func catchUpBuyers() async throws -> Bool {
    let walk = try await contexts.settlement.walk()
    guard !walk.isThroughBuyers else { return false }
    let page = try await contexts.payments.holders(PageRequest(limit: Self.buyers, after: walk.buyersAfter))
    for account in page.items {
      for movement in try await contexts.movements(of: account) where movement.kind == .goodwill {
        try await contexts.settlement.note(CreditFact(movement))
      }
    }
    if page.next == nil { try await catchUpUnclear() }
    // The other walk may have gone on meanwhile.
    var now = try await contexts.settlement.walk()
    (now.buyersAfter, now.isThroughBuyers) = (page.next, page.next == nil)
    try await contexts.settlement.keep(now)
    return page.next != nil
  }
}

extension KeepBooks {
  /// Brings in what was unclear when the payment centre began to keep it: few, and all at once.
  private func catchUpUnclear() async throws {
    var (orders, next): (Set<OrderID>, Cursor?) = ([], nil)
    repeat {
      let page = try await contexts.payments.unclearMoney(PageRequest(limit: 100, after: next))
      orders.formUnion(page.items.compactMap(\.order))
      next = page.next
    } while next != nil
    for order in orders.sorted() { try await bring(order) }
  }
}

extension OrderFact {
  init(_ money: UnclearMoney) {
    let kind: Kind =
      switch money.kind {
      case .came: .unclear
      case .left: .unclearLeft
      case .lost: .lost
      case .regained: .regained
      case .taken: .taken
      case .released: .released
      }
    self.init(
      key: OrderFact.unclearKey(money.id.description), kind: kind, method: money.method.rawValue,
      payment: money.payment, amount: money.amount, at: money.at)
  }
}

extension Contexts {
  /// All movements of a buyer's balance, the newest first.
  func movements(of account: AccountID) async throws -> [BalanceMovement] {
    var (found, next): ([BalanceMovement], Cursor?) = ([], nil)
    repeat {
      let page = try await payments.movements(of: account, PageRequest(limit: 100, after: next))
      found += page.items
      next = page.next
    } while next != nil
    return found
  }
}

extension CreditFact {
  init(_ movement: BalanceMovement) {
    self.init(
      key: CreditFact.key(movement.id.description), account: movement.account, amount: movement.amount,
      at: movement.at)
  }
}
