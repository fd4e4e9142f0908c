import Crypto
import Foundation
import Storage
import Values

extension PaymentState: SQLConvertible {}
extension RefundState: SQLConvertible {}
extension PaymentMethod: SQLConvertible {}
extension LedgerEntry.Book: SQLConvertible {}

/// A payment with what only the payment centre needs of it.
struct PaymentRow {
  let payment: Payment
  let number: String
  let subject: String
  let language: Language
  let handover: Handover?
  let queries: Int
}

struct RefundRow {
  let refund: Refund
  let number: String
  let queries: Int
}

/// The merchant's number of a payment or refund at a provider: one that all providers accept.
enum ProviderNumber {
  static func of(_ payment: PaymentID) -> String { "P" + payment.description.dropFirst("pay_".count).uppercased() }
  static func of(_ refund: RefundID) -> String { "R" + refund.description.dropFirst("rfd_".count).uppercased() }
}

/// Names the orders that a payment is for; unique among payments that are still open.
enum OpenKey {
  static func of(_ shares: [OpenPayment.Share]) -> String {
    let orders = shares.map(\.order.description).sorted().joined(separator: " ")
    return SHA256.hash(data: Data(orders.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension ReadTransaction {
  func payments(_ heads: [Row]) throws -> [PaymentRow] {
    guard !heads.isEmpty else { return [] }
    let ids = try heads.map { try $0["id"] as PaymentID }
    var currencies: [PaymentID: Currency] = [:]
    for head in heads { currencies[try head["id"]] = try head["currency"] }
    var shares: [PaymentID: [OpenPayment.Share]] = [:]
    for row in try rows("SELECT * FROM payment_share WHERE payment_id IN \(list: ids) ORDER BY order_id LIMIT 20000") {
      let payment: PaymentID = try row["payment_id"]
      guard let currency = currencies[payment] else { continue }
      shares[payment, default: []].append(
        OpenPayment.Share(order: try row["order_id"], amount: Money(minor: try row["amount"], currency: currency)))
    }
    return try heads.map { try PaymentRow($0, shares: shares[try $0["id"]] ?? []) }
  }

  func payment(_ id: PaymentID, forUpdate: Bool = false) throws -> PaymentRow? {
    try payments(rows("SELECT * FROM payment WHERE id = \(id) \(forUpdate ? dialect.forUpdate : "")")).first
  }

  func payment(number: String, method: PaymentMethod) throws -> PaymentRow? {
    try payments(
      rows("SELECT * FROM payment WHERE number = \(number) AND method = \(method) \(dialect.forUpdate)")
    ).first
  }

  func refund(_ condition: SQL) throws -> RefundRow? {
    try rows(
      """
      SELECT payment_refund.*, payment.currency FROM payment_refund JOIN payment ON payment.id = payment_refund.payment_id
      WHERE \(condition) \(dialect.forUpdate)
      """
    ).first.map { try RefundRow($0) }
  }
}

extension PaymentRow {
  init(_ row: Row, shares: [OpenPayment.Share]) throws {
    let currency: Currency = try row["currency"]
    let handover: String = try row["handover"]
    payment = Payment(
      id: try row["id"], method: try row["method"], payer: try row["payer_id"], shares: shares,
      amount: Money(minor: try row["amount"], currency: currency), state: try row["state"],
      providerNumber: try row["provider_number"], refunded: Money(minor: try row["refunded"], currency: currency),
      openedAt: try row["opened_at"], expiresAt: try row["expires_at"], capturedAt: try row["captured_at"])
    number = try row["number"]
    subject = try row["subject"]
    language = try row["language"]
    self.handover =
      handover.isEmpty ? nil : try JSONDecoder().decode(Handover.self, from: Data(handover.utf8))
    queries = try row["queries"]
  }
}

extension RefundRow {
  init(_ row: Row) throws {
    refund = Refund(
      id: try row["id"], key: try row["refund_key"], payment: try row["payment_id"],
      amount: Money(minor: try row["amount"], currency: try row["currency"]), state: try row["state"],
      reason: try row["reason"], requestedAt: try row["requested_at"])
    number = try row["number"]
    queries = try row["queries"]
  }
}

extension Transaction {
  /// Books entries that add up to zero. A booking that stands already is left as it is.
  func book(
    _ booking: String, _ entries: [(book: LedgerEntry.Book, party: String, amount: Money)], payment: PaymentID,
    at: Timestamp, ids: IDGenerator
  ) throws {
    let rows = entries.map { entry -> [any SQLConvertible] in
      [
        ids.next(EventTag.self), booking, entry.book, entry.party, entry.amount.currency, entry.amount.minor, payment,
        at,
      ]
    }
    try execute(
      "INSERT INTO ledger_entry (id, booking, book, party, currency, amount, payment_id, at) VALUES \(rows: rows)")
  }
}
