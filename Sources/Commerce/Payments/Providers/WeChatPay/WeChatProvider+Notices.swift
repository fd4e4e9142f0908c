import Foundation
import Values

extension WeChatProvider {
  public func verify(_ notice: RawNotice) async throws -> ProviderReport? {
    guard let claim = WeChatSignature.Claim(notice.headers) else { throw NoticeFault.unsigned }
    guard claim.isFresh(at: gateway.clock.now) else { throw NoticeFault.tooOld }
    guard let key = await gateway.key(claim.serial), claim.isSigned(by: key, body: notice.body) else {
      throw NoticeFault.badSignature
    }
    let told: WeChatMessage.Notice = try decoded(Data(notice.body))
    guard let content = told.resource.opened(with: configuration.apiKey) else {
      throw NoticeFault.unreadable("sealed with another key")
    }
    if told.eventType.hasPrefix("TRANSACTION.") { return try report(try decoded(content)) }
    if told.eventType.hasPrefix("REFUND.") { return refundReport(try decoded(content)) }
    return nil
  }

  private func decoded<Message: Decodable>(_ data: Data) throws -> Message {
    do {
      return try WeChatMessage.decoder.decode(Message.self, from: data)
    } catch {
      throw NoticeFault.unreadable("JSON")
    }
  }

  private func report(_ transaction: WeChatMessage.Transaction) throws -> ProviderReport {
    guard let state = WeChatMessage.state(transaction.tradeState), let amount = transaction.amount.flatMap(Self.money)
    else { throw NoticeFault.unreadable("transaction") }
    return Self.report(transaction, state, amount, now: gateway.clock.now)
  }

  /// Says nothing new of the payment, and doesn't name the application.
  private func refundReport(_ notice: WeChatMessage.RefundNotice) -> ProviderReport {
    ProviderReport(
      number: notice.outTradeNo, providerNumber: notice.transactionId,
      merchant: WeChatConfiguration.merchant(notice.mchid, configuration.appID),
      amount: Money(minor: notice.amount.total, currency: .cny), state: .unknown,
      at: notice.successTime.flatMap { Timestamp(rfc3339: $0) } ?? gateway.clock.now,
      refund: ProviderRefundReport(
        number: notice.outRefundNo, amount: Money(minor: notice.amount.refund, currency: .cny),
        state: WeChatMessage.refundState(notice.refundStatus),
        reason: notice.refundStatus == "SUCCESS" ? nil : notice.refundStatus))
  }

  public func answer(accepted: Bool) -> NoticeAnswer {
    accepted
      ? NoticeAnswer(status: 204, contentType: "application/json", body: "")
      : NoticeAnswer(status: 400, contentType: "application/json", body: #"{"code":"FAIL","message":"refused"}"#)
  }
}
