import Values

extension AlipayProvider {
  /// The merchant's money at Alipay doesn't suffice: the same request works once it does.
  private static let shortOfMoney = "ACQ.SELLER_BALANCE_NOT_ENOUGH"

  /// Money moved only where Alipay says so. A repeat under the same number moves none, and then the query tells.
  public func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    do {
      let content = try await gateway.call(
        "alipay.trade.refund",
        AlipayMessage.Refund(
          outTradeNo: refund.payment.number, outRequestNo: refund.number, refundAmount: refund.amount.decimalText,
          refundReason: refund.reason.isEmpty ? nil : refund.reason))
      guard content.outTradeNo == refund.payment.number, content.fundChange == "Y" else {
        return try await standing(of: refund)
      }
      return ProviderRefundReport(number: refund.number, amount: refund.amount, state: .settled)
    } catch ProviderFault.refused(let code) where code == Self.shortOfMoney {
      return ProviderRefundReport(number: refund.number, amount: refund.amount, state: .stuck, reason: code)
    } catch ProviderFault.refused(let code) {
      return try await judged(refund, refused: code)
    }
  }

  public func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    do {
      let content = try await gateway.call(
        "alipay.trade.fastpay.refund.query",
        AlipayMessage.RefundQuestion(outTradeNo: refund.payment.number, outRequestNo: refund.number))
      guard content.refundStatus == "REFUND_SUCCESS" else {
        return ProviderRefundReport(number: refund.number, amount: refund.amount, state: .unknown)
      }
      guard content.outRequestNo == refund.number, content.outTradeNo ?? refund.payment.number == refund.payment.number,
        let amount = content.refundAmount.flatMap({ Money(decimalText: $0, currency: .cny) })
      else { throw ProviderFault.outcomeUnknown("an answer about another refund") }
      return ProviderRefundReport(number: refund.number, amount: amount, state: .settled)
    } catch ProviderFault.refused(let code) where code == "ACQ.TRADE_NOT_EXIST" {
      return ProviderRefundReport(number: refund.number, amount: refund.amount, state: .unknown, reason: code)
    }
  }
}
