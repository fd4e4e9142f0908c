import Values

extension WeChatDesk {
  /// How long money is on its way back.
  static let refundTime = Duration.seconds(30)
  private static let mostRefunds = 50
  /// What orders of faults name.
  private static let call = "/v3/refund/domestic/refunds"
  private static let longest = Duration.days(365)

  func refund(_ method: String, _ asked: WeChatPath, _ body: [UInt8]) async throws -> Content {
    guard asked.steps.starts(with: ["v3", "refund", "domestic", "refunds"]) else { throw WeChatProblem.unknownResource }
    switch (method, asked.steps.count) {
    case ("POST", 4): return try await giveBack(try WeChatRefundWish(body))
    case ("GET", 5): return try await refund(asked.steps[4])
    case ("POST", 6) where asked.steps[5] == "apply-abnormal-refund": return try await sendAgain(asked.steps[4])
    default: throw WeChatProblem.unknownResource
    }
  }

  private func giveBack(_ wish: WeChatRefundWish) async throws -> Content {
    let faults = faults
    let told = try await book.turn { turn -> WeChatMessages.Refund in
      if let present = turn.refund(.wechat, number: wish.number), let trade = turn.trade(token: present.trade) {
        guard present.isRepeated(by: wish) else { throw WeChatProblem.invalid("同一商户退款单号的请求参数不一致") }
        return WeChatMessages.Refund(present, of: trade)
      }
      let trade = try Self.trade(wish.order, in: turn)
      try Self.expect(wish, of: trade, in: turn)
      if faults.take(.insufficientBalance, at: .wechat, call: Self.call) != nil { throw WeChatProblem.notEnough }
      let isStuck = faults.take(.refundStuck, at: .wechat, call: Self.call) != nil
      var refund = TradeRefund(
        wish, of: trade, until: isStuck ? nil : turn.now.adding(Self.refundTime), now: turn.now)
      if faults.take(.refundAbnormal, at: .wechat, call: Self.call) != nil { refund.becomes = .stuck }
      if faults.take(.refundFails, at: .wechat, call: Self.call) != nil { refund.becomes = .failed }
      do {
        return WeChatMessages.Refund(try turn.giveBack(refund), of: trade)
      } catch TradeRefusal.notPaid {
        throw WeChatProblem.invalid("订单未支付，不能退款")
      } catch TradeRefusal.refundTooLarge {
        throw WeChatProblem.invalid("申请退款金额超过订单可退金额")
      }
    }
    return Content(body: try Message.encode(told))
  }

  private static func trade(_ order: WeChatRefundWish.Order, in turn: BookTurn) throws -> Trade {
    let found: Trade? =
      switch order {
      case .transaction(let number): turn.trade(.wechat, tradeNumber: number)
      case .number(let number): turn.trade(.wechat, number: number)
      }
    guard let found else { throw WeChatProblem.unknownResource }
    return found
  }

  private static func expect(_ wish: WeChatRefundWish, of trade: Trade, in turn: BookTurn) throws(WeChatProblem) {
    guard wish.total == trade.amount else { throw .invalid("订单金额与原订单不一致") }
    guard turn.refunds(of: trade.token).count < mostRefunds else { throw .invalid("订单退款次数超过限制") }
    if let paidAt = trade.paidAt, turn.now > paidAt.adding(longest) { throw .invalid("订单已超过可退款的最长期限") }
  }

  private func refund(_ number: String) async throws -> Content {
    let told = try await book.turn { turn -> WeChatMessages.Refund in
      guard let refund = turn.refund(.wechat, number: number), let trade = turn.trade(token: refund.trade) else {
        throw WeChatProblem.unknownResource
      }
      return WeChatMessages.Refund(refund, of: trade)
    }
    return Content(body: try Message.encode(told))
  }

  /// The merchant saw to a refund that the buyer's bank wouldn't take: it goes another way.
  private func sendAgain(_ number: String) async throws -> Content {
    let told = try await book.turn { turn -> WeChatMessages.Refund in
      guard var refund = turn.refund(.wechat, refundNumber: number), let trade = turn.trade(token: refund.trade) else {
        throw WeChatProblem.unknownResource
      }
      guard refund.state == .stuck else { throw WeChatProblem.invalid("退款单状态不是退款异常") }
      refund.state = .processing
      refund.becomes = nil
      refund.settlesAt = turn.now.adding(Self.refundTime)
      turn.keep(refund)
      return WeChatMessages.Refund(refund, of: trade)
    }
    return Content(body: try Message.encode(told))
  }
}
