import Values

/// The books against the providers' daily bills: fetched on the day after, compared in both directions, and what differs
/// kept until it is explained. The same payments under another contract.
public protocol ReconciliationService: Sendable {
  /// Methods whose providers send bills, with when their days begin.
  func billed() async throws -> [PaymentMethod: StatementCalendar]

  /// Takes up days whose bills are due, fetches and compares them, and looks again at what was open. Of several processes
  /// each day is one's; what one leaves is taken up by another after ten minutes, from the stored bill on where there is
  /// one. A day's bill that isn't made is asked for again after growing pauses, until five days after it the day has failed.
  /// - Parameter limit: days at most.
  /// - Returns: how many days were compared.
  func reconcile(now: Timestamp, limit: Int) async throws -> Int

  /// Days of the calendar, both included, the oldest first; 366 at most of each method.
  func bills(from: ProviderDay, through: ProviderDay) async throws -> [BillDay]
  func bill(of method: PaymentMethod, on day: ProviderDay) async throws -> BillDay?
  /// One for each currency.
  func totals(of method: PaymentMethod, on day: ProviderDay) async throws -> [BillTotals]
  /// Movements that are neither payments nor refunds, in the bill's order.
  func movements(
    of method: PaymentMethod, on day: ProviderDay, _ page: PageRequest
  ) async throws -> Page<BillMovement>

  /// The newest days first.
  func differences(matching filter: BillDifferenceFilter, _ page: PageRequest) async throws -> Page<BillDifference>
  func difference(_ id: BillDifferenceID) async throws -> BillDifference?
  func standing() async throws -> BillStanding
  /// What waits for a person: open differences, counted up to `BillStanding.mostCounted`, and days that failed. One
  /// statement.
  func waiting() async throws -> Int

  /// What the oldest bill that was compared says that its provider kept, as far as it wasn't told yet: of payments that the
  /// books know, a slice at a time. Nil once all of all bills was told. A bill that is fetched again is told again, under
  /// the same keys.
  /// - Parameter limit: fees at most, 1…1,000.
  func fees(limit: Int) async throws -> BilledFees?
  /// That slice was heard: the next is told from now on.
  func noteTold(_ fees: BilledFees) async throws

  /// Decides on a difference: `.explained`, `.ignored`, or `.open` to take a decision back. A deed.
  /// - Parameter reason: up to 500 characters; not empty, save for `.open`.
  /// - Throws: `BillRefusal`, `FieldFaults` for `reason`.
  func decide(
    _ state: BillDifference.State, on id: BillDifferenceID, reason: String, by staff: StaffID
  ) async throws -> BillDifference
  /// Takes over what the bill says, through the transition that notices go through. A deed.
  func correct(_ id: BillDifferenceID, reason: String, by staff: StaffID) async throws -> BillDifference

  /// Asks for a day's bill anew as soon as the next round comes; what stands stays until the new one is here. A deed.
  func fetchAgain(_ method: PaymentMethod, on day: ProviderDay, by staff: StaffID) async throws
  /// Takes a day's bill from a file, as it comes from the provider's own pages, and compares it at once where it is short.
  /// A deed. Throws `BillRefusal.billBusy`, and `FieldFaults` for `file`: `notABill`, `otherDay`.
  func bring(file path: String, of method: PaymentMethod, on day: ProviderDay, by staff: StaffID) async throws

  func feeRules() async throws -> [BillFeeRule]
  /// From the next bill on; nil for no rule any more. A deed. Throws `FieldFaults` for `parts` and `fixed`.
  func setFee(_ rule: BillFeeRule?, of method: PaymentMethod, by staff: StaffID) async throws

  /// One for each method and currency with anything in it up to the month's end.
  func report(of month: BillMonth) async throws -> [MonthlyBill]
  /// Days of one month, method by method: what `report` adds up.
  func days(of month: BillMonth) async throws -> [(bill: BillDay, totals: [BillTotals])]
}
