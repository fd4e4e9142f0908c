import Foundation
import Signatures
import Values

extension AlipayProvider {
  /// Alipay sends a notice again for 25 hours without signing it anew, so its age says nothing.
  public func verify(_ notice: RawNotice) async throws -> ProviderReport? {
    guard var fields = AlipayForm.decoded(notice.body) else { throw NoticeFault.unreadable("form") }
    guard let sign = fields.removeValue(forKey: "sign") else { throw NoticeFault.unsigned }
    guard fields.removeValue(forKey: "sign_type") == "RSA2" else { throw NoticeFault.badSignature }
    guard let key = gateway.configuration.key(fields["alipay_cert_sn"]),
      key.isValid(sign, of: Data(AlipayForm.canonical(fields).utf8))
    else { throw NoticeFault.badSignature }
    guard fields["notify_type"] == "trade_status_sync" else { return nil }
    return try report(fields, refund: await refund(fields))
  }

  /// The notice of a refund tells the sum of all refunds of the payment; how much this one was is asked for.
  private func refund(_ fields: [String: String]) async throws -> ProviderRefundReport? {
    guard fields["gmt_refund"] != nil, let number = fields["out_biz_no"], !number.isEmpty,
      let payment = fields["out_trade_no"]
    else { return nil }
    do {
      let content = try await gateway.call(
        "alipay.trade.fastpay.refund.query",
        AlipayMessage.RefundQuestion(outTradeNo: payment, outRequestNo: number))
      guard content.refundStatus == "REFUND_SUCCESS", let amount = money(content.refundAmount) else { return nil }
      return ProviderRefundReport(number: number, amount: amount, state: .settled)
    } catch ProviderFault.refused {
      return nil
    } catch {
      // Not stored, so that it comes again.
      throw NoticeFault.unreadable("its refund can't be asked for")
    }
  }

  private func report(_ fields: [String: String], refund: ProviderRefundReport?) throws -> ProviderReport {
    guard let number = fields["out_trade_no"], let tradeNumber = fields["trade_no"],
      let amount = money(fields["total_amount"]), let status = fields["trade_status"],
      let state = AlipayMessage.state(status, isRefunded: fields["refund_fee"] != nil || fields["gmt_payment"] != nil)
    else { throw NoticeFault.unreadable("fields") }
    let seller = gateway.configuration.sellerID == nil ? nil : fields["seller_id"] ?? ""
    let moment = ["gmt_payment", "gmt_close", "notify_time"].lazy.compactMap { fields[$0] }
      .compactMap { Timestamp(chineseText: $0) }.first
    return ProviderReport(
      number: number, providerNumber: tradeNumber,
      merchant: AlipayConfiguration.merchant(fields["app_id"] ?? "", seller), amount: amount, state: state,
      at: moment ?? gateway.clock.now, refund: refund)
  }

  private func money(_ text: String?) -> Money? { text.flatMap { Money(decimalText: $0, currency: .cny) } }
}
