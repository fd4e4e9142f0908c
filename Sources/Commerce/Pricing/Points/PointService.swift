import Values

/// What buyers have of points, and every movement of them. A balance is the sum of its ledger, and changes with it.
public protocol PointService: Sendable {
  /// Below zero while points that were taken back had been spent already: what is earned next makes up for it.
  func balance(of buyer: AccountID) async throws -> Int
  /// The newest first.
  func entries(of buyer: AccountID, _ page: PageRequest) async throws -> Page<PointEntry>
  func use(checkout key: String) async throws -> PointUse?
  /// Nil before it was completed, and where points were off then.
  func earning(of order: OrderID) async throws -> PointEarning?

  /// Spends points on a checkout, if there are as many. A repeat of its key prolongs what stands; what was given back is
  /// taken anew. Throws `PointRefusal.notEnoughPoints`.
  func take(_ taking: PointTaking) async throws
  /// Its orders are placed. Harmless otherwise.
  /// - Returns: false where they aren't held or settled any more.
  func settle(checkout: String) async throws -> Bool
  /// Nothing came of the checkout: all of it goes back. Harmless when it did.
  func giveBack(checkout: String) async throws
  /// Sees to it that so many of the points that a checkout spent are back; fewer than are back already change nothing.
  func bringBack(_ returned: Int, checkout: String) async throws
  /// Uses that were set apart until before the moment, the oldest first.
  func overdue(now: Timestamp, limit: Int) async throws -> [PointUse]

  /// An order that was completed brings its buyer points, once. Later they only become fewer, in proportion to what is left
  /// of the money for its goods.
  /// - Parameter goods: paid for goods that stayed.
  func earn(_ points: Int, for goods: Money, by order: OrderID, buyer: AccountID) async throws
  /// By staff, once under a key of up to 64 characters. Throws `FieldFaults` (`points` 0 or beyond ±1,000,000, `note`
  /// missing or above 200 characters), `PointRefusal.notEnoughPoints` where more would be taken than there are.
  /// - Returns: the balance.
  func adjust(
    _ points: Int, of buyer: AccountID, note: String, key: String, by actor: Actor
  ) async throws -> Int

  /// Checks balances against the ledger, and uses and earnings against both.
  func audit() async throws -> [Discrepancy]
}
