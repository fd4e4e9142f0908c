import Inventory
import Orders
import Values

/// A cancelled order gives its goods back, and what was paid for it, or for what it was to replace.
public struct WhenOrderCancelled: Sendable {
  private let contexts: Contexts
  private let giveBack: GiveBack
  private let settleRefund: SettleRefund

  public init(_ contexts: Contexts, giveBack: GiveBack, settleRefund: SettleRefund) {
    self.contexts = contexts
    self.giveBack = giveBack
    self.settleRefund = settleRefund
  }

  public func run(_ event: OrderCancelled) async throws {
    guard let order = try await contexts.orders.order(event.order) else { return }
    let isReleased = try await contexts.inventory.release(HoldKey(order))
    // Also of an order that took no money: whoever sold them, on a payment's or a buyer's word, may have ended right after.
    if !isReleased {
      // Units that went back before have been put on hand by their refund.
      let returned = Dictionary(order.lines.map { ($0.variant, $0.returned) }, uniquingKeysWith: +)
      try await contexts.inventory.putBack(HoldKey(order), except: returned, by: .system)
    }
    guard order.payment != nil || order.paysAtDoor else { return try await settle(order) }
    for edit in try await contexts.orders.edits(of: order.id) where edit.kind == .rejected {
      try await giveBack.run(edit)
    }
    try await settle(order)
  }

  /// What an exchange was to bring: its money goes back, or it is decided anew.
  private func settle(_ order: Order) async throws {
    try await settleRefund.makeGood(order)
    try await settleRefund.follow(order)
  }
}
