import Storage
import Values

extension StoredPayments {
  /// How long the orders of a payment have to hear of it from its event.
  static let hearing: Duration = .seconds(5)

  public func unheard(now: Timestamp, limit: Int) async throws -> [Payment] {
    let ids: [PaymentID] = try await claim("payment", where: "captured_at IS NOT NULL", now: now, limit: limit)
    return try await database.read { try PaymentRows.payments(ids, in: $0).map(\.payment) }
  }

  public func noteHeard(_ payments: [PaymentID]) async throws {
    guard !payments.isEmpty else { return }
    try await database.write { transaction in
      _ = try transaction.execute(
        "UPDATE payment SET next_query_at = NULL WHERE id IN \(list: payments) AND captured_at IS NOT NULL")
    }
  }
}
