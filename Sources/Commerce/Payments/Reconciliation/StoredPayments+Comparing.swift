import Storage
import Values

/// The statements by which a bill and the books are compared: whole slices at once.
extension StoredPayments {
  static let paidStates: SQL = "('captured', 'partlyRefunded', 'refunded')"
  /// What the provider was asked for, and what it was asked to send back: the rest is the balance's.
  private static let asked: SQL = "(p.amount - p.from_balance)"
  private static let sentBack: SQL = "(r.amount - r.to_balance)"
  /// Whether an earlier line of the bill is about the same.
  private static let twice: SQL = """
    EXISTS (SELECT 1 FROM bill_row t WHERE t.subject_id = s.subject_id AND t.take_id = s.take_id AND t.line < s.line)
    """

  /// Lines of payments that the books don't have, or have otherwise.
  static func differing(
    _ lines: Range<Int>, _ match: BillMatch, in transaction: any ReadTransaction
  ) throws -> [FoundDifference] {
    let fee: SQL =
      match.rule.map { rule in
        // Half a unit of rounding and one of grace, in ten-thousandths.
        "ABS((s.fee - \(rule.fixed)) * 10000 - s.amount * \(rule.parts)) > 15000"
      } ?? "1 = 0"
    let rows = try transaction.rows(
      """
      SELECT s.subject_id, s.payment_number, s.provider_number, s.amount, s.fee, s.currency, s.happened_at,
        p.id AS payment_id, \(asked) AS here_amount, p.currency AS here_currency, p.state AS here_state,
        CASE WHEN \(fee) THEN 1 ELSE 0 END AS fee_differs, CASE WHEN \(twice) THEN 1 ELSE 0 END AS is_twice
      FROM bill_row s LEFT JOIN payment p ON p.id = s.subject_id AND p.method = \(match.bill.method)
      WHERE s.take_id = \(match.take) AND s.line >= \(lines.lowerBound) AND s.line < \(lines.upperBound)
        AND s.is_refund = 0 AND (p.id IS NULL OR \(asked) <> s.amount OR p.currency <> s.currency
          OR p.state NOT IN \(paidStates) OR \(fee) OR \(twice))
      ORDER BY s.line
      """)
    return try rows.flatMap { try differences(ofPayment: $0, match) }
  }

  private static func differences(ofPayment row: Row, _ match: BillMatch) throws -> [FoundDifference] {
    let currency: Currency = try row["currency"]
    let payment: PaymentID? = try row["payment_id"]
    let amount = Money(minor: try row["amount"], currency: currency)
    var found = FoundDifference(
      kind: .missingHere, isRefund: false, subjectID: payment?.raw,
      paymentNumber: try payment?.description ?? row["payment_number"], refundNumber: "", refundKey: nil,
      providerNumber: try row["provider_number"], currency: currency, thereAmount: amount.minor,
      thereFee: try row["fee"], at: try row["happened_at"])
    guard payment != nil else { return [found] }
    found.hereAmount = try row["here_amount"]
    found.hereFee = match.rule?.fee(of: amount).minor
    let state: PaymentState = try row["here_state"]
    found.hereState = state.rawValue
    var kinds: [BillDifference.Kind] = []
    if try found.hereAmount != amount.minor || row["here_currency"] != currency { kinds.append(.amountDiffers) }
    if !state.hasMoney { kinds.append(.statusDiffers) }
    if try row["fee_differs"] { kinds.append(.feeDiffers) }
    if try row["is_twice"] { kinds.append(.twiceThere) }
    return kinds.map { kind in
      var one = found
      one.kind = kind
      return one
    }
  }

  /// The same of refunds.
  static func differingRefunds(
    _ lines: Range<Int>, _ match: BillMatch, in transaction: any ReadTransaction
  ) throws -> [FoundDifference] {
    let rows = try transaction.rows(
      """
      SELECT s.payment_number, s.refund_number, s.refund_key, s.provider_number, s.amount, s.fee, s.currency,
        s.happened_at, p.id AS payment_id, r.id AS refund_id, COALESCE(s.here_amount, \(sentBack)) AS here_amount,
        r.currency AS here_currency, r.state AS here_state, CASE WHEN \(twice) THEN 1 ELSE 0 END AS is_twice
      FROM bill_row s LEFT JOIN refund r ON r.id = s.subject_id
        LEFT JOIN payment p ON p.id = r.payment_id AND p.method = \(match.bill.method)
      WHERE s.take_id = \(match.take) AND s.line >= \(lines.lowerBound) AND s.line < \(lines.upperBound)
        AND s.is_refund = 1 AND (p.id IS NULL OR COALESCE(s.here_amount, \(sentBack)) <> s.amount
          OR r.currency <> s.currency OR r.state <> \(RefundState.settled) OR \(twice))
      ORDER BY s.line
      """)
    return try rows.flatMap(differences(ofRefund:))
  }

  private static func differences(ofRefund row: Row) throws -> [FoundDifference] {
    let payment: PaymentID? = try row["payment_id"]
    let refund: RefundID? = try row["refund_id"]
    let amount: Int64 = try row["amount"]
    var found = FoundDifference(
      kind: .missingHere, isRefund: true, subjectID: payment == nil ? nil : refund?.raw,
      paymentNumber: try payment?.description ?? row["payment_number"], refundNumber: try row["refund_number"],
      refundKey: try row["refund_key"], providerNumber: try row["provider_number"], currency: try row["currency"],
      thereAmount: amount, thereFee: try row["fee"], at: try row["happened_at"])
    guard payment != nil else { return [found] }
    found.hereAmount = try row["here_amount"]
    let state: RefundState = try row["here_state"]
    found.hereState = state.rawValue
    var kinds: [BillDifference.Kind] = []
    if try found.hereAmount != amount || row["here_currency"] != found.currency { kinds.append(.amountDiffers) }
    if state != .settled { kinds.append(.statusDiffers) }
    if try row["is_twice"] { kinds.append(.twiceThere) }
    return kinds.map { kind in
      var one = found
      one.kind = kind
      return one
    }
  }

  /// Payments whose money came within the span and that no bill of these days has.
  static func unbilledPayments(
    _ span: Range<Timestamp>, _ match: BillMatch, in transaction: any ReadTransaction
  ) throws -> [FoundDifference] {
    try transaction.rows(
      """
      SELECT p.id, \(asked) AS amount, p.currency, p.state, p.provider_number, p.captured_at FROM payment p
      WHERE p.method = \(match.bill.method) AND p.captured_at >= \(span.lowerBound)
        AND p.captured_at < \(span.upperBound) AND \(asked) > 0
        AND NOT EXISTS (SELECT 1 FROM bill_row s WHERE s.subject_id = p.id AND s.take_id IN \(list: match.takes))
      ORDER BY p.captured_at, p.id
      """
    ).map { row in
      let (id, at): (PaymentID, Timestamp) = (try row["id"], try row["captured_at"])
      let number: String? = try row["provider_number"]
      return FoundDifference(
        kind: .missingThere, isRefund: false, subjectID: id.raw, paymentNumber: id.description, refundNumber: "",
        refundKey: nil, providerNumber: number ?? "", currency: try row["currency"], hereAmount: try row["amount"],
        hereState: try row["state"], at: at, state: match.mayCarry(at) ? .carried : .open)
    }
  }

  func unbilledRefunds(
    _ span: Range<Timestamp>, _ match: BillMatch, in transaction: any ReadTransaction
  ) throws -> [FoundDifference] {
    let found = try transaction.rows(
      """
      SELECT r.id, r.refund_key, r.payment_id, \(Self.sentBack) AS amount, r.currency, r.state, r.settled_at, p.provider_number
      FROM refund r JOIN payment p ON p.id = r.payment_id
      WHERE r.settled_at >= \(span.lowerBound) AND r.settled_at < \(span.upperBound)
        AND p.method = \(match.bill.method) AND \(Self.sentBack) > 0
        AND NOT EXISTS (SELECT 1 FROM bill_row s WHERE s.subject_id = r.id AND s.take_id IN \(list: match.takes))
      ORDER BY r.settled_at, r.id
      """
    ).map { row in
      let (id, payment): (RefundID, PaymentID) = (try row["id"], try row["payment_id"])
      let (at, key): (Timestamp, String) = (try row["settled_at"], try row["refund_key"])
      let number: String? = try row["provider_number"]
      return FoundDifference(
        kind: .missingThere, isRefund: true, subjectID: id.raw, paymentNumber: payment.description,
        refundNumber: id.description, refundKey: Self.isProviders(key) ? key : nil, providerNumber: number ?? "",
        currency: try row["currency"], hereAmount: try row["amount"], hereState: try row["state"], at: at,
        state: match.mayCarry(at) ? .carried : .open)
    }
    let billed = try billedParts(of: found.compactMap(\.refundKey), in: transaction)
    return found.filter { one in one.refundKey.map { !billed.contains($0) } ?? true }
  }

  static func totalsHere(
    _ match: BillMatch, in transaction: any ReadTransaction
  ) throws -> [Currency: BillTotals.Side] {
    let (method, span) = (match.bill.method, match.bill.span)
    var sides: [Currency: BillTotals.Side] = [:]
    for row in try transaction.rows(
      "SELECT currency FROM bill_total WHERE method = \(method) AND day = \(match.bill.day) ORDER BY currency")
    {
      let currency: Currency = try row["currency"]
      sides[currency] = .nothing(currency)
    }
    for row in try transaction.rows(
      """
      SELECT currency, COUNT(*) AS number, SUM(amount - from_balance) AS total FROM payment
      WHERE method = \(method) AND captured_at >= \(span.lowerBound) AND captured_at < \(span.upperBound)
        AND amount > from_balance GROUP BY currency ORDER BY currency
      """)
    {
      let currency: Currency = try row["currency"]
      sides[currency, default: .nothing(currency)].payments = try row["number"]
      sides[currency, default: .nothing(currency)].paid = Money(minor: try row["total"], currency: currency)
    }
    for row in try transaction.rows(
      """
      SELECT r.currency, COUNT(*) AS number, SUM(\(sentBack)) AS total FROM refund r JOIN payment p ON p.id = r.payment_id
      WHERE r.settled_at >= \(span.lowerBound) AND r.settled_at < \(span.upperBound) AND p.method = \(method)
        AND \(sentBack) > 0
      GROUP BY r.currency ORDER BY r.currency
      """)
    {
      let currency: Currency = try row["currency"]
      sides[currency, default: .nothing(currency)].refunds = try row["number"]
      sides[currency, default: .nothing(currency)].refunded = Money(minor: try row["total"], currency: currency)
    }
    return sides
  }
}
