import Accounts
import Catalog
import Merchants
import Settlement
import Values

/// What is owed to merchants and what they got: for a merchant's staff their own, for those of the platform all of it, with
/// the rules of commission, and the runs that draw statements. Rights and ownership are checked here, so that every face
/// refuses alike.
public struct WorkSettlements: Sendable {
  private let contexts: Contexts
  private let clock: WallClock

  public init(_ contexts: Contexts, clock: WallClock) {
    self.contexts = contexts
    self.clock = clock
  }

  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(.settlementsView) }

  /// Whether they make rules and draw, approve and pay statements.
  public static func runs(_ staff: Staff) -> Bool {
    staff.merchant == nil && staff.rights.contains(.settlementsRun)
  }

  private static func allow(_ staff: Staff) throws {
    guard runs(staff) else { throw StaffRefusal.notAllowed(.settlementsRun) }
  }

  // MARK: Statements

  /// The newest first. Throws `StaffRefusal.notAllowed`, as all below does.
  public func statements(
    for staff: Staff, matching filter: StatementFilter, _ page: PageRequest
  ) async throws -> Page<SeenStatement> {
    try staff.require(.settlementsView)
    var filter = filter
    if let own = staff.merchant { filter.merchant = own }
    let names = Dictionary(
      try await contexts.merchants.merchants().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    return try await contexts.settlement.statements(matching: filter, page).map { statement in
      SeenStatement(statement: statement, merchant: names[statement.merchant] ?? LocalizedText())
    }
  }

  /// Throws `SettlementRefusal.unknownStatement` also for another merchant's.
  public func statement(_ id: StatementID?, for staff: Staff) async throws -> SeenStatement {
    try staff.require(.settlementsView)
    guard let id, let statement = try await contexts.settlement.statement(id),
      staff.merchant == nil || staff.merchant == statement.merchant
    else { throw SettlementRefusal.unknownStatement }
    let merchant = try await contexts.merchants.merchant(statement.merchant)
    return SeenStatement(statement: statement, merchant: merchant?.name ?? LocalizedText())
  }

  public func lines(
    of id: StatementID, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<StatementLine> {
    _ = try await statement(id, for: staff)
    return try await contexts.settlement.lines(of: id, page)
  }

  /// What is owed to the staff's own merchant, by currency; nothing for staff of the platform and for those who may not see
  /// it.
  public func balance(for staff: Staff) async throws -> [MerchantBalance] {
    guard Self.opens(to: staff), let merchant = staff.merchant else { return [] }
    return try await contexts.settlement.balance(of: merchant)
  }

  /// What all accounts have, for staff of the platform.
  public func balances(for staff: Staff) async throws -> [BookBalance] {
    try staff.require(.settlementsView)
    return staff.merchant == nil ? try await contexts.settlement.balances() : []
  }

  /// - Parameter merchant: nil for all of them.
  public func run(through day: ShopDay, for merchant: MerchantID?, by staff: Staff) async throws -> SettlementRun {
    try Self.allow(staff)
    let period = SettlementPeriod(rhythm: .manual, through: day)
    return try await contexts.settlement.run(period, for: merchant, by: .staff(staff.id))
  }

  public func approve(_ id: StatementID?, by staff: Staff) async throws -> Statement {
    try Self.allow(staff)
    guard let id else { throw SettlementRefusal.unknownStatement }
    return try await contexts.settlement.approve(id, by: .staff(staff.id))
  }

  public func markPaid(_ id: StatementID?, reference: String, by staff: Staff) async throws -> Statement {
    try Self.allow(staff)
    guard let id else { throw SettlementRefusal.unknownStatement }
    return try await contexts.settlement.markPaid(id, reference: reference, by: .staff(staff.id))
  }

  public func cancel(_ id: StatementID?, by staff: Staff) async throws -> Statement {
    try Self.allow(staff)
    guard let id else { throw SettlementRefusal.unknownStatement }
    return try await contexts.settlement.cancel(id, by: .staff(staff.id))
  }

  // MARK: Commission

  /// The newest first.
  public func rules(for staff: Staff, _ page: PageRequest) async throws -> Page<CommissionRule> {
    try Self.allow(staff)
    return try await contexts.settlement.rules(page)
  }

  /// A rule as people write it. Throws `FieldFaults` for `merchant`, `category`, `percent` and `from`.
  /// - Parameters:
  ///   - merchant: and `category`, an identifier; none, or an empty one, for all.
  ///   - percent: with two decimals at most; nothing where the rule ends the one before.
  ///   - from: `2026-11-24`.
  public static func draft(
    merchant: String?, category: String?, percent: String?, ends: Bool, from: String?
  ) throws -> CommissionDraft {
    var faults = FieldFaults()
    func chosen<Of: Identified>(_ text: String?, _ name: String) -> ID<Of>? {
      guard let text, !text.isEmpty else { return nil }
      if let id = ID<Of>(text) { return id }
      faults.add(name, "unknown")
      return nil
    }
    let seller: MerchantID? = chosen(merchant, "merchant")
    let shelf: CategoryID? = chosen(category, "category")
    let rate = BasisPoints(percentText: percent ?? "")
    if !ends, rate == nil { faults.add("percent", percent?.isEmpty == false ? "notAPercentage" : "missing") }
    let day = ShopDay(text: from ?? "")
    if day == nil { faults.add("from", "notADate") }
    try faults.throwIfAny()
    return CommissionDraft(
      merchant: seller, category: shelf, rate: ends ? nil : rate, from: day ?? ShopDay(rawValue: 0))
  }

  /// Throws `FieldFaults` for what isn't there.
  public func make(_ draft: CommissionDraft, by staff: Staff) async throws -> CommissionRule {
    try Self.allow(staff)
    var faults = FieldFaults()
    if let merchant = draft.merchant, try await contexts.merchants.merchant(merchant) == nil {
      faults.add("merchant", "unknown")
    }
    if let category = draft.category, try await contexts.catalog.categories()[category] == nil {
      faults.add("category", "unknown")
    }
    try faults.throwIfAny()
    return try await contexts.settlement.make(draft, by: .staff(staff.id))
  }

  public func remove(_ rule: CommissionRuleID?, by staff: Staff) async throws {
    try Self.allow(staff)
    guard let rule else { throw SettlementRefusal.unknownCommissionRule }
    try await contexts.settlement.remove(rule, by: .staff(staff.id))
  }

  /// The first day for which a rule can be made.
  public var today: ShopDay { ShopDay(clock.now) }
}

/// A statement with the name of whose it is.
public struct SeenStatement: Sendable {
  public let statement: Statement
  public let merchant: LocalizedText
}
