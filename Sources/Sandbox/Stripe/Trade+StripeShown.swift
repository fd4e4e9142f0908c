import Values

extension StripeValue {
  init(_ moment: Timestamp?) { self.init(moment.map(\.seconds)) }
}

extension Timestamp {
  var seconds: Int64 { milliseconds / 1000 }
}

extension Currency {
  /// In small letters.
  var stripeCode: String { code.lowercased() }
}

extension Trade {
  /// The page that the buyer pays at.
  /// - Parameter url: where it is; nothing says so once it isn't open.
  func shownSession(url: String?) -> StripeValue {
    let details = stripe
    let isTried = paidAt != nil || refusals > 0 || details.isThrough == true
    return [
      "id": StripeValue(details.session), "object": "checkout.session", "amount_subtotal": .number(amount),
      "amount_total": .number(amount), "cancel_url": StripeValue(cancelURL),
      "client_reference_id": StripeValue(details.reference), "created": StripeValue(openedAt),
      "currency": .text(currency.stripeCode), "customer": nil, "customer_email": StripeValue(details.receiptEmail),
      "expires_at": StripeValue(expiresAt), "livemode": false, "locale": StripeValue(details.locale),
      "metadata": StripeValue(details.sessionMetadata), "mode": "payment",
      "payment_intent": isTried ? .text(tradeNumber) : nil,
      "payment_method_types": .list(details.methodTypes.map(StripeValue.text)),
      "payment_status": paidAt == nil ? "unpaid" : "paid", "status": .text(sessionStatus),
      "success_url": StripeValue(returnURL), "ui_mode": "hosted",
      "url": sessionStatus == "open" ? StripeValue(url) : nil,
    ]
  }

  var shownLines: StripeValue {
    let quantity = max(1, stripe.quantity)
    let price: StripeValue = [
      "object": "price", "currency": .text(currency.stripeCode), "type": "one_time",
      "unit_amount": .number(amount / quantity),
    ]
    let line: StripeValue = [
      "id": .text("li_\(tradeNumber.dropFirst(3))"), "object": "item", "amount_total": .number(amount),
      "currency": .text(currency.stripeCode), "description": .text(subject), "price": price,
      "quantity": .number(quantity),
    ]
    let path = "/v1/checkout/sessions/\(stripe.session ?? "")/line_items"
    return ["object": "list", "data": .list([line]), "has_more": false, "url": .text(path)]
  }

  /// - Parameter url: where the buyer goes on while an action is needed.
  func shownIntent(url: String?) -> StripeValue {
    let (details, status) = (stripe, stripeStatus)
    let place: StripeValue = ["return_url": StripeValue(returnURL), "url": StripeValue(url)]
    let charge: String? = paidAt != nil ? chargeID : refusals > 0 ? failedChargeID : nil
    return [
      "id": .text(tradeNumber), "object": "payment_intent", "amount": .number(amount), "amount_capturable": 0,
      "amount_received": paidAt == nil ? 0 : .number(amount),
      "automatic_payment_methods": details.isAutomatic ? ["allow_redirects": "always", "enabled": true] : nil,
      "canceled_at": StripeValue(closedAt), "cancellation_reason": StripeValue(details.cancellationReason),
      "capture_method": "automatic_async",
      "client_secret": .text("\(tradeNumber)_secret_\(details.secret)"), "confirmation_method": "automatic",
      "created": StripeValue(openedAt), "currency": .text(currency.stripeCode), "customer": nil,
      "description": StripeValue(details.description), "last_payment_error": lastError,
      "latest_charge": StripeValue(charge), "livemode": false, "metadata": StripeValue(details.metadata),
      "next_action": status == .needsAction ? ["redirect_to_url": place, "type": "redirect_to_url"] : nil,
      "payment_method": StripeValue(status == .needsMethod ? nil : details.method),
      "payment_method_types": .list(details.methodTypes.map(StripeValue.text)),
      "receipt_email": StripeValue(details.receiptEmail), "status": .text(status.rawValue),
    ]
  }

  private var lastError: StripeValue {
    guard refusals > 0, paidAt == nil else { return nil }
    return [
      "charge": .text(failedChargeID), "code": "card_declined", "decline_code": .text(declineCode),
      "message": "Your card was declined.", "type": "card_error",
    ]
  }

  var declineCode: String { stripe.decline ?? "generic_decline" }

  /// What the payment brought.
  /// - Parameter refunded: minor units that went back or are on their way.
  func shownCharge(refunded: Int64) -> StripeValue {
    var shown = shownAttempt
    shown["id"] = .text(chargeID)
    shown["amount_captured"] = .number(amount)
    shown["amount_refunded"] = .number(refunded)
    shown["balance_transaction"] = .text(movementID)
    shown["captured"] = true
    shown["created"] = StripeValue(paidAt)
    shown["paid"] = true
    shown["refunded"] = .flag(refunded == amount)
    shown["status"] = "succeeded"
    return shown
  }

  /// The last attempt that failed.
  var shownFailedCharge: StripeValue {
    var shown = shownAttempt
    shown["id"] = .text(failedChargeID)
    shown["failure_code"] = "card_declined"
    shown["failure_message"] = "Your card was declined."
    return shown
  }

  private var shownAttempt: StripeValue {
    let details = stripe
    return [
      "object": "charge", "amount": .number(amount), "amount_captured": 0, "amount_refunded": 0,
      "balance_transaction": nil, "captured": false, "created": StripeValue(openedAt),
      "currency": .text(currency.stripeCode), "description": StripeValue(details.description), "disputed": false,
      "failure_code": nil, "failure_message": nil, "livemode": false, "metadata": StripeValue(details.metadata),
      "paid": false, "payment_intent": .text(tradeNumber), "payment_method": StripeValue(details.method),
      "refunded": false, "status": "failed",
    ]
  }
}

extension TradeRefund {
  func shown(of trade: Trade) -> StripeValue {
    var shown: StripeValue = [
      "id": .text(stripeID), "object": "refund", "amount": .number(amount),
      "balance_transaction": .text(movementID), "charge": .text(trade.chargeID), "created": StripeValue(requestedAt),
      "currency": .text(trade.currency.stripeCode), "metadata": StripeValue(metadata),
      "payment_intent": .text(trade.tradeNumber), "reason": reason.isEmpty ? nil : .text(reason),
      "receipt_number": nil, "status": .text(stripeStatus),
    ]
    if state == .failed {
      shown["failure_reason"] = "expired_or_canceled_card"
      shown["failure_balance_transaction"] = .text(returnID)
    }
    return shown
  }
}
