import Accounts
import Payments
import Values

/// The books against the providers' bills, for staff of the platform with the right to.
public struct WorkReconciliation: Sendable {
  /// What staff do about a difference.
  public enum Deed: String, CaseIterable, Sendable { case correct, explain, ignore, reopen }

  private let contexts: Contexts
  private var bills: any ReconciliationService { contexts.reconciliation }

  public init(_ contexts: Contexts) { self.contexts = contexts }

  public static func opens(to staff: Staff) -> Bool {
    staff.merchant == nil && staff.rights.contains(.reconciliationWork)
  }

  /// Throws `StaffRefusal.notAllowed`, as all verbs here.
  public func expect(_ staff: Staff) throws {
    guard Self.opens(to: staff) else { throw StaffRefusal.notAllowed(.reconciliationWork) }
  }

  /// The month of yesterday by the shop's calendar: the last one that has a day which is over.
  public static func latestMonth(at now: Timestamp) -> BillMonth {
    BillMonth(StatementCalendar.china.day(of: now.adding(.days(-1))))
  }

  public func billed(for staff: Staff) async throws -> [PaymentMethod: StatementCalendar] {
    try expect(staff)
    return try await bills.billed()
  }

  public func standing(for staff: Staff) async throws -> BillStanding {
    try expect(staff)
    return try await bills.standing()
  }

  public func waitingCount(for staff: Staff) async throws -> Int {
    try expect(staff)
    return try await bills.waiting()
  }

  public func bills(in month: BillMonth, for staff: Staff) async throws -> [BillDay] {
    try expect(staff)
    return try await bills.bills(from: month.first, through: month.last)
  }

  public func days(of month: BillMonth, for staff: Staff) async throws -> [(bill: BillDay, totals: [BillTotals])] {
    try expect(staff)
    return try await bills.days(of: month)
  }

  public func report(of month: BillMonth, for staff: Staff) async throws -> [MonthlyBill] {
    try expect(staff)
    return try await bills.report(of: month)
  }

  /// Nil for a day that is over and that nobody has asked for. Throws `BillRefusal.unknownBill` for any other.
  public func bill(
    of method: PaymentMethod, on day: ProviderDay, at now: Timestamp, for staff: Staff
  ) async throws -> BillDay? {
    try expect(staff)
    if let bill = try await bills.bill(of: method, on: day) { return bill }
    guard let calendar = try await bills.billed()[method], let span = calendar.span(of: day), span.upperBound <= now
    else { throw BillRefusal.unknownBill }
    return nil
  }

  public func totals(of method: PaymentMethod, on day: ProviderDay, for staff: Staff) async throws -> [BillTotals] {
    try expect(staff)
    return try await bills.totals(of: method, on: day)
  }

  public func movements(
    of method: PaymentMethod, on day: ProviderDay, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<BillMovement> {
    try expect(staff)
    return try await bills.movements(of: method, on: day, page)
  }

  public func differences(
    matching filter: BillDifferenceFilter, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<BillDifference> {
    try expect(staff)
    return try await bills.differences(matching: filter, page)
  }

  /// Throws `BillRefusal.unknownDifference`.
  public func difference(_ id: BillDifferenceID, for staff: Staff) async throws -> BillDifference {
    try expect(staff)
    guard let difference = try await bills.difference(id) else { throw BillRefusal.unknownDifference }
    return difference
  }

  /// Throws `BillRefusal`, and `FieldFaults` for `reason`.
  public func settle(
    _ id: BillDifferenceID, by deed: Deed, reason: String, by staff: Staff
  ) async throws -> BillDifference {
    try expect(staff)
    return switch deed {
    case .correct: try await bills.correct(id, reason: reason, by: staff.id)
    case .explain: try await bills.decide(.explained, on: id, reason: reason, by: staff.id)
    case .ignore: try await bills.decide(.ignored, on: id, reason: reason, by: staff.id)
    case .reopen: try await bills.decide(.open, on: id, reason: reason, by: staff.id)
    }
  }

  public func fetchAgain(_ method: PaymentMethod, on day: ProviderDay, by staff: Staff) async throws {
    try expect(staff)
    try await bills.fetchAgain(method, on: day, by: staff.id)
  }

  /// Throws `BillRefusal`, and `FieldFaults` for `file`.
  public func bring(
    file path: String, of method: PaymentMethod, on day: ProviderDay, by staff: Staff
  ) async throws {
    try expect(staff)
    try await bills.bring(file: path, of: method, on: day, by: staff.id)
  }

  public func feeRules(for staff: Staff) async throws -> [BillFeeRule] {
    try expect(staff)
    return try await bills.feeRules()
  }

  /// A rule as people write it: percent of the amount, and an amount on top, each with two decimals at most. Nil where
  /// nothing is written at all. Throws `FieldFaults` for `parts` and `fixed`.
  public static func feeRule(of method: PaymentMethod, percent: String?, fixed: String?) throws -> BillFeeRule? {
    let texts = [percent, fixed].map { text in (text ?? "").filter { !$0.isWhitespace && $0 != "%" } }
    if texts.allSatisfy(\.isEmpty) { return nil }
    var (faults, numbers): (FieldFaults, [Int]) = (FieldFaults(), [])
    for (name, text) in zip(["parts", "fixed"], texts) {
      // Both have two decimals, as money of most currencies has.
      let number = text.isEmpty ? Money.zero(.cny) : Money(decimalText: text, currency: .cny)
      if let number { numbers.append(Int(number.minor)) } else { faults.add(name, "notANumber") }
    }
    try faults.throwIfAny()
    return BillFeeRule(method: method, parts: numbers[0], fixed: numbers[1])
  }

  /// Throws `FieldFaults` for `parts` and `fixed`.
  public func setFee(_ rule: BillFeeRule?, of method: PaymentMethod, by staff: Staff) async throws {
    try expect(staff)
    try await bills.setFee(rule, of: method, by: staff.id)
  }
}
