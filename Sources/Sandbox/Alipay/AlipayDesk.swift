import Values

/// What the gateway's methods do. Throws `AlipayRefusal` for what Alipay says no to.
struct AlipayDesk: Sendable {
  typealias Members = [(String, AlipayWire.Value)]

  /// Methods that a browser brings: they answer with a page.
  static let pages: Set = ["alipay.trade.page.pay", "alipay.trade.wap.pay"]
  static let methods: Set = pages.union([
    "alipay.trade.precreate", "alipay.trade.query", "alipay.trade.close", "alipay.trade.refund",
    "alipay.trade.fastpay.refund.query", "alipay.data.dataservice.bill.downloadurl.query",
  ])

  let core: SandboxCore
  let account: AlipayAccount

  func answer(_ method: String, _ content: AlipayContent, _ parameters: [String: String]) async throws -> Members {
    switch method {
    case "alipay.trade.precreate":
      let trade = try await open(content, parameters, language: .zhHans)
      return [("out_trade_no", .text(trade.number)), ("qr_code", .text(core.cashier(of: trade)))]
    case "alipay.trade.query": return try await query(content)
    case "alipay.trade.close": return try await close(content)
    case "alipay.trade.refund": return try await refund(content)
    case "alipay.trade.fastpay.refund.query": return try await queryRefund(content)
    case "alipay.data.dataservice.bill.downloadurl.query": return try await billAddress(content)
    default: throw AlipayRefusal.gateway("40002", "isv.invalid-method", "不存在的方法名")
    }
  }

  // MARK: Opening

  /// Before the buyer comes, the same number may be told anew.
  func open(_ content: AlipayContent, _ parameters: [String: String], language: Language) async throws -> Trade {
    let merchant = account.appID
    return try await core.book.turn { turn in
      let wish = try AlipayWish(content, parameters, now: turn.now)
      let present = turn.trade(.alipay, number: wish.number)
      if let present {
        let trade = try turn.current(present)
        if AlipayTrade(trade, in: turn).exists { return try Self.same(trade, as: wish) }
      }
      // Whoever still has the address of an earlier wish comes to the same cashier: a number is one trade.
      let trade = Trade(
        brand: .alipay, token: present?.token ?? Random.letters(24), merchant: merchant, number: wish.number,
        tradeNumber: AlipayTrade.number(turn.now), amount: wish.amount, currency: .cny, subject: wish.subject,
        language: language, openedAt: turn.now, expiresAt: wish.expiresAt, returnURL: wish.returnURL,
        noticeURL: wish.noticeURL, state: .unseen, details: wish.details)
      turn.keep(trade)
      return trade
    }
  }

  private static func same(_ trade: Trade, as wish: AlipayWish) throws -> Trade {
    if trade.paidAt != nil { throw AlipayRefusal.business("ACQ.TRADE_HAS_SUCCESS", "交易已被支付") }
    if trade.state == .closed { throw AlipayRefusal.business("ACQ.TRADE_HAS_CLOSE", "交易已经关闭") }
    guard trade.amount == wish.amount, trade.subject == wish.subject else {
      throw AlipayRefusal.business("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")
    }
    return trade
  }

  // MARK: Trades

  /// The one that is asked for, by Alipay's number where that is given. Throws where Alipay has none.
  static func trade(_ content: AlipayContent, in turn: inout BookTurn) throws -> Trade {
    let found: Trade? =
      if let number = content["trade_no"] {
        turn.trade(.alipay, tradeNumber: number)
      } else if let number = content["out_trade_no"] {
        turn.trade(.alipay, number: number)
      } else {
        throw AlipayRefusal.invalid("out_trade_no")
      }
    guard let found else { throw AlipayRefusal.noTrade }
    let trade = try turn.current(found)
    guard AlipayTrade(trade, in: turn).exists else { throw AlipayRefusal.noTrade }
    return trade
  }

  private func query(_ content: AlipayContent) async throws -> Members {
    let facts = try await core.book.turn { turn in AlipayTrade(try Self.trade(content, in: &turn), in: turn) }
    var members: Members = [
      ("buyer_logon_id", .text(facts.buyer)), ("buyer_pay_amount", .text(facts.paid)),
      ("buyer_user_id", .text(facts.buyerID)), ("invoice_amount", .text(facts.paid)),
      ("out_trade_no", .text(facts.trade.number)), ("point_amount", .text("0.00")),
      ("receipt_amount", .text(facts.paid)),
    ]
    if let at = facts.trade.paidAt { members.append(("send_pay_date", .text(at.chineseText))) }
    members += [
      ("subject", .text(facts.trade.subject)), ("total_amount", .text(facts.amount)),
      ("trade_no", .text(facts.trade.tradeNumber)), ("trade_status", .text(facts.status)),
    ]
    if facts.trade.paidAt != nil {
      let funds = AlipayWire.object([("amount", .text(facts.amount)), ("fund_channel", .text("ALIPAYACCOUNT"))])
      members.append(("fund_bill_list", .json("[\(funds)]")))
    }
    return members
  }

  private func close(_ content: AlipayContent) async throws -> Members {
    let trade = try await core.book.turn { turn in
      let trade = try Self.trade(content, in: &turn)
      guard trade.state == .pending else { throw AlipayRefusal.wrongState }
      return try turn.close(trade)
    }
    return [("out_trade_no", .text(trade.number)), ("trade_no", .text(trade.tradeNumber))]
  }
}
