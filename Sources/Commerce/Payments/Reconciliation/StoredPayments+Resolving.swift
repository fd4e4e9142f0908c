import Storage
import Values

/// What a bill means where it doesn't name our own numbers.
extension StoredPayments {
  private static let slice = 50_000
  private static let page = 200

  static func isProviders(_ key: String) -> Bool { key.hasPrefix("provider_") }

  /// Finds the payments and refunds of lines without our number by the provider's.
  func resolve(_ match: BillMatch) async throws {
    for start in stride(from: 0, to: match.lines, by: Self.slice) {
      try await database.write { transaction in
        try hold(match.bill, in: transaction)
        try transaction.execute(
          """
          UPDATE bill_row SET subject_id = (SELECT p.id FROM payment p
            WHERE p.method = \(match.bill.method) AND p.provider_number = bill_row.provider_number)
          WHERE take_id = \(match.take) AND line >= \(start) AND line < \(start + Self.slice)
            AND is_refund = 0 AND subject_id IS NULL AND provider_number <> ''
          """)
      }
      var last = start - 1
      while let end = try await resolveRefunds(match, after: last, before: start + Self.slice) { last = end }
    }
  }

  /// Answers the last line of a page of refunds that were begun at the provider; nil when there are no more.
  private func resolveRefunds(_ match: BillMatch, after: Int, before: Int) async throws -> Int? {
    try await database.write { transaction in
      let rows = try transaction.rows(
        """
        SELECT line, refund_key, payment_number, provider_number FROM bill_row
        WHERE take_id = \(match.take) AND line > \(after) AND line < \(before) AND is_refund = 1
          AND (refund_key IS NOT NULL OR payment_number = '') ORDER BY line LIMIT \(Self.page)
        """)
      guard let last = rows.last else { return nil }
      try hold(match.bill, in: transaction)
      try namePayments(of: rows, match, in: transaction)
      let keys: [String] = try rows.compactMap { try $0["refund_key"] as String? }
      let parts = try parts(of: keys, in: transaction)
      for row in rows {
        guard let key = try row["refund_key"] as String?, let part = parts[key] else { continue }
        try transaction.execute(
          """
          UPDATE bill_row SET subject_id = \(part.first), here_amount = \(part.amount)
          WHERE take_id = \(match.take) AND line = \(try row["line"] as Int)
          """)
      }
      return try last["line"]
    }
  }

  /// Lines of refunds that name no payment of ours get its number.
  private func namePayments(of rows: [Row], _ match: BillMatch, in transaction: any Transaction) throws {
    let nameless = try rows.filter { try $0["payment_number"] == "" && $0["provider_number"] != "" }
    guard !nameless.isEmpty else { return }
    let numbers: [String] = try nameless.map { try $0["provider_number"] }
    var payments: [String: PaymentID] = [:]
    for row in try transaction.rows(
      """
      SELECT id, provider_number FROM payment
      WHERE method = \(match.bill.method) AND provider_number IN \(list: numbers)
      """)
    { payments[try row["provider_number"]] = try row["id"] }
    for row in nameless {
      guard let payment = payments[try row["provider_number"]] else { continue }
      try transaction.execute(
        """
        UPDATE bill_row SET payment_number = \(payment.description)
        WHERE take_id = \(match.take) AND line = \(try row["line"] as Int)
        """)
    }
  }

  struct ProviderParts: Sendable {
    /// The refund whose key is the movement's own.
    let first: RefundID
    /// What all parts of it come to.
    let amount: Int64
    let isSettled: Bool
  }

  /// Refunds that were taken over from the provider, by their keys: of a payment for several orders one movement there is
  /// several refunds here.
  func parts(of keys: [String], in transaction: any ReadTransaction) throws -> [String: ProviderParts] {
    guard !keys.isEmpty else { return [:] }
    let first = try transaction.rows("SELECT * FROM refund WHERE refund_key IN \(list: keys)").map(RefundRows.refund)
    guard !first.isEmpty else { return [:] }
    let all = try transaction.rows(
      """
      SELECT * FROM refund WHERE payment_id IN \(list: Array(Set(first.map(\.payment)))) AND refund_key >= 'provider_'
        AND refund_key < 'provider`' ORDER BY id
      """
    ).map(RefundRows.refund)
    return Dictionary(
      first.map { refund in
        let own = all.filter { other in
          other.payment == refund.payment && (other.key == refund.key || Self.base(of: other.key) == refund.key)
        }
        let parts = ProviderParts(
          first: refund.id, amount: own.reduce(0) { $0 + $1.atProvider.minor },
          isSettled: own.allSatisfy { $0.state == .settled })
        return (refund.key, parts)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// `provider_5001` of `provider_5001_2`; nil for a key without a part's number.
  static func base(of key: String) -> String? {
    guard let end = key.lastIndex(of: "_"), end > key.startIndex else { return nil }
    let number = key[key.index(after: end)...]
    guard (1...3).contains(number.utf8.count), number.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return String(key[..<end])
  }

  /// Those of the keys of parts whose first part is in a bill.
  func billedParts(of keys: [String], in transaction: any ReadTransaction) throws -> Set<String> {
    let bases = Set(keys.compactMap(Self.base))
    guard !bases.isEmpty else { return [] }
    let rows = try transaction.rows(
      """
      SELECT r.refund_key FROM refund r WHERE r.refund_key IN \(list: Array(bases))
        AND EXISTS (SELECT 1 FROM bill_row s JOIN bill_day d ON d.take_id = s.take_id WHERE s.subject_id = r.id)
      """)
    let billed = Set(try rows.map { try $0["refund_key"] as String })
    return Set(keys.filter { key in Self.base(of: key).map(billed.contains) ?? false })
  }
}
