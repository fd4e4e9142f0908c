import Hummingbird
import Logging
import Values

/// Where a buyer decides on a trade, whichever provider's it is.
struct TradeCashier: Sendable {
  let core: SandboxCore

  func add(to router: Router<BasicRequestContext>) {
    router.get("till/:token") { _, context in
      await withTrade(context, depth: 1) { turn, trade in
        try turn.see(trade)
      } show: { trade in
        let back = try voice(of: trade)?.returnAddress(
          of: trade, after: trade.paidAt == nil ? .left : .paid, at: core.clock.wire)
        return CashierPages.page(
          .ok, CashierPage(view: CashierView(trade, returnURL: back), merchantName: core.merchantName).html)
      }
    }
    router.post("till/:token/pay") { _, context in
      await withTrade(context, depth: 2) { turn, trade in
        do { return try turn.pay(trade) } catch TradeRefusal.alreadyClosed {
          return turn.trade(token: trade.token) ?? trade
        }
      } show: {
        try left($0, as: .paid, isAsWanted: $0.paidAt != nil)
      }
    }
    router.post("till/:token/refuse") { _, context in
      await withTrade(context, depth: 2) { turn, trade in
        try turn.refuse(trade)
      } show: {
        try left($0, as: .refused, isAsWanted: $0.state == .pending)
      }
    }
    router.post("till/:token/leave") { _, context in
      await withTrade(context, depth: 2) { turn, trade in
        try turn.current(trade)
      } show: {
        try left($0, as: .left, isAsWanted: true)
      }
    }
  }

  private func voice(of trade: Trade) -> (any ProviderVoice)? { core.book.voices[trade.brand] }

  /// Back to the shop when the trade stands as the buyer wants it, else to the cashier, which says how it does stand.
  private func left(_ trade: Trade, as decision: CashierDecision, isAsWanted: Bool) throws -> Response {
    let back = isAsWanted ? try voice(of: trade)?.returnAddress(of: trade, after: decision, at: core.clock.wire) : nil
    return CashierPages.redirect(to: back ?? "../\(trade.token)")
  }

  private func withTrade(
    _ context: BasicRequestContext, depth: Int,
    _ work: @Sendable @escaping (inout BookTurn, Trade) throws -> Trade, show: (Trade) throws -> Response
  ) async -> Response {
    let token = context.parameters.get("token") ?? ""
    do {
      let trade = try await core.book.turn { turn in
        guard let trade = turn.trade(token: token) else { throw TradeRefusal.unknownTrade }
        return try work(&turn, trade)
      }
      return try show(trade)
    } catch TradeRefusal.unknownTrade {
      return CashierPages.page(.notFound, CashierPage.unknown(depth: depth))
    } catch {
      context.logger.error("The cashier failed", metadata: ["error": "\(error)"])
      return CashierPages.page(.internalServerError, CashierPage.broken(depth: depth))
    }
  }
}
