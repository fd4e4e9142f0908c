import Storage
import Values

extension BillDay.State: SQLConvertible {}
extension BillDay.Source: SQLConvertible {}
extension BillDifference.Kind: SQLConvertible {}
extension BillDifference.State: SQLConvertible {}
extension BillDifference.Cause: SQLConvertible {}
extension ProviderDay: SQLConvertible {}

/// One fetching of a bill; its rows are known by it.
enum BillTakeTag: Identified { static let prefix = "tak" }
typealias BillTakeID = ID<BillTakeTag>

/// Days of bills, their rows and differences, row ↔ value.
enum BillRows {
  static let dayColumns: SQL = """
    d.method, d.day, d.state, d.row_count, d.source, d.fetched_at, d.matched_at, d.next_try_at, d.tries, d.fault,
    (SELECT COUNT(*) FROM bill_difference f WHERE f.day = d.day AND f.method = d.method AND f.state = 'open') AS open_count
    """

  static func day(_ row: Row) throws -> BillDay {
    BillDay(
      method: try row["method"], day: try row["day"], state: try row["state"], rows: try row["row_count"],
      source: try row["source"], fetchedAt: try row["fetched_at"], matchedAt: try row["matched_at"],
      nextTryAt: try row["next_try_at"], tries: try row["tries"], fault: try row["fault"],
      openDifferences: try row["open_count"])
  }

  static func totals(_ row: Row) throws -> BillTotals {
    let currency: Currency = try row["currency"]
    func money(_ column: String) throws -> Money { Money(minor: try row[column], currency: currency) }
    return BillTotals(
      currency: currency,
      there: BillTotals.Side(
        payments: try row["payments"], paid: try money("paid"), refunds: try row["refunds"],
        refunded: try money("refunded")),
      here: BillTotals.Side(
        payments: try row["here_payments"], paid: try money("here_paid"), refunds: try row["here_refunds"],
        refunded: try money("here_refunded")),
      fees: try money("fees"), others: try row["others"], othersIn: try money("others_in"),
      othersOut: try money("others_out"))
  }

  static func movement(_ row: Row) throws -> BillMovement {
    let currency: Currency = try row["currency"]
    return BillMovement(
      providerNumber: try row["provider_number"], amount: Money(minor: try row["amount"], currency: currency),
      fee: Money(minor: try row["fee"], currency: currency), at: try row["happened_at"])
  }

  static func difference(_ row: Row) throws -> BillDifference {
    let currency: Currency = try row["currency"]
    func money(_ column: String) throws -> Money? {
      let minor: Int64? = try row[column]
      return minor.map { Money(minor: $0, currency: currency) }
    }
    return BillDifference(
      id: try row["id"], method: try row["method"], day: try row["day"], kind: try row["kind"],
      isRefund: try row["is_refund"], paymentNumber: try row["payment_number"], refundNumber: try row["refund_number"],
      providerNumber: try row["provider_number"],
      there: BillDifference.Side(amount: try money("there_amount"), fee: try money("there_fee")),
      here: BillDifference.Side(
        amount: try money("here_amount"), fee: try money("here_fee"), state: try row["here_state"]),
      at: try row["happened_at"], state: try row["state"], cause: try row["cause"], reason: try row["reason"],
      staff: try row["staff_id"], foundAt: try row["found_at"], changedAt: try row["changed_at"])
  }

  static func difference(_ id: BillDifferenceID, in transaction: any ReadTransaction) throws -> BillDifference? {
    try transaction.row("SELECT * FROM bill_difference WHERE id = \(id)").map(difference)
  }

  static func feeRule(_ row: Row) throws -> BillFeeRule {
    BillFeeRule(method: try row["method"], parts: try row["parts"], fixed: try row["fixed"])
  }
}

/// What a bill adds up to in one currency while it is read.
struct BillTally: Sendable {
  var payments = 0
  var refunds = 0
  var others = 0
  // Minor units.
  var paid: Int64 = 0
  var refunded: Int64 = 0
  var fees: Int64 = 0
  var othersIn: Int64 = 0
  var othersOut: Int64 = 0

  mutating func add(_ row: StatementRow) {
    fees += row.fee.minor
    switch row.kind {
    case .payment:
      payments += 1
      paid += row.amount.minor
    case .refund:
      refunds += 1
      refunded += row.amount.minor
    case .other:
      others += 1
      if row.amount.isNegative { othersOut -= row.amount.minor } else { othersIn += row.amount.minor }
    }
  }
}

/// A difference as it is found, before it is stored.
struct FoundDifference: Sendable {
  var kind: BillDifference.Kind
  let isRefund: Bool
  let subjectID: Int64?
  let paymentNumber: String
  let refundNumber: String
  let refundKey: String?
  let providerNumber: String
  let currency: Currency
  var thereAmount: Int64?
  var thereFee: Int64?
  var hereAmount: Int64?
  var hereFee: Int64?
  var hereState: String?
  let at: Timestamp
  var state = BillDifference.State.open

  /// What tells it from others of its day and kind.
  var subject: String {
    let own = isRefund ? (refundKey ?? refundNumber) : paymentNumber
    let name = own.isEmpty ? "\(providerNumber)#\(thereAmount ?? 0)@\(at.milliseconds)" : own
    return String(((isRefund ? "r:" : "p:") + name).unicodeScalars.prefix(80).map(Character.init))
  }

  static let columns = [
    "id", "method", "day", "kind", "subject", "is_refund", "subject_id", "payment_number", "refund_number",
    "refund_key", "provider_number", "currency", "there_amount", "there_fee", "here_amount", "here_fee",
    "here_state", "happened_at", "state", "take_id", "found_at", "changed_at",
  ]

  func values(_ id: BillDifferenceID, of bill: BillUnderWay, take: BillTakeID, now: Timestamp) -> [SQLValue] {
    [
      id.sqlValue, bill.method.sqlValue, bill.day.sqlValue, kind.sqlValue, subject.sqlValue, isRefund.sqlValue,
      subjectID?.sqlValue ?? .null, paymentNumber.sqlValue, refundNumber.sqlValue, refundKey?.sqlValue ?? .null,
      providerNumber.sqlValue, currency.sqlValue, thereAmount?.sqlValue ?? .null, thereFee?.sqlValue ?? .null,
      hereAmount?.sqlValue ?? .null, hereFee?.sqlValue ?? .null, hereState?.sqlValue ?? .null, at.sqlValue,
      state.sqlValue, take.sqlValue, now.sqlValue, now.sqlValue,
    ]
  }
}
