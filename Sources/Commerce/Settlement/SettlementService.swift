import Values

/// The books between platform and merchants: what came for each order, what went back, what the platform keeps, what is owed,
/// stated and paid out. Double entry, and derived from facts alone: whatever the order in which they are heard, the same
/// facts give the same books.
public protocol SettlementService: Sendable {
  /// Takes the facts of an order that aren't known yet, and books what follows from them, each under its own key. When its
  /// end is heard of for the first time, its terms are found and kept.
  func note(_ note: OrderNote) async throws

  /// Spreads what a provider keeps of a payment over its orders, once for each key.
  /// - Returns: false while nothing is known of the payment; the same can be said again later.
  func note(_ fee: ProviderFee) async throws -> Bool

  /// Books store credit that was given: what the platform bears, and owes from then on. Once for each key.
  func note(_ credit: CreditFact) async throws
  /// What a buyer was given, by key.
  func credits(of account: AccountID, _ page: PageRequest) async throws -> Page<CreditFact>
  /// Buyers who were given any.
  func creditedAccounts(_ page: PageRequest) async throws -> Page<AccountID>

  /// Of 500 orders at most; those of which nothing is known are left out.
  func accounts(of orders: [OrderID]) async throws -> [OrderID: OrderAccount]
  /// What happened to the money of orders, 500 at most.
  func facts(of orders: [OrderID]) async throws -> [OrderID: [OrderFact]]
  /// Both sides of all bookings for an order, in the order in which they were made; 1,000 at most.
  func entries(of order: OrderID) async throws -> [BookEntry]
  /// What the accounts have now, by account and currency.
  func balances() async throws -> [BookBalance]
  /// What is owed to a merchant, by currency.
  func balance(of merchant: MerchantID) async throws -> [MerchantBalance]

  /// The newest first.
  func rules(_ page: PageRequest) async throws -> Page<CommissionRule>
  /// Throws `FieldFaults` at `from` for a day that is over.
  func make(_ draft: CommissionDraft, by actor: Actor) async throws -> CommissionRule
  /// Takes back a rule that hasn't begun. Throws `.commissionRuleBegun`, `.unknownCommissionRule`.
  func remove(_ rule: CommissionRuleID, by actor: Actor) async throws

  /// Draws a statement for each merchant, or one of them, of whom orders ended in time. Run again, it finds those that it
  /// drew. Throws `FieldFaults` at `through` for a period that isn't over.
  func run(_ period: SettlementPeriod, for merchant: MerchantID?, by actor: Actor) async throws -> SettlementRun
  /// Runs the last period of the shop's rhythm that is over, but for merchants whose statement of it somebody cancelled: what
  /// is open of theirs goes into the next period's, or is drawn by hand. Nil where the shop has no rhythm.
  func runDue() async throws -> SettlementRun?

  /// The newest first.
  func statements(matching filter: StatementFilter, _ page: PageRequest) async throws -> Page<Statement>
  func statement(_ id: StatementID) async throws -> Statement?
  /// In the order in which orders were placed.
  func lines(of statement: StatementID, _ page: PageRequest) async throws -> Page<StatementLine>
  /// Throws `.sameHands` where the shop asks for somebody else than who drew it, `.statementMoved`, `.unknownStatement`.
  func approve(_ statement: StatementID, by actor: Actor) async throws -> Statement
  /// - Parameter reference: the bank's, 1…80 characters. Throws `FieldFaults` at `reference`, `.statementMoved`.
  func markPaid(_ statement: StatementID, reference: String, by actor: Actor) async throws -> Statement
  /// What it had is open again: it goes into the next period's, or into one that somebody draws. Throws `.statementMoved`
  /// when it was paid.
  func cancel(_ statement: StatementID, by actor: Actor) async throws -> Statement

  /// How far orders and balances from before these books were brought in: where each walk goes on, and whether it is through.
  func walk() async throws -> SettlementWalk
  func keep(_ walk: SettlementWalk) async throws

  /// Checks that bookings balance, that all that is kept follows from facts, and that statements have what orders say.
  func audit() async throws -> [Discrepancy]
}

/// Where the walks through older payments and older balances are.
public struct SettlementWalk: Hashable, Codable, Sendable {
  public var after: Cursor?
  public var isThrough: Bool
  /// Through the buyers who had balances.
  public var buyersAfter: Cursor?
  public var isThroughBuyers: Bool

  public init(
    after: Cursor? = nil, isThrough: Bool = false, buyersAfter: Cursor? = nil, isThroughBuyers: Bool = false
  ) {
    self.after = after
    self.isThrough = isThrough
    self.buyersAfter = buyersAfter
    self.isThroughBuyers = isThroughBuyers
  }
}
