import Crypto
import Foundation
import Values

/// How Stripe tells what became of a payment: in several events, each signed anew with every attempt.
struct StripeVoice: ProviderVoice {
  /// Of the interface in which objects are told.
  static let version = "2026-10-28.endive"

  /// What notices are signed with; two while it is changed.
  let secrets: [String]
  /// Where they go while the merchant has named no place itself.
  let address: String

  var brand: Brand { .stripe }
  /// A minute, and twice as long each time, for almost three days.
  var waitsSeconds: [Int] { (0..<12).map { 60 << $0 } }
  var patienceSeconds: Int64 { 10 }

  func isAcknowledged(status: Int, body: [UInt8]) -> Bool { (200..<300).contains(status) }

  func returnAddress(of trade: Trade, after decision: CashierDecision, at moment: Timestamp) throws -> String? {
    let session = trade.stripe.session ?? ""
    switch decision {
    case .paid: return trade.returnURL?.replacing("{CHECKOUT_SESSION_ID}", with: session)
    case .left: return trade.cancelURL ?? trade.returnURL?.replacing("{CHECKOUT_SESSION_ID}", with: session)
    // The page says that the card was declined, and takes another.
    case .refused: return nil
    }
  }

  // MARK: What is told

  func drafts(of event: TradeEvent, in turn: BookTurn) throws -> [NoticeDraft] {
    let place = StripeWebhook.current(turn) ?? StripeWebhook(url: address, events: ["*"])
    return happenings(event, turn).filter { place.wants($0.type) }.map { happening in
      NoticeDraft(
        event: happening.type, address: place.url,
        content: String(decoding: happening.event(of: event.trade, at: turn.now).bytes, as: UTF8.self))
    }
  }

  private func happenings(_ event: TradeEvent, _ turn: BookTurn) -> [StripeHappening] {
    switch event {
    case .paid(let trade): return paid(trade, turn)
    case .refused(let trade): return refused(trade)
    case .closed(let trade, let byTime): return closed(trade, byTime: byTime)
    case .refund(let refund, let trade): return refunded(refund, trade, turn)
    case .again(let trade):
      if trade.paidAt != nil {
        let refunds = turn.refunds(of: trade.token).flatMap { refunded($0, trade, turn) }
        return paid(trade, turn) + refunds
      }
      if trade.state == .closed { return closed(trade, byTime: true) }
      if trade.stripeStatus == .processing { return delayed(trade) }
      return trade.refusals > 0 ? refused(trade) : []
    }
  }

  private func paid(_ trade: Trade, _ turn: BookTurn) -> [StripeHappening] {
    var told = [
      StripeHappening("charge.succeeded", trade.shownCharge(refunded: turn.refunded(of: trade.token))),
      StripeHappening("payment_intent.succeeded", trade.shownIntent(url: nil)),
    ]
    guard trade.stripe.session != nil else { return told }
    if trade.stripe.isThrough == true {
      return told + [StripeHappening("checkout.session.async_payment_succeeded", trade.shownSession(url: nil))]
    }
    if trade.refusals == 0 { told.insert(created(trade), at: 0) }
    return told + [StripeHappening("checkout.session.completed", trade.shownSession(url: nil))]
  }

  /// The bank has yet to decide.
  private func delayed(_ trade: Trade) -> [StripeHappening] {
    let told = [StripeHappening("payment_intent.processing", trade.shownIntent(url: nil))]
    guard trade.stripe.session != nil else { return told }
    return [created(trade)] + told + [StripeHappening("checkout.session.completed", trade.shownSession(url: nil))]
  }

  private func refused(_ trade: Trade) -> [StripeHappening] {
    let told = [
      StripeHappening("charge.failed", trade.shownFailedCharge),
      StripeHappening("payment_intent.payment_failed", trade.shownIntent(url: nil)),
    ]
    guard trade.stripe.session != nil else { return told }
    if trade.stripe.isThrough == true {
      return told + [StripeHappening("checkout.session.async_payment_failed", trade.shownSession(url: nil))]
    }
    return trade.refusals == 1 ? [created(trade)] + told : told
  }

  /// The payment that comes of a session, when the buyer tries to pay for the first time.
  private func created(_ trade: Trade) -> StripeHappening {
    var fresh = trade
    fresh.state = .pending
    fresh.paidAt = nil
    fresh.refusals = 0
    fresh.stripe.method = nil
    return StripeHappening("payment_intent.created", fresh.shownIntent(url: nil))
  }

  private func closed(_ trade: Trade, byTime: Bool) -> [StripeHappening] {
    let details = trade.stripe
    let cause = byTime ? nil : details.request.map { ($0, details.key) }
    let intent = StripeHappening("payment_intent.canceled", trade.shownIntent(url: nil), cause)
    guard details.session != nil else { return [intent] }
    let session = StripeHappening("checkout.session.expired", trade.shownSession(url: nil), cause)
    return trade.refusals > 0 ? [intent, session] : [session]
  }

  private func refunded(_ refund: TradeRefund, _ trade: Trade, _ turn: BookTurn) -> [StripeHappening] {
    let shown = refund.shown(of: trade)
    let cause = refund.details[TradeRefund.Detail.request].map { ($0, refund.details[TradeRefund.Detail.key]) }
    let isBegun =
      refund.state == .processing || refund.state == .stuck || refund.isUnasked && refund.state == .succeeded
    let isNew = refund.requestedAt == turn.now && isBegun
    switch refund.state {
    case _ where isNew:
      return [
        StripeHappening("refund.created", shown, cause),
        StripeHappening("charge.refunded", trade.shownCharge(refunded: turn.refunded(of: trade.token)), cause),
      ]
    case .failed: return [StripeHappening("refund.updated", shown), StripeHappening("refund.failed", shown)]
    case .processing, .succeeded, .stuck: return [StripeHappening("refund.updated", shown)]
    }
  }

  // MARK: Sending

  func call(_ notice: TradeNotice, spoil: NoticeSpoil, at moment: Timestamp) throws -> NoticeCall {
    let told = try JSONDecoder().decode(StripeValue.self, from: Data(notice.content.utf8))
    let body = told.spoilt(spoil).bytes
    let keys = spoil.hasBadSignature || spoil.isProbe ? ["whsec_somebody_else"] : secrets
    let signature = Self.signature(of: body, at: moment.seconds, with: keys)
    return NoticeCall(
      headers: [
        ("content-type", "application/json; charset=utf-8"), ("stripe-signature", signature),
        ("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"),
      ],
      body: spoil.isTampered ? body + [UInt8(ascii: " ")] : body)
  }

  /// `t=…,v1=…`, with a `v1` for each secret.
  static func signature(of body: [UInt8], at seconds: Int64, with secrets: [String]) -> String {
    let message = Data("\(seconds).".utf8) + Data(body)
    let codes = secrets.map { secret in
      let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: Data(secret.utf8)))
      return ",v1=\(Hex.text(code))"
    }
    return "t=\(seconds)" + codes.joined()
  }
}

/// One event, before it is told.
struct StripeHappening {
  let type: String
  private let object: StripeValue
  /// The call that it comes of, and its key.
  private let cause: (request: String, key: String?)?

  init(_ type: String, _ object: StripeValue, _ cause: (request: String, key: String?)? = nil) {
    self.type = type
    self.object = object
    self.cause = cause
  }

  /// Its id follows from what it tells, so that telling it again is known as such.
  func event(of trade: Trade, at now: Timestamp) -> StripeValue {
    let told = [
      trade.token, type, object["id"]?.text, object["status"]?.text,
      object["amount_refunded"]?.number.map { String($0) }, object["latest_charge"]?.text,
    ]
    let digest = SHA256.hash(data: Data(told.compactMap { $0 }.joined(separator: " ").utf8))
    return [
      "id": .text("evt_\(Hex.text(digest).prefix(24))"), "object": "event", "api_version": .text(StripeVoice.version),
      "created": StripeValue(now), "data": ["object": object], "livemode": false, "pending_webhooks": 1,
      "request": ["id": StripeValue(cause?.request), "idempotency_key": StripeValue(cause?.key)],
      "type": .text(type),
    ]
  }
}

extension StripeValue {
  /// An event that says something else than it should.
  fileprivate func spoilt(_ spoil: NoticeSpoil) -> StripeValue {
    var event = self
    if spoil.isForeign { event["account"] = "acct_somebodyElse" }
    guard var object = self["data"]?["object"] else { return event }
    if spoil.hasWrongAmount {
      for name in ["amount", "amount_received", "amount_total", "amount_subtotal"] {
        if let amount = object[name]?.number { object[name] = .number(amount + 1) }
      }
    }
    if spoil.hasWrongCurrency { object["currency"] = object["currency"]?.text == "usd" ? "cny" : "usd" }
    if spoil.hasWrongNumber {
      if let number = object["client_reference_id"]?.text {
        object["client_reference_id"] = .text(Self.another(number))
      }
      if case .object(let metadata) = object["metadata"] {
        object["metadata"] = .object(metadata.mapValues { .text(Self.another($0.text ?? "")) })
      }
    }
    event["data"] = ["object": object]
    return event
  }

  /// A number of the same form that isn't this one.
  private static func another(_ number: String) -> String {
    number.last.map { number.dropLast() + ($0 == "0" ? "1" : "0") } ?? "0"
  }
}
