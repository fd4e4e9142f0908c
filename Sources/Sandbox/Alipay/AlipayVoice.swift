import Foundation
import Signatures
import Values

/// What Alipay tells by itself.
struct AlipayVoice: ProviderVoice {
  let account: AlipayAccount

  var brand: Brand { .alipay }
  /// Four minutes, ten, ten, an hour, two, six, fifteen: eight deliveries in about 25 hours.
  var waitsSeconds: [Int] { [240, 600, 600, 3600, 7200, 21_600, 54_000] }

  /// Exactly seven bytes.
  func isAcknowledged(status: Int, body: [UInt8]) -> Bool { status == 200 && body == Array("success".utf8) }

  // MARK: What is told

  func drafts(of event: TradeEvent, in turn: BookTurn) throws -> [NoticeDraft] {
    let trade = event.trade
    guard let address = trade.noticeURL, trade.seenAt != nil else { return [] }
    let facts = AlipayTrade(trade, in: turn)
    let refund: TradeRefund?
    switch event {
    case .paid: refund = nil
    // Only the phone's page is told of trades that nobody paid in time.
    case .closed(_, let byTime):
      guard byTime, trade.details["method"] == "alipay.trade.wap.pay" else { return [] }
      refund = nil
    case .refund(let done, _):
      guard done.state == .succeeded else { return [] }
      refund = done
    case .again: refund = facts.refunds.last { $0.state == .succeeded }
    case .refused: return []
    }
    guard facts.status != "WAIT_BUYER_PAY" else { return [] }
    let fields = fields(facts, refund)
    let content = String(decoding: try Message.encode(fields), as: UTF8.self)
    return [NoticeDraft(event: facts.status, address: address, content: content)]
  }

  private func fields(_ facts: AlipayTrade, _ refund: TradeRefund?) -> [String: String] {
    let trade = facts.trade
    var fields = [
      "notify_type": "trade_status_sync",
      "notify_id": "\(trade.openedAt.chineseDay.filter { $0 != "-" })\(Random.digits(26))",
      "app_id": account.appID, "auth_app_id": account.appID, "charset": "utf-8", "version": "1.0",
      "trade_no": trade.tradeNumber, "out_trade_no": trade.number, "buyer_id": facts.buyerID,
      "buyer_logon_id": facts.buyer, "seller_id": account.sellerID, "seller_email": "seller@example.com",
      "trade_status": facts.status, "total_amount": facts.amount, "subject": trade.subject,
      "body": trade.details["body"] ?? "", "gmt_create": (trade.seenAt ?? trade.openedAt).chineseText,
    ]
    fields["passback_params"] = trade.details["passback_params"]
    if trade.details["certificates"] != nil { fields["alipay_cert_sn"] = account.platformCertificate.alipaySerial }
    if let at = trade.paidAt {
      fields["gmt_payment"] = at.chineseText
      for name in ["receipt_amount", "invoice_amount", "buyer_pay_amount"] { fields[name] = facts.amount }
      fields["point_amount"] = "0.00"
      fields["fund_bill_list"] = #"[{"amount":"\#(facts.amount)","fundChannel":"ALIPAYACCOUNT"}]"#
    }
    if facts.refunded > 0 { fields["refund_fee"] = AlipayTrade.yuan(facts.refunded) }
    if let refund {
      fields["out_biz_no"] = refund.number
      fields["gmt_refund"] = (refund.settledAt ?? refund.requestedAt).chineseTextToMilliseconds
    }
    if facts.status == "TRADE_CLOSED" {
      fields["gmt_close"] = (trade.closedAt ?? refund?.settledAt ?? facts.now).chineseText
    }
    return fields
  }

  // MARK: How it is told

  func call(_ notice: TradeNotice, spoil: NoticeSpoil, at moment: Timestamp) throws -> NoticeCall {
    var fields = try JSONDecoder().decode([String: String].self, from: Data(notice.content.utf8))
    fields["notify_time"] = moment.chineseText
    if spoil.hasWrongAmount { fields["total_amount"] = Self.more(fields["total_amount"]) }
    if spoil.hasWrongNumber { fields["out_trade_no"] = "unknown_\(Random.digits(8))" }
    if spoil.isForeign {
      fields["app_id"] = "2021999999999999"
      fields["auth_app_id"] = "2021999999999999"
      fields["seller_id"] = "2088999999999999"
    }
    let key = spoil.hasBadSignature ? try RSAPrivateKey.generated() : account.platformKey
    let sign = try key.signature(of: Data(AlipayWire.canonical(notice: fields).utf8))
    if spoil.isTampered { fields["total_amount"] = Self.more(fields["total_amount"]) }
    fields["sign_type"] = "RSA2"
    fields["sign"] = sign
    // In no particular order; nobody may rely on one.
    let pairs = fields.sorted { $0.key > $1.key }.map { (name: $0.key, value: $0.value) }
    return NoticeCall(
      headers: [("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
      body: Array(FormText.joined(pairs).utf8))
  }

  private static func more(_ amount: String?) -> String? {
    amount.flatMap { Money(decimalText: $0, currency: .cny) }.map { AlipayTrade.yuan($0.minor + 1) }
  }

  // MARK: The way back

  /// Signed, and still no proof of anything.
  func returnAddress(of trade: Trade, after decision: CashierDecision, at moment: Timestamp) throws -> String? {
    guard let address = trade.returnURL, decision == .paid else { return trade.returnURL }
    var fields = [
      "charset": "utf-8", "out_trade_no": trade.number, "method": "\(trade.details["method"] ?? "").return",
      "total_amount": trade.money.decimalText, "trade_no": trade.tradeNumber, "auth_app_id": account.appID,
      "version": "1.0", "app_id": account.appID, "seller_id": account.sellerID, "timestamp": moment.chineseText,
    ]
    let sign = try account.platformKey.signature(of: Data(AlipayWire.canonical(notice: fields).utf8))
    fields["sign_type"] = "RSA2"
    fields["sign"] = sign
    let pairs = fields.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    return address + (address.contains("?") ? "&" : "?") + FormText.joined(pairs)
  }
}
