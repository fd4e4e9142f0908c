import Values

extension AlipayDesk {
  /// How long the address of a bill is good for.
  private static let billPatience = Duration.seconds(30)
  private static let noBill = AlipayRefusal.business("isp.bill_not_exist", "账单不存在")

  /// The bill of a day is made by nine in the morning after it, that of a month by the third day of the next.
  func billAddress(_ content: AlipayContent) async throws -> Members {
    guard let type = content["bill_type"], ["trade", "signcustomer"].contains(type) else {
      throw AlipayRefusal.invalid("bill_type")
    }
    guard let text = content["bill_date"], let span = AlipayBillSpan(text) else {
      throw AlipayRefusal.invalid("bill_date")
    }
    let token = Random.letters(32)
    let moment = core.clock.wire
    let rows = await rows(of: span)
    guard core.clock.now >= span.madeAt, !rows.payments.isEmpty || !rows.refunds.isEmpty else { throw Self.noBill }
    try await core.book.turn { turn in
      turn.keep(TradeNote(brand: .alipay, kind: "bill", key: token, value: text, at: moment))
    }
    return [("bill_download_url", .text("\(core.base)/alipay/bill/\(token)"))]
  }

  /// Nil for an address that nobody was given, or that has expired.
  func billFile(_ token: String) async throws -> [UInt8]? {
    guard let note = await core.book.pages.notes[BookPages.key(.alipay, "bill", token)],
      core.clock.wire < note.at.adding(Self.billPatience), let span = AlipayBillSpan(note.value)
    else { return nil }
    let rows = await rows(of: span)
    return try AlipayBillFile(
      sellerID: account.sellerID, span: span, payments: rows.payments, refunds: rows.refunds, madeAt: core.clock.now
    ).zip()
  }

  /// In the order in which they moved.
  private func rows(of span: AlipayBillSpan) async -> (payments: [Trade], refunds: [AlipayBillFile.Refund]) {
    let pages = await core.book.pages
    let trades = pages.trades.values.filter { $0.brand == .alipay && $0.paidAt != nil }
    let payments = trades.filter { trade in trade.paidAt.map(span.contains) ?? false }
      .sorted { ($0.paidAt ?? $0.openedAt, $0.token) < ($1.paidAt ?? $1.openedAt, $1.token) }
    let refunds = trades.flatMap { trade in
      pages.refunds(of: trade.token).filter { refund in
        refund.state == .succeeded && (refund.settledAt.map(span.contains) ?? false)
      }.map { AlipayBillFile.Refund(trade: trade, refund: $0) }
    }
    .sorted {
      ($0.refund.settledAt ?? $0.refund.requestedAt, $0.refund.key) < (
        $1.refund.settledAt ?? $1.refund.requestedAt, $1.refund.key
      )
    }
    return (payments, refunds)
  }
}

/// A day or a month of China's calendar.
struct AlipayBillSpan: Sendable {
  /// As asked for: `2026-01-15` or `2026-01`.
  let text: String
  let start: Timestamp
  let end: Timestamp
  /// When its bill is there.
  let madeAt: Timestamp

  init?(_ text: String) {
    if let day = Timestamp(chineseDay: text) {
      (start, end) = (day, day.adding(.days(1)))
      madeAt = end.adding(.hours(9))
    } else {
      guard text.utf8.count == 7, let first = Timestamp(chineseDay: text + "-01") else { return nil }
      // The first day of the next month is within the 32 days that follow the first of this one.
      let next = String(first.adding(.days(32)).chineseDay.prefix(7))
      guard let end = Timestamp(chineseDay: next + "-01") else { return nil }
      (start, self.end) = (first, end)
      madeAt = end.adding(.days(2) + .hours(9))
    }
    self.text = text
  }

  func contains(_ moment: Timestamp) -> Bool { moment >= start && moment < end }
}
