import Foundation
import Storage
import Values

extension PaymentMethod: SQLConvertible {}
extension PaymentState: SQLConvertible {}
extension PaymentWay: SQLConvertible {}
extension RefundState: SQLConvertible {}
extension LedgerEntry.Book: SQLConvertible {}

/// A payment with what only the centre needs to know.
struct StoredPayment: Sendable {
  let payment: Payment
  let subject: String
  let language: Language
  let handover: Handover?
  /// As the provider answered when it was told.
  let reference: String?
  /// Whether the provider may know of it.
  let wasSent: Bool
  let endedAt: Timestamp?
  /// Under which it was opened; nil for a provider of the start.
  var account: PaymentAccountID?
  /// Until when the handover leads anywhere; nil for as long as the payment can be made.
  var handoverUntil: Timestamp?
  /// When the provider was last asked from here to close it.
  var closingAt: Timestamp?

  /// How soon a provider tells by itself that it did what it was asked.
  private static let echo = Duration.minutes(5)

  /// Whether that it is closed is what it was just asked to be.
  func isBeingClosed(at now: Timestamp) -> Bool { closingAt.map { now <= $0.adding(Self.echo) } ?? false }

  /// A buyer needs some time to get there.
  private static let leastLeft = Duration.seconds(30)

  var id: PaymentID { payment.id }
  var state: PaymentState { payment.state }

  /// What leads the buyer to the provider now; nil where that is over.
  func goodHandover(at now: Timestamp) -> Handover? {
    guard state.isOpen else { return nil }
    if let handoverUntil, handoverUntil <= now.adding(Self.leastLeft) { return nil }
    return handover
  }

  /// Whether its money is there for the occasion.
  func hasPaid(_ occasion: String?) -> Bool {
    payment.occasion == occasion && (state == .captured || state == .partlyRefunded)
  }

  /// Whether that is what is asked for now. What came late, when the balance had its part back, no order takes: it is on its
  /// way back, and keeps none from being paid.
  func hasPaid(_ occasion: String?, for shares: [OpenPayment.Share]) -> Bool {
    hasPaid(occasion)
      && payment.shares.allSatisfy { own in !shares.contains { $0.order == own.order && $0.amount != own.amount } }
  }
}

/// Payments and their shares, row ↔ value.
enum PaymentRows {
  /// The newest first; two statements.
  static func payments(_ ids: [PaymentID], in transaction: any ReadTransaction) throws -> [StoredPayment] {
    guard !ids.isEmpty else { return [] }
    var shares: [PaymentID: [ShareRow]] = [:]
    for row in try transaction.rows(
      """
      SELECT payment_id, order_id, amount, merchant_id FROM payment_share WHERE payment_id IN \(list: ids)
      ORDER BY order_id
      """)
    {
      shares[try row["payment_id"], default: []].append(
        ShareRow(order: try row["order_id"], minor: try row["amount"], merchant: try row["merchant_id"]))
    }
    return try transaction.rows("SELECT * FROM payment WHERE id IN \(list: ids) ORDER BY id DESC").map { row in
      try payment(row, shares: shares[try row["id"]] ?? [])
    }
  }

  static func payment(_ id: PaymentID, in transaction: any ReadTransaction) throws -> StoredPayment? {
    try payments([id], in: transaction).first
  }

  /// Holds the payment's row for the rest of the transaction.
  static func locked(_ id: PaymentID, in transaction: any Transaction) throws -> StoredPayment? {
    let held: PaymentID? = try transaction.value(
      "SELECT id FROM payment WHERE id = \(id)\(transaction.dialect.forUpdate)")
    return try held.flatMap { try payment($0, in: transaction) }
  }

  /// Payments that cover any of the orders, the newest first.
  static func ids(of orders: [OrderID], in transaction: any ReadTransaction) throws -> [PaymentID] {
    try transaction.rows(
      """
      SELECT DISTINCT payment_id FROM payment_share WHERE order_id IN \(list: orders)
      ORDER BY payment_id DESC LIMIT 200
      """
    ).map { try $0["payment_id"] }
  }

  private struct ShareRow {
    let order: OrderID
    let minor: Int64
    let merchant: MerchantID?
  }

  private static func payment(_ row: Row, shares: [ShareRow]) throws -> StoredPayment {
    let currency: Currency = try row["currency"]
    let handover: String? = try row["handover"]
    return StoredPayment(
      payment: Payment(
        id: try row["id"], method: try row["method"], payer: try row["payer_id"],
        shares: shares.map {
          OpenPayment.Share(
            order: $0.order, amount: Money(minor: $0.minor, currency: currency), merchant: $0.merchant)
        },
        amount: Money(minor: try row["amount"], currency: currency), state: try row["state"],
        providerNumber: try row["provider_number"], refunded: Money(minor: try row["refunded"], currency: currency),
        openedAt: try row["opened_at"], expiresAt: try row["expires_at"], capturedAt: try row["captured_at"],
        occasion: try row["occasion"], way: try row["way"],
        fromBalance: Money(minor: try row["from_balance"], currency: currency)),
      subject: try row["subject"], language: try row["language"],
      handover: try handover.map { try JSONDecoder().decode(Handover.self, from: Data($0.utf8)) },
      reference: try row["reference"], wasSent: try row["sendings"] as Int > 0, endedAt: try row["ended_at"],
      account: try row["account_id"], handoverUntil: try row["handover_until"], closingAt: try row["closing_at"])
  }

  /// Where several write at once, another payment of the same orders may have come and been captured between the look and
  /// the insert, which waited for it. Throws `StorageFault.duplicateKey`, as an insert does that came too late.
  static func refuseRival(of stored: StoredPayment, in transaction: any Transaction) throws {
    let others = try payments(ids(of: stored.payment.shares.map(\.order), in: transaction), in: transaction)
    let rival = others.first { other in
      other.id != stored.id
        && (other.state.isOpen || other.hasPaid(stored.payment.occasion, for: stored.payment.shares))
    }
    if let rival { throw StorageFault.duplicateKey("payment \(rival.id) of the same orders") }
  }

  static func insert(_ stored: StoredPayment, nextQueryAt: Timestamp?, in transaction: any Transaction) throws {
    let payment = stored.payment
    try transaction.execute(
      """
      INSERT INTO payment (id, method, payer_id, amount, currency, state, subject, language, opened_at, expires_at,
        next_query_at, occasion, way, account_id, from_balance)
      VALUES (\(payment.id), \(payment.method), \(payment.payer), \(payment.amount.minor), \(payment.amount.currency),
        \(payment.state), \(stored.subject), \(stored.language), \(payment.openedAt), \(payment.expiresAt),
        \(nextQueryAt), \(payment.occasion), \(payment.way), \(stored.account), \(payment.fromBalance.minor))
      """)
    // Each order has its part of what the balance gives, by its share.
    let parts = try payment.fromBalance.spread(over: payment.shares.map(\.amount.minor))
    for (share, part) in zip(payment.shares, parts) {
      try transaction.execute(
        """
        INSERT INTO payment_share (payment_id, order_id, amount, merchant_id, from_balance)
        VALUES (\(payment.id), \(share.order), \(share.amount.minor), \(share.merchant), \(part.minor))
        """)
    }
    let open = payment.shares.map { [$0.order, payment.id] as [any SQLConvertible] }
    try transaction.execute("INSERT INTO payment_open (order_id, payment_id) VALUES \(rows: open)")
  }
}

enum RefundRows {
  static func refund(_ row: Row) throws -> Refund {
    let currency: Currency = try row["currency"]
    return Refund(
      id: try row["id"], key: try row["refund_key"], payment: try row["payment_id"], order: try row["order_id"],
      amount: Money(minor: try row["amount"], currency: currency), state: try row["state"], reason: try row["reason"],
      requestedAt: try row["requested_at"], settledAt: try row["settled_at"],
      toBalance: Money(minor: try row["to_balance"], currency: currency))
  }

  static func refund(_ id: RefundID, in transaction: any ReadTransaction) throws -> Refund? {
    try transaction.row("SELECT * FROM refund WHERE id = \(id)").map(refund)
  }
}
