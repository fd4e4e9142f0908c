import Values

extension StripeDesk {
  /// How long a refund is on its way, by the sandbox's clock.
  private static let settlesAfter = Duration.seconds(5)
  private static let names: Set<String> = ["payment_intent", "charge", "amount", "reason", "metadata"]
  private static let reasons = ["duplicate", "fraudulent", "requested_by_customer"]

  func refund(_ call: StripeCall, _ form: StripeForm) async throws -> StripeValue {
    try form.expectOnly(Self.names)
    let metadata = try form.metadata("metadata")
    if let reason = form["reason"], !Self.reasons.contains(reason) {
      throw StripeProblem.invalid("reason", "Invalid reason: must be one of \(Self.reasons.joined(separator: ", "))")
    }
    let amount = form["amount"] == nil ? nil : try form.amount("amount")
    let details = try Self.details(call, metadata)
    let faults = core.faults
    let (refund, trade) = try await book.turn { turn in
      let trade = try Self.paid(form, &turn)
      let left = trade.amount - turn.refunded(of: trade.token)
      guard left > 0 else {
        throw StripeProblem.state(
          "Charge \(trade.chargeID) has already been refunded.", code: "charge_already_refunded")
      }
      guard amount ?? left <= left else {
        throw StripeProblem.state(
          "Refund amount (\(amount ?? left)) is greater than unrefunded amount on charge (\(left))", param: "amount")
      }
      guard faults.take(.insufficientBalance, at: .stripe, call: call.name) == nil else {
        throw StripeProblem.state("Insufficient funds in Stripe account.", code: "balance_insufficient")
      }
      let id = "re_\(Random.letters(24))"
      let refund = Self.spoilt(
        TradeRefund(
          brand: .stripe, trade: trade.token, number: id, refundNumber: id, amount: amount ?? left,
          reason: form["reason"] ?? "", state: .processing, requestedAt: turn.now,
          settlesAt: turn.now.adding(Self.settlesAfter), details: details), faults, call.name)
      return (try turn.giveBack(refund), trade)
    }
    return refund.shown(of: trade)
  }

  private static func details(_ call: StripeCall, _ metadata: [String: String]) throws -> [String: String] {
    var details = [
      TradeRefund.Detail.metadata: String(decoding: try Message.encode(metadata), as: UTF8.self),
      TradeRefund.Detail.request: call.request,
    ]
    details[TradeRefund.Detail.key] = call.key
    return details
  }

  /// What goes back, of which money came.
  private static func paid(_ form: StripeForm, _ turn: inout BookTurn) throws -> Trade {
    let trade: Trade
    if let payment = form["payment_intent"] {
      trade = try turn.intent(payment, param: "payment_intent")
    } else if let charge = form["charge"] {
      guard charge.hasPrefix("ch_"), let found = turn.trade(.stripe, tradeNumber: "pi_\(charge.dropFirst(3))") else {
        throw StripeProblem.missingResource("charge", charge, param: "charge")
      }
      trade = found
    } else {
      throw StripeProblem.missing("payment_intent")
    }
    guard trade.paidAt != nil else {
      throw StripeProblem.state(
        "This PaymentIntent (\(trade.tradeNumber)) does not have a successful charge to refund.")
    }
    return trade
  }

  /// As orders of faults want it: it never ends, needs somebody, or fails when its time is over.
  private static func spoilt(_ refund: TradeRefund, _ faults: FaultDesk, _ call: String) -> TradeRefund {
    var refund = refund
    if faults.take(.refundStuck, at: .stripe, call: call) != nil { refund.settlesAt = nil }
    if faults.take(.refundAbnormal, at: .stripe, call: call) != nil {
      refund.state = .stuck
      refund.settlesAt = nil
    }
    if faults.take(.refundFails, at: .stripe, call: call) != nil { refund.becomes = .failed }
    return refund
  }
}
