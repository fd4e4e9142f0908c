import Values

extension StripeDesk {
  private static let sessionNames: Set<String> = [
    "mode", "success_url", "cancel_url", "client_reference_id", "metadata", "payment_intent_data", "locale",
    "line_items", "expires_at", "customer_email", "payment_method_types", "ui_mode", "submit_type",
  ]
  private static let intentNames: Set<String> = [
    "amount", "currency", "automatic_payment_methods", "payment_method_types", "metadata", "confirm", "capture_method",
    "description", "receipt_email", "payment_method", "return_url", "confirmation_method", "statement_descriptor",
  ]

  // MARK: Sessions

  func openSession(_ form: StripeForm) async throws -> StripeValue {
    try form.expectOnly(Self.sessionNames)
    guard try form.needed("mode") == "payment" else {
      throw StripeProblem.invalid("mode", "Only sessions in the mode `payment` are played here.")
    }
    let cart = try StripeCart(form)
    var details = StripeDetails()
    details.session = "cs_test_\(Random.letters(58))"
    details.secret = Random.letters(25)
    details.reference = try form.text("client_reference_id", upTo: 200)
    details.locale = form["locale"]
    details.description = form["payment_intent_data", "description"]
    details.receiptEmail = form["customer_email"]
    details.quantity = cart.quantity
    details.sessionMetadata = try form.metadata("metadata")
    details.metadata = try form.metadata("payment_intent_data", "metadata")
    if !form.list("payment_method_types").isEmpty { details.methodTypes = form.list("payment_method_types") }
    var trade = trade(amount: cart.total, currency: cart.currency, subject: cart.subject, details)
    trade.expiresAt = try form.expiry(from: book.clock.now)
    trade.returnURL = try form.webAddress("success_url", form.needed("success_url"))
    trade.cancelURL = try form["cancel_url"].map { try form.webAddress("cancel_url", $0) }
    trade.language = details.locale?.hasPrefix("zh") == true ? .zhHans : .en
    return shownSession(try await keep(trade))
  }

  private func trade(amount: Int64, currency: Currency, subject: String, _ details: StripeDetails) -> Trade {
    let id = "pi_\(Random.letters(24))"
    var trade = Trade(
      brand: .stripe, token: Random.letters(32), merchant: "test",
      number: details.session ?? id, tradeNumber: id, amount: amount, currency: currency, subject: subject,
      language: .en, openedAt: book.clock.now, state: .pending)
    trade.stripe = details
    return trade
  }

  /// Under the shop's own number where that is free, so that people find it.
  private func keep(_ wanted: Trade) async throws -> Trade {
    try await book.turn { turn in
      var trade = wanted
      if let number = trade.stripe.reference, PaymentWish.isNumber(number), turn.trade(.stripe, number: number) == nil {
        trade.number = number
      }
      turn.keep(trade)
      if let session = trade.stripe.session {
        turn.keep(
          TradeNote(brand: .stripe, kind: StripeLedger.sessions, key: session, value: trade.token, at: turn.now))
      }
      return trade
    }
  }

  func expireSession(_ id: String, _ call: StripeCall) async throws -> StripeValue {
    let trade = try await book.turn { turn in
      let trade = try turn.session(id)
      guard trade.sessionStatus == "open" else {
        throw StripeProblem.state(
          "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of "
            + "\(trade.sessionStatus).")
      }
      return try turn.close(trade.asked(by: call))
    }
    return shownSession(trade)
  }

  // MARK: Payments by themselves

  func openIntent(_ form: StripeForm) async throws -> StripeValue {
    try form.expectOnly(Self.intentNames)
    guard form["capture_method"] != "manual" else {
      throw StripeProblem.invalid("capture_method", "Capturing by hand isn't played here.")
    }
    let isConfirmed = try form.flag("confirm") ?? false
    var details = StripeDetails()
    details.secret = Random.letters(25)
    details.description = form["description"]
    details.receiptEmail = form["receipt_email"]
    details.metadata = try form.metadata("metadata")
    if !form.list("payment_method_types").isEmpty { details.methodTypes = form.list("payment_method_types") }
    details.isAutomatic =
      try form.flag("automatic_payment_methods", "enabled") ?? form.list("payment_method_types").isEmpty
    details.method = form["payment_method"]
    if let method = details.method { _ = try StripeMethod(method) }
    var trade = trade(
      amount: try form.amount("amount"), currency: try form.currency("currency"),
      subject: details.description ?? "Stripe", details)
    trade.returnURL = try form["return_url"].map { try form.webAddress("return_url", $0) }
    if isConfirmed, details.method == nil { throw Self.unconfirmable(trade, shownIntent(trade)) }
    let kept = try await keep(trade)
    return isConfirmed ? try await confirm(kept.tradeNumber, method: nil, returnURL: nil) : shownIntent(kept)
  }

  func confirmIntent(_ id: String, _ form: StripeForm) async throws -> StripeValue {
    try form.expectOnly(["payment_method", "return_url", "receipt_email", "off_session", "use_stripe_sdk"])
    let method = form["payment_method"]
    if let method { _ = try StripeMethod(method) }
    return try await confirm(
      id, method: method, returnURL: try form["return_url"].map { try form.webAddress("return_url", $0) })
  }

  private func confirm(_ id: String, method: String?, returnURL: String?) async throws -> StripeValue {
    let (trade, decline): (Trade, String?) = try await book.turn { turn in
      var trade = try turn.intent(id)
      if let method { trade.choose(method) }
      if let returnURL { trade.returnURL = returnURL }
      let canBe: [Trade.StripeStatus] = [.needsConfirmation, .needsAction]
      guard canBe.contains(trade.stripeStatus), let method = trade.stripe.method else {
        throw Self.unconfirmable(trade, trade.shownIntent(url: nil))
      }
      switch try StripeMethod(method) {
      case .pays: return (try turn.pay(trade), nil)
      case .declines(let reason):
        trade.stripe.decline = reason
        return (try turn.refuse(trade), reason)
      case .leads:
        trade.stripe.isLeading = true
        turn.keep(trade)
        return (trade, nil)
      case .takesDays:
        trade.stripe.isDelayed = true
        turn.keep(trade)
        return (trade, nil)
      }
    }
    if let decline { throw StripeProblem.declined(decline, intent: shownIntent(trade)) }
    return shownIntent(trade)
  }

  func cancelIntent(_ id: String, _ call: StripeCall, _ form: StripeForm) async throws -> StripeValue {
    try form.expectOnly(["cancellation_reason"])
    let reason = form["cancellation_reason"]
    let reasons = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"]
    if let reason, !reasons.contains(reason) {
      throw StripeProblem.invalid(
        "cancellation_reason", "Invalid cancellation_reason: must be one of \(reasons.joined(separator: ", "))")
    }
    let trade = try await book.turn { turn in
      var trade = try turn.intent(id).asked(by: call)
      guard ![.succeeded, .canceled, .processing].contains(trade.stripeStatus) else {
        throw Self.unexpected(
          trade, trade.shownIntent(url: nil),
          "You cannot cancel this PaymentIntent because it has a status of \(trade.stripeStatus.rawValue). Only a "
            + "PaymentIntent with one of the following statuses may be canceled: requires_payment_method, "
            + "requires_capture, requires_confirmation, requires_action, processing.")
      }
      trade.stripe.cancellationReason = reason
      return try turn.close(trade)
    }
    return shownIntent(trade)
  }

  private static func unconfirmable(_ trade: Trade, _ shown: StripeValue) -> StripeProblem {
    let why =
      trade.stripeStatus == .needsMethod
      ? "it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm "
        + "it again, or confirm it again directly with a payment method or ConfirmationToken."
      : "it has a status of \(trade.stripeStatus.rawValue)."
    return unexpected(trade, shown, "You cannot confirm this PaymentIntent because \(why)")
  }

  private static func unexpected(_ trade: Trade, _ shown: StripeValue, _ message: String) -> StripeProblem {
    var problem = StripeProblem.state(message, code: "payment_intent_unexpected_state")
    problem.intent = shown
    return problem
  }
}

extension Trade {
  fileprivate mutating func choose(_ method: String) {
    var details = stripe
    details.method = method
    details.attempt = refusals
    details.isLeading = false
    details.isDelayed = false
    details.decline = nil
    stripe = details
  }

  /// What is told of the change names the call.
  fileprivate func asked(by call: StripeCall) -> Trade {
    var trade = self
    trade.stripe.request = call.request
    trade.stripe.key = call.key
    return trade
  }
}

/// What Stripe has for tests in the place of cards: each has one way to end.
enum StripeMethod {
  /// `takesDays` until the bank decides, whom the control API plays.
  case pays, leads, takesDays
  case declines(String)

  init(_ method: String) throws(StripeProblem) {
    switch method {
    case "pm_card_chargeDeclined", "pm_card_visa_chargeDeclined": self = .declines("generic_decline")
    case "pm_card_chargeDeclinedInsufficientFunds", "pm_card_visa_chargeDeclinedInsufficientFunds":
      self = .declines("insufficient_funds")
    case "pm_card_authenticationRequired", "pm_card_threeDSecure2Required", "pm_alipay", "pm_wechat_pay": self = .leads
    case "pm_usBankAccount_processing": self = .takesDays
    case _ where method.hasPrefix("pm_card_"): self = .pays
    default: throw .missingResource("PaymentMethod", method, param: "payment_method")
    }
  }
}
