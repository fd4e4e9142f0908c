import Foundation
import Values

/// What WeChat Pay tells by itself: sealed, signed with each attempt anew, about a day long.
struct WeChatVoice: ProviderVoice {
  enum Event {
    static let paid = "TRANSACTION.SUCCESS"
    static let refund = "REFUND."
  }

  let account: WeChatAccount
  let signers: WeChatSigners

  var brand: Brand { .wechat }
  var waitsSeconds: [Int] {
    [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600]
  }

  func drafts(of event: TradeEvent, in turn: BookTurn) throws -> [NoticeDraft] {
    switch event {
    case .paid(let trade): try drafts(of: trade, hasRefunds: false)
    case .again(let trade):
      trade.paidAt == nil ? [] : try drafts(of: trade, hasRefunds: turn.refunded(of: trade.token) > 0)
    case .refund(let refund, let trade): try drafts(of: refund, of: trade)
    // Nobody is told of what wasn't paid.
    case .refused, .closed: []
    }
  }

  private func drafts(of trade: Trade, hasRefunds: Bool) throws -> [NoticeDraft] {
    guard let address = trade.noticeURL else { return [] }
    let told = WeChatMessages.Transaction(trade, hasRefunds: hasRefunds, of: account)
    return [NoticeDraft(event: Event.paid, address: address, content: try Self.text(told))]
  }

  private func drafts(of refund: TradeRefund, of trade: Trade) throws -> [NoticeDraft] {
    // Who gave it back at the platform's own desk named no address.
    let address = refund.noticeURL ?? (refund.isUnasked ? trade.noticeURL : nil)
    guard refund.state != .processing, let address else { return [] }
    let told = WeChatMessages.RefundNotice(refund, of: trade)
    return [NoticeDraft(event: Event.refund + told.refund_status, address: address, content: try Self.text(told))]
  }

  // MARK: Attempts

  func call(_ notice: TradeNotice, spoil: NoticeSpoil, at moment: Timestamp) throws -> NoticeCall {
    guard let key = signers.forNotice() else { throw WeChatProblem.unknownKey }
    let isRefund = notice.event.hasPrefix(Event.refund)
    let kind = isRefund ? "refund" : "transaction"
    let content = isRefund ? try refund(notice, spoil) : try transaction(notice, spoil)
    let message = WeChatMessages.Notice(
      id: Self.identity(notice), create_time: notice.madeAt.chineseRFC3339, event_type: notice.event,
      summary: Self.summary(notice.event),
      resource: try WeChatSealedText(content, key: account.apiKey, associatedData: kind, originalType: kind))
    let body = try Message.encode(message)
    // A signature of another text is as good as one by another key.
    let signed = spoil.hasBadSignature ? body + [UInt8(ascii: " ")] : body
    var headers = try WeChatSigners.headers(signed, by: key, at: moment, isProbe: spoil.isProbe)
    headers.append((name: "content-type", value: "application/json"))
    return NoticeCall(headers: headers, body: spoil.isTampered ? Self.tampered(body) : body)
  }

  /// Repeats mostly keep it; who takes it for the fact's own is wrong now and then.
  static func identity(_ notice: TradeNotice) -> String {
    "EV-\(notice.madeAt.weChatDigits)-\(notice.id)-\((notice.failures + 1) / 3)"
  }

  private static func summary(_ event: String) -> String {
    switch event {
    case Event.paid: "支付成功"
    case "REFUND.SUCCESS": "退款成功"
    case "REFUND.ABNORMAL": "退款异常"
    default: "退款关闭"
    }
  }

  /// Still JSON, and no longer what was signed.
  private static func tampered(_ body: [UInt8]) -> [UInt8] {
    Array(String(decoding: body, as: UTF8.self).replacing("\"summary\":\"", with: "\"summary\":\"！").utf8)
  }

  private func transaction(_ notice: TradeNotice, _ spoil: NoticeSpoil) throws -> [UInt8] {
    var told = try Self.read(WeChatMessages.Transaction.self, notice.content)
    if spoil.hasWrongAmount { told.amount.total += 1 }
    if spoil.hasWrongCurrency { told.amount.currency = "USD" }
    if spoil.hasWrongNumber { told.out_trade_no = Self.another(told.out_trade_no) }
    if spoil.isForeign { told.mchid = Self.another(told.mchid) }
    return try Message.encode(told)
  }

  private func refund(_ notice: TradeNotice, _ spoil: NoticeSpoil) throws -> [UInt8] {
    var told = try Self.read(WeChatMessages.RefundNotice.self, notice.content)
    if spoil.hasWrongAmount { told.amount.refund += 1 }
    if spoil.hasWrongNumber { told.out_trade_no = Self.another(told.out_trade_no) }
    if spoil.isForeign { told.mchid = Self.another(told.mchid) }
    return try Message.encode(told)
  }

  /// A number of the same form that isn't this one.
  private static func another(_ number: String) -> String {
    number.last.map { number.dropLast() + ($0 == "0" ? "1" : "0") } ?? "0"
  }

  private static func text(_ told: some Encodable) throws -> String {
    String(decoding: try Message.encode(told), as: UTF8.self)
  }

  private static func read<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }

  /// With or without something to read: the status alone counts.
  func isAcknowledged(status: Int, body: [UInt8]) -> Bool { status == 200 || status == 204 }
}
