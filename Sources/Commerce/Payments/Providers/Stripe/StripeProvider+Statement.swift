import Values

extension StripeProvider {
  /// Stripe's days are those of UTC.
  public func readStatement(
    of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void
  ) async throws {
    guard let start = Timestamp(rfc3339: "\(day.rawValue)T00:00:00Z") else {
      throw ProviderFault.refused(code: "day")
    }
    let (from, before) = (start.milliseconds / 1000, start.adding(.days(1)).milliseconds / 1000)
    guard gateway.clock.now.milliseconds / 1000 >= before else { throw ProviderFault.notYet }
    var after: String?
    repeat {
      var query: StripeGateway.Form = [
        ("created[gte]", "\(from)"), ("created[lt]", "\(before)"), ("limit", "100"), ("expand[]", "data.source"),
      ]
      if let after { query.append(("starting_after", after)) }
      let page: StripeMessage.List<StripeMessage.Movement> = try await gateway.get("/v1/balance_transactions", query)
      let rows = try page.data.map(row)
      if !rows.isEmpty { try await take(rows) }
      after = page.hasMore ? page.data.last?.id : nil
    } while after != nil
  }

  private func row(_ movement: StripeMessage.Movement) throws -> StatementRow {
    let isRefund = ["refund", "payment_refund"].contains(movement.type)
    guard let amount = StripeMessage.money(isRefund ? -movement.amount : movement.amount, movement.currency),
      let fee = StripeMessage.money(movement.fee, movement.currency)
    else { throw ProviderFault.outcomeUnknown("a movement in an unknown currency") }
    let kind: StatementRow.Kind =
      isRefund ? .refund : ["charge", "payment"].contains(movement.type) ? .payment : .other
    let known = movement.source?.metadata
    return StatementRow(
      kind: kind, payment: known?.number ?? "",
      refund: kind == .refund ? known?.refund ?? movement.source?.id ?? "" : "",
      providerNumber: kind == .other ? movement.id : movement.source?.paymentIntent ?? movement.id,
      amount: amount, fee: fee,
      at: Timestamp(milliseconds: movement.created * 1000))
  }
}
