import Values

extension AlipayDesk {
  private struct Wish: Sendable {
    let amount: Int64
    let number: String?
    let reason: String

    init(_ content: AlipayContent) throws {
      guard let amount = content["refund_amount"].flatMap({ Money(decimalText: $0, currency: .cny) })?.minor, amount > 0
      else { throw AlipayRefusal.invalid("refund_amount") }
      let number = content["out_request_no"]
      guard number.map({ (1...64).contains($0.utf8.count) }) ?? true else {
        throw AlipayRefusal.invalid("out_request_no")
      }
      guard let reason = Optional(content["refund_reason"] ?? ""), reason.count <= 256 else {
        throw AlipayRefusal.invalid("refund_reason")
      }
      self.amount = amount
      self.number = number
      self.reason = reason
    }
  }

  /// Money moves at once, and the answer says whether it did. The same number again moves none.
  func refund(_ content: AlipayContent) async throws -> Members {
    let wish = try Wish(content)
    let faults = core.faults
    let (facts, refund, moved) = try await core.book.turn { turn in
      let trade = try Self.trade(content, in: &turn)
      guard trade.paidAt != nil else { throw AlipayRefusal.wrongState }
      // Without a number of its own only the whole can go back.
      guard wish.number != nil || wish.amount == trade.amount else {
        throw AlipayRefusal.business("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "撤销或退款金额与订单金额不一致")
      }
      let number = wish.number ?? trade.number
      if let present = turn.refund(number, of: trade.token), present.state != .failed {
        guard present.amount == wish.amount else {
          throw AlipayRefusal.business("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致")
        }
        return (AlipayTrade(trade, in: turn), present, false)
      }
      if AlipayTrade(trade, in: turn).isFinished {
        throw AlipayRefusal.business("ACQ.TRADE_HAS_FINISHED", "交易已完结")
      }
      let given = try Self.give(wish, number, of: trade, faults, in: &turn)
      return (AlipayTrade(trade, in: turn), given, given.state == .succeeded)
    }
    return Self.members(facts, refund, moved: moved)
  }

  private static func give(
    _ wish: Wish, _ number: String, of trade: Trade, _ faults: FaultDesk, in turn: inout BookTurn
  ) throws -> TradeRefund {
    guard wish.amount <= trade.amount - turn.refunded(of: trade.token) else {
      throw AlipayRefusal.business("ACQ.REASON_TRADE_REFUND_FEE_ERR", "退款金额无效")
    }
    let call = "alipay.trade.refund"
    if faults.take(.insufficientBalance, at: .alipay, call: call) != nil {
      throw AlipayRefusal.business("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足")
    }
    if faults.take(.refundFails, at: .alipay, call: call) != nil {
      throw AlipayRefusal.business("ACQ.TRADE_NOT_ALLOW_REFUND", "当前交易不允许退款")
    }
    let isStuck =
      faults.take(.refundStuck, at: .alipay, call: call) != nil
      || faults.take(.refundAbnormal, at: .alipay, call: call) != nil
    return try turn.giveBack(
      TradeRefund(
        brand: .alipay, trade: trade.token, number: number, refundNumber: AlipayTrade.number(turn.now),
        amount: wish.amount, reason: wish.reason, state: isStuck ? .processing : .succeeded, requestedAt: turn.now,
        settledAt: isStuck ? nil : turn.now))
  }

  private static func members(_ facts: AlipayTrade, _ refund: TradeRefund, moved: Bool) -> Members {
    var members: Members = [
      ("buyer_logon_id", .text(facts.buyer)), ("buyer_user_id", .text(facts.buyerID)),
      ("fund_change", .text(moved ? "Y" : "N")),
    ]
    if let at = refund.settledAt { members.append(("gmt_refund_pay", .text(at.chineseText))) }
    return members + [
      ("out_trade_no", .text(facts.trade.number)), ("refund_fee", .text(AlipayTrade.yuan(facts.refunded))),
      ("send_back_fee", .text(AlipayTrade.yuan(moved ? refund.amount : 0))),
      ("trade_no", .text(facts.trade.tradeNumber)),
    ]
  }

  /// Says nothing of a refund that isn't done, as if there were none.
  func queryRefund(_ content: AlipayContent) async throws -> Members {
    guard let number = content["out_request_no"] else { throw AlipayRefusal.invalid("out_request_no") }
    let wantsMoment = content["query_options"]?.split(separator: ",").contains("gmt_refund_pay") ?? false
    let (trade, refund) = try await core.book.turn { turn in
      let trade = try Self.trade(content, in: &turn)
      return (trade, turn.refund(number, of: trade.token))
    }
    guard let refund, refund.state == .succeeded else { return [] }
    var members: Members = []
    if wantsMoment, let at = refund.settledAt { members.append(("gmt_refund_pay", .text(at.chineseText))) }
    return members + [
      ("out_request_no", .text(refund.number)), ("out_trade_no", .text(trade.number)),
      ("refund_amount", .text(AlipayTrade.yuan(refund.amount))), ("refund_status", .text("REFUND_SUCCESS")),
      ("total_amount", .text(trade.money.decimalText)), ("trade_no", .text(trade.tradeNumber)),
    ]
  }
}
