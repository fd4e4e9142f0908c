import Values

extension WeChatProvider {
  public func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    let wish = WeChatMessage.RefundWish(
      outTradeNo: refund.payment.number, outRefundNo: refund.number, reason: String(refund.reason.prefix(80)),
      amount: .init(refund: refund.amount.minor, total: refund.payment.amount.minor, currency: "CNY"))
    do {
      return report(try await gateway.post("/v3/refund/domestic/refunds", wish))
    } catch ProviderFault.refused(let code) {
      // The merchant's money there doesn't suffice: the same request works once it does.
      if code == "NOT_ENOUGH" { return self.report(refund, .stuck, code) }
      // What is refused isn't signed: that nothing happened under this number is for the query to say.
      let known = try await queryRefund(refund)
      return known.state == .unknown ? self.report(refund, .failed, code) : known
    }
  }

  public func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    do {
      return report(try await gateway.get("/v3/refund/domestic/refunds/\(refund.number)"))
    } catch ProviderFault.refused(let code) where code == "RESOURCE_NOT_EXISTS" {
      return report(refund, .unknown, code)
    }
  }

  private func report(_ told: WeChatMessage.Refund) -> ProviderRefundReport {
    ProviderRefundReport(
      number: told.outRefundNo, amount: Money(minor: told.amount.refund, currency: .cny),
      state: WeChatMessage.refundState(told.status), reason: told.status == "SUCCESS" ? nil : told.status)
  }

  private func report(
    _ refund: ProviderRefund, _ state: ProviderRefundReport.State, _ reason: String
  ) -> ProviderRefundReport {
    ProviderRefundReport(number: refund.number, amount: refund.amount, state: state, reason: reason)
  }
}
