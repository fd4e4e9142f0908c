import Values

extension StripeProvider {
  /// The money at Stripe doesn't suffice: it works once it does.
  private static let shortOfMoney = "balance_insufficient"

  public func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    let intent = try intent(of: refund)
    // The key protects for a day only, so that a later repeat looks first.
    let known = try await standing(of: refund)
    if known.state != .unknown { return known }
    do {
      let told: StripeMessage.Refund = try await gateway.once(
        "/v1/refunds",
        [
          ("payment_intent", intent), ("amount", "\(refund.amount.minor)"), ("reason", "requested_by_customer"),
          ("metadata[refund]", refund.number), ("metadata[number]", refund.payment.number),
        ], key: "refund-\(refund.number)", passing: [Self.shortOfMoney]
      ) { try await find(refund, of: intent) }
      return report(told)
    } catch ProviderFault.refused(let code) where code == Self.shortOfMoney {
      return ProviderRefundReport(number: refund.number, amount: refund.amount, state: .stuck, reason: code)
    }
  }

  public func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    if let found = try await find(refund, of: intent(of: refund)) { return report(found) }
    return ProviderRefundReport(number: refund.number, amount: refund.amount, state: .unknown)
  }

  private func intent(of refund: ProviderRefund) throws -> String {
    guard let intent = refund.payment.providerNumber else { throw ProviderFault.refused(code: "unknownPayment") }
    return intent
  }

  private func find(_ refund: ProviderRefund, of intent: String) async throws -> StripeMessage.Refund? {
    try await gateway.first("/v1/refunds", [("payment_intent", intent)]) { $0.metadata?.refund == refund.number }
  }

  /// One that was begun at Stripe goes by its number there.
  func report(_ refund: StripeMessage.Refund) -> ProviderRefundReport {
    ProviderRefundReport(
      number: refund.metadata?.refund ?? refund.id,
      amount: StripeMessage.money(refund.amount, refund.currency) ?? Money(minor: 0, currency: .cny),
      state: refund.state, reason: refund.failureReason ?? (refund.state == .stuck ? refund.status : nil))
  }
}
