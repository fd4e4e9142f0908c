import Values

extension StripeProvider {
  /// The money at Stripe doesn't suffice: it works once it does.
  private static let shortOfMoney = "balance_insufficient"
  private static let mostPages = 10

  public func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    guard let intent = refund.payment.providerNumber else { throw ProviderFault.refused(code: "unknownPayment") }
    // The key protects for a day only, so that a later repeat looks first.
    let known = try await queryRefund(refund)
    if known.state != .unknown { return known }
    do {
      let told: StripeMessage.Refund = try await gateway.post(
        "/v1/refunds",
        [
          ("payment_intent", intent), ("amount", "\(refund.amount.minor)"), ("reason", "requested_by_customer"),
          ("metadata[refund]", refund.number), ("metadata[number]", refund.payment.number),
        ], key: "refund-\(refund.number)")
      return report(told)
    } catch ProviderFault.refused(let code) where code == Self.shortOfMoney {
      return ProviderRefundReport(number: refund.number, amount: refund.amount, state: .stuck, reason: code)
    }
  }

  public func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    guard let intent = refund.payment.providerNumber else { throw ProviderFault.refused(code: "unknownPayment") }
    var after: String?
    for _ in 1...Self.mostPages {
      var query: StripeGateway.Form = [("payment_intent", intent), ("limit", "100")]
      if let after { query.append(("starting_after", after)) }
      let page: StripeMessage.List<StripeMessage.Refund> = try await gateway.get("/v1/refunds", query)
      if let found = page.data.first(where: { $0.metadata?.refund == refund.number }) { return report(found) }
      guard page.hasMore, let last = page.data.last else { break }
      after = last.id
    }
    return ProviderRefundReport(number: refund.number, amount: refund.amount, state: .unknown)
  }

  /// One that was begun at Stripe goes by its number there.
  func report(_ refund: StripeMessage.Refund) -> ProviderRefundReport {
    ProviderRefundReport(
      number: refund.metadata?.refund ?? refund.id,
      amount: StripeMessage.money(refund.amount, refund.currency) ?? Money(minor: 0, currency: .cny),
      state: refund.state, reason: refund.failureReason)
  }
}
