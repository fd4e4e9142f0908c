import Foundation
import Values

/// Stripe: its own page for browsers (Checkout Session), and a PaymentIntent for apps.
public struct StripeProvider: PaymentProvider {
  public static let name = PaymentMethod(known: "stripe")

  let gateway: StripeGateway

  public init(_ configuration: StripeConfiguration, http: any ProviderHTTP, clock: WallClock) {
    gateway = StripeGateway(configuration: configuration, http: http, clock: clock)
  }

  public var method: PaymentMethod { Self.name }
  public var merchant: String { StripeConfiguration.merchant(isLive: gateway.configuration.isLive) }
  public var ways: [PaymentWay] { [.page, .mobile, .client] }

  public func open(_ payment: ProviderPayment) async throws -> ProviderOpening {
    switch payment.way {
    case .page, .mobile:
      let session = try await openSession(payment)
      guard let url = session.url else { throw ProviderFault.outcomeUnknown("a session that isn't open") }
      return ProviderOpening(.redirect(url: url), reference: session.id)
    case .client:
      let intent = try await openIntent(payment)
      guard let secret = intent.clientSecret else { throw ProviderFault.outcomeUnknown("an answer without a secret") }
      return ProviderOpening(.client(parameters: ["clientSecret": secret]), reference: intent.id)
    case .code: throw ProviderFault.refused(code: "way")
    }
  }

  /// It lasts a day there; when ours is over it is closed. All that is sent follows from the payment, so that a repeat is
  /// equal.
  private func openSession(_ payment: ProviderPayment) async throws -> StripeMessage.Session {
    try await gateway.post(
      "/v1/checkout/sessions",
      [
        ("mode", "payment"), ("success_url", payment.returnURL), ("cancel_url", payment.returnURL),
        ("client_reference_id", payment.number), ("metadata[number]", payment.number),
        ("payment_intent_data[metadata][number]", payment.number),
        ("locale", payment.language == .zhHans ? "zh" : "en"), ("line_items[0][quantity]", "1"),
        ("line_items[0][price_data][currency]", payment.amount.currency.code.lowercased()),
        ("line_items[0][price_data][unit_amount]", "\(payment.amount.minor)"),
        ("line_items[0][price_data][product_data][name]", payment.subject),
      ], key: "open-\(payment.number)")
  }

  private func openIntent(_ payment: ProviderPayment) async throws -> StripeMessage.Intent {
    try await gateway.post(
      "/v1/payment_intents",
      [
        ("amount", "\(payment.amount.minor)"), ("currency", payment.amount.currency.code.lowercased()),
        ("automatic_payment_methods[enabled]", "true"), ("description", payment.subject),
        ("metadata[number]", payment.number),
      ], key: "open-\(payment.number)")
  }

  /// What Stripe calls the payment. Where no answer came when it was opened the same is asked again under the same key,
  /// which opens nothing twice; nil when it can't be opened any more, so never was.
  private func reference(_ payment: ProviderPayment) async throws -> String? {
    if let reference = payment.reference { return reference }
    do {
      return try await open(payment).reference
    } catch ProviderFault.refused {
      return nil
    }
  }

  public func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    guard let reference = try await reference(payment) else {
      return ProviderReport(
        number: payment.number, providerNumber: "", merchant: merchant, amount: payment.amount, state: .unknown,
        at: gateway.clock.now)
    }
    if reference.hasPrefix("pi_") {
      let intent: StripeMessage.Intent = try await gateway.get("/v1/payment_intents/\(reference)")
      return try needed(report(intent, at: gateway.clock.now))
    }
    let session: StripeMessage.Session = try await gateway.get("/v1/checkout/sessions/\(reference)")
    return try needed(report(session, at: gateway.clock.now))
  }

  private func needed(_ report: ProviderReport?) throws -> ProviderReport {
    guard let report else { throw ProviderFault.outcomeUnknown("an answer that lacks something") }
    return report
  }

  /// Nil for one that isn't ours.
  func report(_ session: StripeMessage.Session, at moment: Timestamp) -> ProviderReport? {
    guard let number = session.clientReferenceId ?? session.metadata?.number,
      let amount = StripeMessage.money(session.amountTotal, session.currency)
    else { return nil }
    return ProviderReport(
      number: number, providerNumber: session.paymentIntent ?? "", merchant: merchant, amount: amount,
      state: session.state, at: moment)
  }

  func report(_ intent: StripeMessage.Intent, at moment: Timestamp) -> ProviderReport? {
    let minor = intent.state == .captured ? intent.amountReceived ?? intent.amount : intent.amount
    guard let number = intent.metadata?.number, let amount = StripeMessage.money(minor, intent.currency) else {
      return nil
    }
    return ProviderReport(
      number: number, providerNumber: intent.id, merchant: merchant, amount: amount, state: intent.state, at: moment)
  }

  public func close(_ payment: ProviderPayment) async throws {
    guard let reference = try await reference(payment) else { return }
    if reference.hasPrefix("pi_") {
      let _: StripeMessage.Intent = try await gateway.post(
        "/v1/payment_intents/\(reference)/cancel", [("cancellation_reason", "abandoned")])
    } else {
      let _: StripeMessage.Session = try await gateway.post("/v1/checkout/sessions/\(reference)/expire", [])
    }
  }
}
