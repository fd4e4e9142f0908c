import Events
import Logging
import Storage
import Values

/// What became of a provider's report.
enum Verdict: Hashable, Sendable {
  case applied
  /// Known already, or older than what is known: acknowledged, without effect.
  case repeated
  case foreignMerchant
  case unknownNumber
  case wrongAmount

  /// Whether the provider can be told that its news arrived.
  var isAccepted: Bool { self == .applied || self == .repeated }
}

extension StoredPayments {
  public func takeNotice(_ notice: RawNotice, from method: PaymentMethod) async throws -> NoticeAnswer {
    let provider = try provider(method)
    let report: ProviderReport
    do {
      report = try provider.verify(notice)
    } catch let fault as NoticeFault {
      logger.warning("notice refused", metadata: ["method": "\(method)", "fault": "\(fault)"])
      try await keep(notice, method: method, number: "", verdict: "\(fault)")
      return provider.answer(accepted: false)
    }
    let verdict = try await take(report, from: provider)
    try await keep(notice, method: method, number: report.number, verdict: "\(verdict)")
    if !verdict.isAccepted {
      logger.warning("notice refused", metadata: ["method": "\(method)", "verdict": "\(verdict)"])
    }
    return provider.answer(accepted: verdict.isAccepted)
  }

  /// The one way in which a report changes a payment, whether it came as a notice, an answer to a query or after closing.
  func take(_ report: ProviderReport, from provider: any PaymentProvider) async throws -> Verdict {
    guard report.merchant == provider.merchant else { return .foreignMerchant }
    return try await database.write { transaction in
      guard let row = try transaction.payment(number: report.number, method: provider.method) else {
        return .unknownNumber
      }
      switch report.state {
      case .captured:
        guard report.amount == row.payment.amount else { return .wrongAmount }
        guard row.payment.state.canMove(to: .captured) else { return .repeated }
        try self.capture(row, report, in: transaction)
        return .applied
      case .closed, .failed:
        guard row.payment.state.isOpen else { return .repeated }
        try self.end(row, as: report.state == .closed ? .closed : .failed, in: transaction)
        return .applied
      case .pending, .unknown:
        return .repeated
      }
    }
  }

  private func capture(_ row: PaymentRow, _ report: ProviderReport, in transaction: any Transaction) throws {
    let payment = row.payment
    try transaction.execute(
      """
      UPDATE payment SET state = \(PaymentState.captured), provider_number = \(report.providerNumber),
        captured_at = \(report.at), open_key = \(String?.none), next_query_at = \(Timestamp?.none)
      WHERE id = \(payment.id)
      """)
    let shares = payment.shares.map { share in
      (
        LedgerEntry.Book.order, share.order.description,
        Money(minor: -share.amount.minor, currency: share.amount.currency)
      )
    }
    try transaction.book(
      "capture/\(payment.id)", [(.providerClearing, payment.method.rawValue, payment.amount)] + shares,
      payment: payment.id, at: report.at, ids: ids)
    try outbox.tell(
      PaymentCaptured(
        payment: payment.id, method: payment.method, payer: payment.payer, shares: payment.shares,
        capturedAt: report.at),
      in: transaction)
  }

  private func keep(_ notice: RawNotice, method: PaymentMethod, number: String, verdict: String) async throws {
    let body = String(String(decoding: notice.body.prefix(8000), as: UTF8.self).unicodeScalars.prefix(8000))
      .replacing("\0", with: "")
    try await database.write { transaction in
      try transaction.execute(
        """
        INSERT INTO provider_notice (id, method, number, verdict, body, at)
        VALUES (\(self.ids.next(EventTag.self)), \(method), \(String(number.prefix(64))), \(String(verdict.prefix(80))),
          \(body), \(self.clock.now))
        """)
    }
  }
}
