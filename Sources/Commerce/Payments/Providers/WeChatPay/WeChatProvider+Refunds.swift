import Values

extension WeChatProvider {
  public func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    let wish = WeChatMessage.RefundWish(
      outTradeNo: refund.payment.number, outRefundNo: refund.number,
      reason: refund.reason.isEmpty ? nil : String(refund.reason.prefix(80)),
      notifyUrl: refund.payment.noticeURL,
      amount: .init(refund: refund.amount.minor, total: refund.payment.amount.minor, currency: "CNY"))
    do {
      return try report(try await gateway.post("/v3/refund/domestic/refunds", wish), of: refund)
    } catch ProviderFault.refused(let code) {
      // The merchant's money there doesn't suffice: the same request works once it does.
      if code == "NOT_ENOUGH" { return self.report(refund, .stuck, code) }
      // What is refused may be unsigned: that nothing happened under this number is for the query to say.
      return try await judged(refund, refused: code)
    }
  }

  public func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    do {
      return try report(try await gateway.get("/v3/refund/domestic/refunds/\(refund.number)"), of: refund)
    } catch ProviderFault.refused(let code) where code == "RESOURCE_NOT_EXISTS" {
      return report(refund, .unknown, code)
    }
  }

  private func report(_ told: WeChatMessage.Refund, of refund: ProviderRefund) throws -> ProviderRefundReport {
    guard told.outRefundNo == refund.number, told.outTradeNo ?? refund.payment.number == refund.payment.number else {
      throw ProviderFault.outcomeUnknown("an answer about another refund")
    }
    return ProviderRefundReport(
      number: told.outRefundNo, amount: Money(minor: told.amount.refund, currency: .cny),
      state: WeChatMessage.refundState(told.status), reason: told.status == "SUCCESS" ? nil : told.status)
  }

  private func report(
    _ refund: ProviderRefund, _ state: ProviderRefundReport.State, _ reason: String
  ) -> ProviderRefundReport {
    ProviderRefundReport(number: refund.number, amount: refund.amount, state: state, reason: reason)
  }
}
