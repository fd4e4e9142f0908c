import Foundation
import Values

/// Stripe: its own page for browsers (Checkout Session), and a PaymentIntent for apps.
public struct StripeProvider: PaymentProvider {
  public static let name = PaymentMethod(known: "stripe")

  /// Currencies whose smallest unit Stripe counts otherwise than we do.
  private static let countedOtherwise: Set = [
    "BIF", "DJF", "GNF", "ISK", "KMF", "MGA", "PYG", "RWF", "UGX", "VUV", "XAF", "XOF", "XPF",
  ]
  /// By how much clocks may differ when it is looked for what was opened.
  private static let leeway = Duration.minutes(15)

  let gateway: StripeGateway
  let noticeCalls: NoticeCalls

  public init(_ configuration: StripeConfiguration, http: any ProviderHTTP, clock: WallClock) {
    gateway = StripeGateway(configuration: configuration, http: http, clock: clock)
    noticeCalls = NoticeCalls(Self.name, clock: clock)
  }

  public var method: PaymentMethod { Self.name }
  public var merchant: String { StripeConfiguration.merchant(isLive: gateway.configuration.isLive) }
  public var ways: [PaymentWay] { [.page, .mobile, .client] }

  public func open(_ payment: ProviderPayment) async throws -> ProviderOpening {
    guard payment.amount.isPositive, !Self.countedOtherwise.contains(payment.amount.currency.code) else {
      throw ProviderFault.refused(code: "amount")
    }
    switch payment.way {
    case .page, .mobile:
      let session = try await openSession(payment)
      guard let url = session.url else { throw ProviderFault.outcomeUnknown("a session that isn't open") }
      return ProviderOpening(
        .redirect(url: url), reference: session.id,
        goodUntil: session.expiresAt.map { Timestamp(milliseconds: $0 * 1000) })
    case .client:
      let intent = try await openIntent(payment)
      guard intent.state == .pending, let secret = intent.clientSecret else {
        throw ProviderFault.outcomeUnknown("a payment that isn't open")
      }
      return ProviderOpening(.client(parameters: ["clientSecret": secret]), reference: intent.id)
    case .code: throw ProviderFault.refused(code: "way")
    }
  }

  /// It lasts a day there; when ours is over it is closed. All that is sent follows from the payment, so that a repeat is
  /// equal.
  private func openSession(_ payment: ProviderPayment) async throws -> StripeMessage.Session {
    var key = "open-\(payment.number)"
    if let reference = payment.reference {
      let known: StripeMessage.Session = try await gateway.get("/v1/checkout/sessions/\(reference)")
      guard known.status == "expired" else { return known }
      // It is what the first key still answers.
      key += "-\(reference.suffix(12))"
    }
    return try await gateway.once(
      "/v1/checkout/sessions",
      [
        ("mode", "payment"), ("success_url", payment.returnURL), ("cancel_url", payment.returnURL),
        ("client_reference_id", payment.number), ("metadata[number]", payment.number),
        ("payment_intent_data[metadata][number]", payment.number),
        ("locale", payment.language == .zhHans ? "zh" : "en"), ("line_items[0][quantity]", "1"),
        ("line_items[0][price_data][currency]", payment.amount.currency.code.lowercased()),
        ("line_items[0][price_data][unit_amount]", "\(payment.amount.minor)"),
        ("line_items[0][price_data][product_data][name]", payment.subject),
      ], key: key
    ) { try await session(of: payment).flatMap { $0.status == "expired" ? nil : $0 } }
  }

  private func openIntent(_ payment: ProviderPayment) async throws -> StripeMessage.Intent {
    if let reference = payment.reference { return try await gateway.get("/v1/payment_intents/\(reference)") }
    return try await gateway.once(
      "/v1/payment_intents",
      [
        ("amount", "\(payment.amount.minor)"), ("currency", payment.amount.currency.code.lowercased()),
        ("automatic_payment_methods[enabled]", "true"), ("description", payment.subject),
        ("metadata[number]", payment.number),
      ], key: "open-\(payment.number)"
    ) { try await intent(of: payment) }
  }

  // MARK: What there is

  private enum Known {
    case session(StripeMessage.Session)
    case intent(StripeMessage.Intent)

    var id: String {
      switch self {
      case .session(let session): session.id
      case .intent(let intent): intent.id
      }
    }
  }

  /// Where no answer came when it was opened it is looked for, since asking to open it again would open it; nil where it
  /// isn't there.
  private func known(_ payment: ProviderPayment) async throws -> Known? {
    guard let reference = payment.reference else {
      if payment.way == .client { return try await intent(of: payment).map(Known.intent) }
      return try await session(of: payment).map(Known.session)
    }
    if reference.hasPrefix("pi_") { return .intent(try await gateway.get("/v1/payment_intents/\(reference)")) }
    return .session(try await gateway.get("/v1/checkout/sessions/\(reference)"))
  }

  private func session(of payment: ProviderPayment) async throws -> StripeMessage.Session? {
    try await gateway.first("/v1/checkout/sessions", Self.since(payment)) { $0.number == payment.number }
  }

  private func intent(of payment: ProviderPayment) async throws -> StripeMessage.Intent? {
    try await gateway.first("/v1/payment_intents", Self.since(payment)) { $0.metadata?.number == payment.number }
  }

  /// What can have been opened for it.
  private static func since(_ payment: ProviderPayment) -> StripeGateway.Form {
    let from = (payment.openedAt ?? payment.expiresAt.adding(.days(-1))).adding(.zero - leeway)
    return [("created[gte]", "\(from.milliseconds / 1000)")]
  }

  // MARK: Asking

  public func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    let now = gateway.clock.now
    let found: ProviderReport?
    switch try await known(payment) {
    case nil:
      return ProviderReport(
        number: payment.number, providerNumber: "", merchant: merchant, amount: payment.amount, state: .unknown, at: now
      )
    case .intent(let intent): found = report(intent, at: now)
    case .session(let session): found = report(session, as: try await state(of: session), at: now)
    }
    guard let told = found, told.number == payment.number else {
      throw ProviderFault.outcomeUnknown("an answer about another payment")
    }
    return told
  }

  private func state(of session: StripeMessage.Session) async throws -> ProviderReport.State {
    guard session.isUndecided, let id = session.paymentIntent else { return session.state }
    let intent: StripeMessage.Intent = try await gateway.get("/v1/payment_intents/\(id)")
    return intent.stateBehindSession
  }

  /// Nil for one that isn't ours.
  /// - Parameter state: where more is known than the session says.
  func report(
    _ session: StripeMessage.Session, as state: ProviderReport.State? = nil, at moment: Timestamp
  ) -> ProviderReport? {
    guard let number = session.number,
      let amount = StripeMessage.money(session.amountTotal, session.currency)
    else { return nil }
    return ProviderReport(
      number: number, providerNumber: session.paymentIntent ?? "", merchant: merchant, amount: amount,
      state: state ?? session.state, at: moment)
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
    let reference: String
    if let known = payment.reference {
      reference = known
    } else {
      guard let found = try await known(payment) else { return }
      reference = found.id
    }
    if reference.hasPrefix("pi_") {
      let _: StripeMessage.Intent = try await gateway.post(
        "/v1/payment_intents/\(reference)/cancel", [("cancellation_reason", "abandoned")])
    } else {
      let _: StripeMessage.Session = try await gateway.post("/v1/checkout/sessions/\(reference)/expire", [])
    }
  }
}
