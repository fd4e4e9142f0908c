import Governance
import Logging
import Storage
import Values

extension StoredPayments {
  /// Longer bodies aren't read: no provider sends them.
  private static let longestNotice = 65_536
  private static let keptBody = 16_384

  public func takeNotice(_ notice: RawNotice, from method: PaymentMethod) async throws -> NoticeAnswer {
    let provider = try provider(method)
    do {
      guard notice.body.count <= Self.longestNotice else { throw NoticeFault.unreadable("too long") }
      let report = try provider.verify(notice)
      let effect = try await database.write { transaction in
        let effect = try apply(report, from: provider, in: transaction)
        let payment = effect == .unknownNumber ? nil : PaymentID(report.number)
        try keep(notice, method, payment: payment, verification: "verified", effect: effect.rawValue, in: transaction)
        return effect
      }
      if !effect.isAccepted {
        logger.error(
          "notice not taken", metadata: ["number": "\(report.number.prefix(40))", "effect": "\(effect.rawValue)"])
      }
      return provider.answer(accepted: effect.isAccepted)
    } catch let fault as NoticeFault {
      logger.warning("notice not believed", metadata: ["method": "\(method)", "fault": "\(fault)"])
      if strangers.take("notice") == nil {
        try await database.write { transaction in
          try keep(notice, method, payment: nil, verification: "\(fault)", effect: "none", in: transaction)
        }
      }
      return provider.answer(accepted: false)
    }
  }

  private func keep(
    _ notice: RawNotice, _ method: PaymentMethod, payment: PaymentID?, verification: String, effect: String,
    in transaction: any Transaction
  ) throws {
    let id: ID<NoticeTag> = ids.next()
    try transaction.execute(
      """
      INSERT INTO provider_notice (id, method, payment_id, body, verification, effect, received_at)
      VALUES (\(id), \(method), \(payment), \(Array(notice.body.prefix(Self.keptBody))),
        \(String(verification.prefix(100))), \(effect), \(clock.now))
      """)
  }
}
