import Values

/// What WeChat Pay makes of a trade.
extension Trade {
  private enum Detail {
    static let kind = "kind"
    static let attach = "attach"
    static let openID = "openID"
    static let fingerprint = "fingerprint"
    static let isClosedLate = "closed"
  }

  /// - Parameters:
  ///   - end: when paying ends.
  ///   - now: by the sandbox's clock.
  init(_ wish: WeChatWish, of account: WeChatAccount, until end: Timestamp, now: Timestamp) {
    self.init(
      brand: .wechat, token: Random.letters(32), merchant: account.merchantID, number: wish.number,
      tradeNumber: "4200\(now.weChatDigits.prefix(8))\(Random.digits(16))", amount: wish.total, currency: .cny,
      subject: wish.description, language: .zhHans, openedAt: now, expiresAt: end, returnURL: nil, cancelURL: nil,
      noticeURL: wish.noticeURL, state: .unseen)
    details = [
      Detail.kind: wish.kind.rawValue, Detail.attach: wish.attach, Detail.fingerprint: wish.fingerprint,
      Detail.openID: wish.openID ?? "o" + Random.letters(27),
    ]
  }

  var weChatKind: String { details[Detail.kind] ?? "" }
  var weChatAttach: String { details[Detail.attach] ?? "" }
  /// Who pays.
  var weChatOpenID: String { details[Detail.openID] ?? "" }

  func isRepeated(by wish: WeChatWish) -> Bool {
    details[Detail.kind] == wish.kind.rawValue && details[Detail.fingerprint] == wish.fingerprint
  }

  /// When its time is over nobody can pay it, but it isn't closed before somebody closes it.
  var isClosedForGood: Bool {
    guard state == .closed, let closedAt else { return false }
    return details[Detail.isClosedLate] != nil || expiresAt.map { closedAt < $0 } ?? true
  }

  mutating func closeForGood() { details[Detail.isClosedLate] = "yes" }
}

extension TradeRefund {
  private static let fingerprint = "fingerprint"

  /// - Parameters:
  ///   - end: when it comes to its end by itself; nil leaves it on its way.
  ///   - now: by the sandbox's clock.
  init(_ wish: WeChatRefundWish, of trade: Trade, until end: Timestamp?, now: Timestamp) {
    self.init(
      brand: .wechat, trade: trade.token, number: wish.number,
      refundNumber: "5030\(now.weChatDigits.prefix(8))\(Random.digits(17))", amount: wish.amount,
      reason: wish.reason, state: .processing, requestedAt: now, settlesAt: end, settledAt: nil,
      noticeURL: wish.noticeURL)
    details[Self.fingerprint] = wish.fingerprint
  }

  func isRepeated(by wish: WeChatRefundWish) -> Bool { details[Self.fingerprint] == wish.fingerprint }

  var weChatStatus: String {
    switch state {
    case .processing: "PROCESSING"
    case .succeeded: "SUCCESS"
    case .failed: "CLOSED"
    case .stuck: "ABNORMAL"
    }
  }
}

extension Timestamp {
  /// What clocks in China show, as figures alone: `20260115102030`.
  var weChatDigits: String { chineseText.filter(\.isNumber) }
}

extension WeChatMessages.Transaction {
  /// - Parameter hasRefunds: whether money of it went back, or is on its way.
  init(_ trade: Trade, hasRefunds: Bool, of account: WeChatAccount) {
    appid = account.appID
    mchid = trade.merchant
    out_trade_no = trade.number
    attach = trade.weChatAttach
    amount = Amount(total: trade.amount, currency: trade.currency.code)
    guard let paidAt = trade.paidAt else {
      (trade_state, trade_state_desc) = trade.isClosedForGood ? ("CLOSED", "订单已关闭") : ("NOTPAY", "订单未支付")
      return
    }
    (trade_state, trade_state_desc) = hasRefunds ? ("REFUND", "订单发生过退款，退款详情请查询退款单") : ("SUCCESS", "支付成功")
    transaction_id = trade.tradeNumber
    trade_type = trade.weChatKind
    bank_type = "OTHERS"
    success_time = paidAt.chineseRFC3339
    payer = Payer(openid: trade.weChatOpenID)
    amount.payer_total = trade.amount
    amount.payer_currency = trade.currency.code
  }
}

extension WeChatMessages.Refund {
  init(_ refund: TradeRefund, of trade: Trade) {
    refund_id = refund.refundNumber
    out_refund_no = refund.number
    transaction_id = trade.tradeNumber
    out_trade_no = trade.number
    user_received_account = "支付用户零钱"
    success_time = refund.state == .succeeded ? refund.settledAt?.chineseRFC3339 : nil
    create_time = refund.requestedAt.chineseRFC3339
    status = refund.weChatStatus
    amount = Amount(
      total: trade.amount, refund: refund.amount, payer_total: trade.amount, payer_refund: refund.amount,
      settlement_total: trade.amount, settlement_refund: refund.amount, currency: trade.currency.code)
  }
}

extension WeChatMessages.RefundNotice {
  init(_ refund: TradeRefund, of trade: Trade) {
    mchid = trade.merchant
    out_trade_no = trade.number
    transaction_id = trade.tradeNumber
    out_refund_no = refund.number
    refund_id = refund.refundNumber
    refund_status = refund.weChatStatus
    success_time = refund.state == .succeeded ? refund.settledAt?.chineseRFC3339 : nil
    user_received_account = "支付用户零钱"
    amount = Amount(
      total: trade.amount, refund: refund.amount, payer_total: trade.amount, payer_refund: refund.amount)
  }
}
