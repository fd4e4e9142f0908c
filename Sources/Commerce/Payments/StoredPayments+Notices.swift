import Governance
import Logging
import Storage
import Values

extension StoredPayments {
  /// Longer bodies aren't read: no provider sends them.
  private static let longestNotice = 65_536
  /// Of each notice that is kept whole, for all that providers send.
  private static let keptBody = 16_384
  /// Of one that isn't: enough to see what it is.
  private static let shortBody = 1024
  private static let shortHeaders = 1000
  /// Accounts of a method that are tried.
  private static let mostTried = 10

  public func takeNotice(_ notice: RawNotice, from method: PaymentMethod) async throws -> NoticeAnswer {
    let candidates = try await directory.all(method)
    guard let first = candidates.first else { throw PaymentRefusal.unknownMethod }
    do {
      guard notice.body.count <= Self.longestNotice else { throw NoticeFault.unreadable("too long") }
      let (listed, report) = try await verified(notice, by: candidates.prefix(Self.mostTried))
      guard let report else {
        try await database.write { transaction in
          try keep(
            notice, method, payment: nil, verification: "verified", effect: "ofNoConcern", isShort: true,
            in: transaction)
        }
        return listed.provider.answer(accepted: true)
      }
      return listed.provider.answer(accepted: try await take(report, of: notice, from: listed).isAccepted)
    } catch NoticeFault.notYet(let what) {
      logger.warning("notice not taken yet", metadata: ["method": "\(method)", "why": "\(what)"])
      try await database.write { transaction in
        try keep(notice, method, payment: nil, verification: "verified", effect: "notYet", in: transaction)
      }
      return first.provider.answer(accepted: false)
    } catch let fault as NoticeFault {
      logger.warning("notice not believed", metadata: ["method": "\(method)", "fault": "\(fault)"])
      if strangers.take("notice") == nil {
        let isShort = Self.isLong(notice) && wholeStrangers.take("notice") != nil
        try await database.write { transaction in
          try keep(
            notice, method, payment: nil, verification: "\(fault)", effect: "none", isShort: isShort, in: transaction)
        }
      }
      return first.provider.answer(accepted: false)
    }
  }

  /// All accounts of a method hear at one address, so each may be meant: the first whose keys fit and who is named. What
  /// fits a key and names nobody here is left to the judgement of states, as foreign. Throws `NoticeFault`: that it must come
  /// again, where one account says so, else that of the account that is used.
  private func verified(
    _ notice: RawNotice, by candidates: ArraySlice<ListedProvider>
  ) async throws -> (ListedProvider, ProviderReport?) {
    var (fault, later): (NoticeFault?, NoticeFault?)
    var genuine: (ListedProvider, ProviderReport?)?
    for listed in candidates {
      do {
        let report = try await listed.provider.verify(notice)
        if let report, report.merchant == listed.provider.merchant, try await isOf(listed, report) {
          return (listed, report)
        }
        genuine = genuine ?? (listed, report)
      } catch let error as NoticeFault {
        if case .notYet = error { later = later ?? error } else { fault = fault ?? error }
      }
    }
    if let later { throw later }
    if let genuine { return genuine }
    throw fault ?? NoticeFault.unsigned
  }

  /// Accounts may share a name at the provider; a payment knows which one it was opened under.
  private func isOf(_ listed: ListedProvider, _ report: ProviderReport) async throws -> Bool {
    guard let id = PaymentID(report.number) else { return true }
    let stored = try await database.read { try PaymentRows.payment(id, in: $0) }
    return stored.map { $0.account == listed.account } ?? true
  }

  private func take(
    _ report: ProviderReport, of notice: RawNotice, from listed: ListedProvider
  ) async throws -> ReportEffect {
    let effect = try await database.write { transaction in
      var effect = try apply(report, from: listed, in: transaction)
      if effect.isAccepted, let refund = report.refund {
        effect = try apply(refund, of: report.number, in: transaction)
      }
      let payment = effect == .unknownNumber ? nil : PaymentID(report.number)
      try keep(
        notice, listed.method, payment: payment, verification: "verified", effect: effect.rawValue, in: transaction)
      return effect
    }
    let told: Logger.Metadata = ["number": "\(report.number.prefix(40))", "effect": "\(effect.rawValue)"]
    switch effect {
    case .failedAfterAll: logger.error("a refund that had gone came back", metadata: told)
    case _ where effect.isAccepted: logger.info("notice taken", metadata: told)
    default: logger.error("notice not taken", metadata: told)
    }
    return effect
  }

  private static func isLong(_ notice: RawNotice) -> Bool {
    notice.body.count > shortBody || NoticeHeaders.kept(notice.headers).utf8.count > shortHeaders
  }

  /// - Parameter isShort: whether its beginning is enough.
  private func keep(
    _ notice: RawNotice, _ method: PaymentMethod, payment: PaymentID?, verification: String, effect: String,
    isShort: Bool = false, in transaction: any Transaction
  ) throws {
    let id: ID<NoticeTag> = ids.next()
    let body = notice.body.prefix(isShort ? Self.shortBody : Self.keptBody)
    let headers = NoticeHeaders.kept(notice.headers).prefix(isShort ? Self.shortHeaders : NoticeHeaders.longest)
    try transaction.execute(
      """
      INSERT INTO provider_notice (id, method, payment_id, body, headers, verification, effect, received_at)
      VALUES (\(id), \(method), \(payment), \(Array(body)), \(String(headers)),
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
