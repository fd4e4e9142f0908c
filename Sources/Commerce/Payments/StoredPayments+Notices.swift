import Governance
import Logging
import Storage
import Values

extension StoredPayments {
  /// Longer bodies aren't read: no provider sends them.
  private static let longestNotice = 65_536
  private static let keptBody = 16_384
  /// Of a notice that isn't believed, which anybody can send.
  private static let keptStrangeBody = 1024

  public func takeNotice(_ notice: RawNotice, from method: PaymentMethod) async throws -> NoticeAnswer {
    let provider = try provider(method)
    do {
      guard notice.body.count <= Self.longestNotice else { throw NoticeFault.unreadable("too long") }
      guard let report = try await provider.verify(notice) else {
        try await database.write { transaction in
          try keep(
            notice.body.prefix(Self.keptBody), method, payment: nil, verification: "verified", effect: "ofNoConcern",
            in: transaction)
        }
        return provider.answer(accepted: true)
      }
      let effect = try await database.write { transaction in
        var effect = try apply(report, from: provider, in: transaction)
        if effect.isAccepted, let refund = report.refund {
          effect = try apply(refund, of: report.number, in: transaction)
        }
        let payment = effect == .unknownNumber ? nil : PaymentID(report.number)
        try keep(
          notice.body.prefix(Self.keptBody), method, payment: payment, verification: "verified",
          effect: effect.rawValue, in: transaction)
        return effect
      }
      let told: Logger.Metadata = ["number": "\(report.number.prefix(40))", "effect": "\(effect.rawValue)"]
      if effect.isAccepted {
        logger.info("notice taken", metadata: told)
      } else {
        logger.error("notice not taken", metadata: told)
      }
      return provider.answer(accepted: effect.isAccepted)
    } catch let fault as NoticeFault {
      logger.warning("notice not believed", metadata: ["method": "\(method)", "fault": "\(fault)"])
      if strangers.take("notice") == nil {
        try await database.write { transaction in
          try keep(
            notice.body.prefix(Self.keptStrangeBody), method, payment: nil, verification: "\(fault)", effect: "none",
            in: transaction)
        }
      }
      return provider.answer(accepted: false)
    }
  }

  private func keep(
    _ body: ArraySlice<UInt8>, _ method: PaymentMethod, payment: PaymentID?, verification: String, effect: String,
    in transaction: any Transaction
  ) throws {
    let id: ID<NoticeTag> = ids.next()
    try transaction.execute(
      """
      INSERT INTO provider_notice (id, method, payment_id, body, verification, effect, received_at)
      VALUES (\(id), \(method), \(payment), \(Array(body)),
        \(String(verification.prefix(100))), \(effect), \(clock.now))
      """)
  }

  public func prune(noticesBefore: Timestamp, disbelievedBefore: Timestamp, limit: Int) async throws -> Int {
    let (old, strange) = (ID<NoticeTag>.first(at: noticesBefore), ID<NoticeTag>.first(at: disbelievedBefore))
    return try await database.write { transaction in
      let ids: [ID<NoticeTag>] =
        try transaction.rows("SELECT id FROM provider_notice WHERE id < \(old) ORDER BY id LIMIT \(limit)")
        .map { try $0["id"] }
        // Those belong to no payment, so the index by payment finds them among the others.
        + transaction.rows(
          """
          SELECT id FROM provider_notice WHERE payment_id IS NULL AND id < \(strange) AND verification <> 'verified'
          ORDER BY id LIMIT \(limit)
          """
        ).map { try $0["id"] }
      return try transaction.execute("DELETE FROM provider_notice WHERE id IN \(list: ids)")
    }
  }
}
