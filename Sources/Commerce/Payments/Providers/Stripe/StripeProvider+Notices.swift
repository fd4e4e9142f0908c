import Crypto
import Foundation
import Values

extension StripeProvider {
  /// How old a notice may be, and how far ahead: each repeat is signed anew.
  private static let longestAgeSeconds: Int64 = 300

  public func verify(_ notice: RawNotice) async throws -> ProviderReport? {
    try check(notice)
    let head: StripeMessage.EventHead = try decoded(notice.body)
    // Another's, or one of the other world.
    guard head.account == nil, head.livemode == gateway.configuration.isLive else {
      throw NoticeFault.unreadable("of another account")
    }
    switch head.type {
    case "payment_intent.succeeded", "payment_intent.canceled", "payment_intent.processing":
      let event: StripeMessage.Event<StripeMessage.Intent> = try decoded(notice.body)
      return report(event.data.object, at: Timestamp(milliseconds: event.created * 1000))
    case "checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.expired":
      let event: StripeMessage.Event<StripeMessage.Session> = try decoded(notice.body)
      return report(event.data.object, at: Timestamp(milliseconds: event.created * 1000))
    case "checkout.session.async_payment_failed":
      // The bank said no in the end; the page can't be paid at another time.
      let event: StripeMessage.Event<StripeMessage.Session> = try decoded(notice.body)
      return report(event.data.object, as: .failed, at: Timestamp(milliseconds: event.created * 1000))
    case "refund.created", "refund.updated", "refund.failed":
      let event: StripeMessage.Event<StripeMessage.Refund> = try decoded(notice.body)
      return try await report(event.data.object, at: Timestamp(milliseconds: event.created * 1000))
    // A failed attempt leaves the payment open.
    default: return nil
    }
  }

  private func check(_ notice: RawNotice) throws {
    guard let header = notice.headers["stripe-signature"] else { throw NoticeFault.unsigned }
    let parts = header.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
    let times = parts.filter { $0.first == "t" && $0.count == 2 }.map { $0[1] }
    guard times.count == 1, let seconds = Int64(times[0]) else { throw NoticeFault.unsigned }
    let message = Data("\(times[0]).".utf8) + Data(notice.body)
    let isSigned = parts.contains { part in
      guard part.count == 2, part[0] == "v1", let code = Hex.bytes(part[1]) else { return false }
      return gateway.configuration.webhookSecrets.contains { secret in
        HMAC<SHA256>.isValidAuthenticationCode(
          code, authenticating: message, using: SymmetricKey(data: Data(secret.utf8)))
      }
    }
    guard isSigned else { throw NoticeFault.badSignature }
    let (age, isTooFar) = (gateway.clock.now.milliseconds / 1000).subtractingReportingOverflow(seconds)
    guard !isTooFar, age.magnitude <= UInt64(Self.longestAgeSeconds) else { throw NoticeFault.tooOld }
  }

  private func decoded<Message: Decodable>(_ body: [UInt8]) throws -> Message {
    do {
      return try StripeMessage.decoder.decode(Message.self, from: Data(body))
    } catch {
      throw NoticeFault.unreadable("JSON")
    }
  }

  /// A refund doesn't say how much was paid, and one that was begun at Stripe not for what: the payment is asked for.
  private func report(_ refund: StripeMessage.Refund, at moment: Timestamp) async throws -> ProviderReport? {
    guard let id = refund.paymentIntent else { return nil }
    let intent: StripeMessage.Intent = try await noticeCalls.ask { [gateway] in
      try await gateway.get("/v1/payment_intents/\(id)")
    }
    guard let number = intent.metadata?.number, let amount = StripeMessage.money(intent.amount, intent.currency) else {
      return nil
    }
    return ProviderReport(
      number: number, providerNumber: intent.id, merchant: merchant, amount: amount, state: intent.state, at: moment,
      refund: report(refund))
  }

  public func answer(accepted: Bool) -> NoticeAnswer {
    NoticeAnswer(status: accepted ? 200 : 400, contentType: "text/plain", body: accepted ? "ok" : "refused")
  }
}
