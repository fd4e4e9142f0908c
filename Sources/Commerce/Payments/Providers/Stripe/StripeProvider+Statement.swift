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
      let rows = try page.data.flatMap(lines)
      if !rows.isEmpty { try await take(rows) }
      guard !page.hasMore || !page.data.isEmpty else {
        throw ProviderFault.outcomeUnknown("a page without what it should have")
      }
      after = page.hasMore ? page.data.last?.id : nil
    } while after != nil
  }

  /// Where the account settles in another currency than the buyer paid in, three: the payment or refund as the books have it,
  /// its fee at the same rate, and the exchange, out of the buyer's currency and into the account's.
  private func lines(_ movement: StripeMessage.Movement) throws -> [StatementRow] {
    let row = try row(movement)
    guard row.kind != .other, row.amount.isPositive, let source = movement.source, let minor = source.amount,
      let paid = source.currency.flatMap({ StripeMessage.money(minor, $0) }), paid.currency != row.amount.currency
    else { return [row] }
    let fee = try Self.exchanged(row.fee, from: row.amount, to: paid)
    let whole = StatementRow(
      kind: row.kind, payment: row.payment, refund: row.refund, providerNumber: row.providerNumber, amount: paid,
      fee: fee, at: row.at)
    let left = (row.kind == .refund ? -paid.minor : paid.minor) - fee.minor
    let parts = [
      Money(minor: -left, currency: paid.currency),
      Money(minor: movement.amount - movement.fee, currency: row.amount.currency),
    ]
    return [whole]
      + parts.map {
        StatementRow(
          kind: .other, payment: "", providerNumber: movement.id, amount: $0, fee: .zero($0.currency), at: row.at)
      }
  }

  /// At the rate at which one amount became the other, rounded half up to whole minor units.
  private static func exchanged(_ fee: Money, from settled: Money, to paid: Money) throws -> Money {
    let (product, isTooFar) = fee.minor.multipliedReportingOverflow(by: paid.minor)
    guard !isTooFar, product != .min else { throw ProviderFault.outcomeUnknown("a movement that is too large") }
    let rounded = Int64((product.magnitude + settled.minor.magnitude / 2) / settled.minor.magnitude)
    return Money(minor: product < 0 ? -rounded : rounded, currency: paid.currency)
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
