import Foundation
import Signatures
import Values

extension AlipayProvider {
  /// Alipay sends a notice again for 25 hours without signing it anew, so its age says nothing.
  public func verify(_ notice: RawNotice) async throws -> ProviderReport? {
    guard var fields = AlipayForm.decoded(notice.body) else { throw NoticeFault.unreadable("form") }
    guard let sign = fields.removeValue(forKey: "sign") else { throw NoticeFault.unsigned }
    guard fields.removeValue(forKey: "sign_type") == "RSA2" else { throw NoticeFault.badSignature }
    let signed = Data(AlipayForm.canonical(fields).utf8)
    guard gateway.configuration.keys(fields["alipay_cert_sn"]).contains(where: { $0.isValid(sign, of: signed) }) else {
      throw NoticeFault.badSignature
    }
    guard fields["notify_type"] == "trade_status_sync" else { return nil }
    let told = try report(fields, refund: nil)
    // Nothing is asked about what is another's.
    guard told.merchant == merchant, let back = try await refund(fields) else { return told }
    return try report(fields, refund: back)
  }

  /// The notice of a refund tells the sum of all refunds of the payment; how much this one was is asked for. Of those that were
  /// asked for here the answer has told, or will when it is asked for again.
  private func refund(_ fields: [String: String]) async throws(NoticeFault) -> ProviderRefundReport? {
    guard fields["gmt_refund"] != nil, let payment = fields["out_trade_no"] else { return nil }
    // One without a number of its own goes by the payment's.
    let number = fields["out_biz_no"].flatMap { $0.isEmpty ? nil : $0 } ?? payment
    guard RefundID(number) == nil else { return nil }
    let content = try await noticeCalls.ask { [gateway] in
      try await gateway.call(
        "alipay.trade.fastpay.refund.query",
        AlipayMessage.RefundQuestion(outTradeNo: payment, outRequestNo: number))
    }
    // Nobody here would ask for it later, so the notice must come again.
    guard content.refundStatus == "REFUND_SUCCESS", content.outRequestNo == number,
      let amount = money(content.refundAmount)
    else { throw .notYet("a refund that isn't done") }
    return ProviderRefundReport(number: number, amount: amount, state: .settled)
  }

  private func report(_ fields: [String: String], refund: ProviderRefundReport?) throws -> ProviderReport {
    guard let number = fields["out_trade_no"], let tradeNumber = fields["trade_no"],
      let amount = money(fields["total_amount"]), let status = fields["trade_status"],
      let state = AlipayMessage.state(status, isRefunded: fields["gmt_payment"] != nil || hasRefunds(fields))
    else { throw NoticeFault.unreadable("fields") }
    let seller = gateway.configuration.sellerID == nil ? nil : fields["seller_id"] ?? ""
    let moment = ["gmt_payment", "gmt_close", "notify_time"].lazy.compactMap { fields[$0] }
      .compactMap { Timestamp(chineseText: $0) }.first
    return ProviderReport(
      number: number, providerNumber: tradeNumber,
      merchant: AlipayConfiguration.merchant(fields["app_id"] ?? "", seller), amount: amount, state: state,
      at: moment ?? gateway.clock.now, refund: refund)
  }

  private func hasRefunds(_ fields: [String: String]) -> Bool { money(fields["refund_fee"])?.isPositive == true }

  private func money(_ text: String?) -> Money? { text.flatMap { Money(decimalText: $0, currency: .cny) } }
}
