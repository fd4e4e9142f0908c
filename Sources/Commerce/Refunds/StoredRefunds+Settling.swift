import AuditLog
import Crypto
import Events
import Foundation
import Storage
import Values

extension StoredRefunds {
  public func reopen(_ id: RefundCaseID, why: String) async throws -> RefundCase {
    try await changing(id) { before, allowance, transaction in
      guard before.state == .approved else { throw RefundRefusal.wrongState(before.state) }
      let isBack = !before.lines.isEmpty && before.lines.allSatisfy { $0.restocked != nil }
      // Goods that left since then don't come back by themselves.
      let shipped: SQL =
        why == RefundRefusal.shippedMeanwhile.code ? "was_shipped = 1" : "was_shipped = was_shipped"
      if isBack {
        return try move(
          before, to: .received, as: .reopened, by: .system, note: why, setting: shipped, in: transaction)
      }
      try move(
        before, to: .requested, as: .reopened, by: .system, note: why, setting: shipped + ", granted = NULL",
        in: transaction)
      try allowance.add(granted: -(before.granted?.minor ?? 0), in: transaction)
    }
  }

  public func noteSent(_ id: RefundCaseID, replacement: OrderID?) async throws -> RefundCase {
    try await changing(id) { before, _, transaction in
      if before.state == .sent || before.state == .settled { return }
      try move(
        before, to: .sent, as: .sent, by: .system, setting: Self.bringing(before, replacement), in: transaction)
    }
  }

  public func noteFailed(_ id: RefundCaseID, replacement: OrderID?) async throws -> RefundCase {
    try await changing(id) { before, _, transaction in
      if before.state == .failed || before.state == .settled { return }
      try move(
        before, to: .failed, as: .failed, by: .system, setting: Self.bringing(before, replacement), in: transaction)
    }
  }

  /// Once known, what came of an exchange stays.
  private static func bringing(_ before: RefundCase, _ replacement: OrderID?) -> SQL {
    "replacement_id = \(before.replacement ?? replacement)"
  }

  public func settle(
    _ id: RefundCaseID, _ parts: [SettledPart], replacement: OrderID?
  ) async throws -> RefundCase {
    try await changing(id) { before, _, transaction in
      if before.state == .settled { return }
      let granted = before.granted ?? .zero(before.asked.currency)
      let settled = try Money.sum(parts.map(\.amount), currency: granted.currency)
      guard settled == granted else { throw RefundFault.otherAmount(id, granted: granted, settled: settled) }
      try move(
        before, to: .settled, as: .settled, by: .system, setting: Self.bringing(before, replacement), in: transaction)
      try record(parts, of: before, in: transaction)
    }
  }

  /// A row for each refund of the payment centre; one without a refund where no money went.
  private func record(_ parts: [SettledPart], of refund: RefundCase, in transaction: any Transaction) throws {
    func row(_ part: SettledPart?) -> [any SQLConvertible] {
      [
        ids.next(RefundRecordTag.self), refund.id, refund.order, refund.merchant, refund.buyer, part?.refund,
        part?.payment, part?.amount.minor ?? 0, refund.asked.currency, clock.now,
      ]
    }
    let rows = parts.isEmpty ? [row(nil)] : parts.map { row($0) }
    try transaction.execute(
      """
      INSERT INTO refund_record (id, request_id, order_id, merchant_id, buyer_id, refund_id, payment_id, amount,
        currency, settled_at)
      VALUES \(rows: rows)
      """)
  }

  public func underWay(now: Timestamp, limit: Int) async throws -> [RefundCase] {
    guard limit > 0 else { return [] }
    return try await database.write { transaction in
      let ids: [RefundCaseID] = try transaction.rows(
        """
        SELECT id FROM refund_request WHERE look_at <= \(now) ORDER BY look_at, id
        LIMIT \(min(limit, 500))\(transaction.dialect.forUpdate)
        """
      ).map { try $0["id"] }
      guard !ids.isEmpty else { return [] }
      try transaction.execute(
        "UPDATE refund_request SET look_at = \(now.adding(Self.patience)) WHERE id IN \(list: ids)")
      return try RefundRows.cases(ids, in: transaction)
    }
  }
}

// MARK: Money that nobody asked for

extension StoredRefunds {
  public func grant(_ goodwill: GoodwillDraft) async throws -> RefundCase {
    var faults = FieldFaults()
    let key = Self.key(of: goodwill.order.id, faults.text(goodwill.key, "key", max: 64))
    let words = faults.text(
      goodwill.words, "words", max: Self.answerLimit, required: goodwill.actor != .system, multiline: true)
    if !goodwill.amount.isPositive { faults.add("amount", "notAnAmount") }
    try faults.throwIfAny()
    let new = given(
      goodwill.amount, of: goodwill.order, .goodwill, .approved, answer: words, toBalance: goodwill.toBalance)
    return try await database.write { transaction in
      let allowance = try Allowance.locked(goodwill.order.id, in: transaction)
      if let known = try Self.known(key, in: transaction) { return known }
      try allowance.expectSeen(goodwill.order, now: clock.now)
      try refuseTooMany(goodwill.order.id, in: transaction)
      let left = max(0, goodwill.paid.minor - allowance.granted)
      guard goodwill.amount.minor <= left else {
        throw RefundRefusal.aboveAllowed(left: Money(minor: left, currency: goodwill.amount.currency))
      }
      try allowance.add(granted: goodwill.amount.minor, in: transaction)
      try RefundRows.insert(new, key: key, lookAt: clock.now.adding(Self.patience), in: transaction)
      try write(.approved, of: new, by: goodwill.actor, note: words, in: transaction)
      let deed = Deed("refunds.grant", on: new.id, of: new.merchant, after: new.deedFields, note: words)
      try DeedLog.note(deed, by: goodwill.actor, at: clock.now, in: transaction)
      return new
    }
  }

  public func note(_ refund: ProviderRefundDraft) async throws -> RefundCase {
    let new = given(refund.part.amount, of: refund.order, .atProvider, .settled, answer: "")
    let key = "provider_\(refund.part.refund)"
    return try await database.write { transaction in
      let allowance = try Allowance.locked(refund.order.id, in: transaction)
      if let known = try Self.known(key, in: transaction) { return known }
      try allowance.add(granted: refund.part.amount.minor, in: transaction)
      try RefundRows.insert(new, key: key, lookAt: nil, in: transaction)
      try write(.settled, of: new, by: .system, in: transaction)
      try record([refund.part], of: new, in: transaction)
      return new
    }
  }

  /// A key counts for its own order alone. Long ones are told apart by their digest, which the column has room for.
  private static func key(of order: OrderID, _ key: String) -> String {
    let start = "goodwill_\(order)_"
    guard start.utf8.count + key.utf8.count > 64 else { return start + key }
    return start + Hex.text(Array(SHA256.hash(data: Data(key.utf8)).prefix(16)))
  }

  private static func known(_ key: String, in transaction: any Transaction) throws -> RefundCase? {
    let id: RefundCaseID? = try transaction.value("SELECT id FROM refund_request WHERE request_key = \(key)")
    return try id.flatMap { try RefundRows.refundCase($0, in: transaction) }
  }

  private func given(
    _ amount: Money, of order: RefundableOrder, _ kind: RefundCase.Kind, _ state: RefundCase.State, answer: String,
    toBalance: Bool = false
  ) -> RefundCase {
    let now = clock.now
    return RefundCase(
      id: ids.next(), order: order.id, merchant: order.merchant, buyer: order.buyer, kind: kind, state: state,
      reason: .other, explanation: "", lines: [], evidence: [], freight: .zero(amount.currency), asked: amount,
      granted: amount, wasShipped: order.wasShipped, answer: answer, parcel: nil, replacement: nil, requestedAt: now,
      changedAt: now, toBalance: toBalance)
  }
}
