import Values

/// What staff do with stock, beside what orders do to it: put right, move, count, and see what runs short. Every change is a
/// deed in the log, and a row in the ledger.
public protocol StockroomService: Sendable {
  // MARK: What there is

  /// The newest first. What was never on a shelf has no item.
  func items(_ filter: StockFilter, _ page: PageRequest) async throws -> Page<StockItem>
  func items(of variants: [VariantID]) async throws -> [VariantID: StockItem]
  /// Where each lies, places in order; one statement whatever their number.
  func places(of variants: [VariantID]) async throws -> [VariantID: [LocatedStock]]
  /// How many items are low, and how many gone. Nobody counts beyond `StockShortage.most`.
  /// - Parameter merchant: nil for all.
  func shortage(of merchant: MerchantID?) async throws -> StockShortage

  /// Items that are gone, the newest first and half as many as the limit at most, and after them those that are low, the
  /// lowest first. Of more than `StockShortage.most` that are low the newest are looked at.
  func lowest(of merchant: MerchantID?, limit: Int) async throws -> [StockItem]

  /// Every movement of a variant with what there was after it, the newest first.
  func movements(of variant: VariantID, _ page: PageRequest) async throws -> Page<StockMovement>
  /// How many there were on hand at the end of each of the last days, the oldest first.
  /// - Parameters:
  ///   - days: 1…366, today included.
  ///   - offsetMinutes: by which the shop's days differ from those of UTC.
  func days(of variant: VariantID, last days: Int, offsetMinutes: Int) async throws -> [StockDay]

  // MARK: What staff change

  /// Adds to what lies at a place or takes off it, once under the key. Throws `InventoryRefusal.heldStock` when less would be
  /// left than is held, `.notCounted` where it is sold without counting, and `FieldFaults` for `change`, `reason`, `note`
  /// (up to 200 characters, needed for a correction) and a `location` that is closed or isn't there. Tells `StockChanged`.
  /// - Parameter key: up to 100 characters; so below.
  func adjust(_ adjustment: StockAdjustment, key: String, by staff: StaffID) async throws
  /// Moves units from one place of a merchant to another, once under the key. Throws `InventoryRefusal.tooFewThere` when
  /// fewer are free where they lie, `.notCounted`, and `FieldFaults` for `units`, `to`, `from` and `note`.
  func transfer(_ transfer: StockTransfer, key: String, by staff: StaffID) async throws
  /// With so many free units or fewer the variant is low; nil takes what is usual in the shop. Throws `FieldFaults` for
  /// `lowAt` outside 0…1,000,000.
  func setThreshold(of variant: VariantID, _ lowAt: Int?, of merchant: MerchantID, by staff: StaffID) async throws
  /// Brings one slice of the items without a threshold of their own to the one that is usual now.
  /// - Returns: how many were brought.
  func renewThresholds(limit: Int) async throws -> Int

  /// Items that got low or ran out since anybody was told, as many as the limit; each is answered once in each fall. What
  /// has risen again since it was told can be told anew the next time.
  func takeFallen(limit: Int) async throws -> [StockItem]

  // MARK: Places

  /// All of a merchant, closed ones too, in the order in which stock is taken from them.
  func stockrooms(of merchant: MerchantID) async throws -> [Stockroom]
  func location(_ id: LocationID) async throws -> Location?
  /// Throws `FieldFaults` for `name` (up to 100 characters, not twice in a merchant; at most 100 places).
  func addLocation(_ name: String, of merchant: MerchantID, by staff: StaffID) async throws -> Location
  /// Throws `FieldFaults` for `name`, and `.unknownLocation` as all below.
  func renameLocation(_ id: LocationID, to name: String, by staff: StaffID) async throws
  /// One place up or down in the order. Harmless at the end.
  func moveLocation(_ id: LocationID, up: Bool, by staff: StaffID) async throws
  /// Throws `.locationNotEmpty` while anything lies there or is held, and `.lastLocation`. Harmless when closed.
  func closeLocation(_ id: LocationID, by staff: StaffID) async throws
  func reopenLocation(_ id: LocationID, by staff: StaffID) async throws

  // MARK: Counts

  /// Begins a count of what lies at a place, or of these variants there. Throws `FieldFaults` for `title` (up to 100
  /// characters), `location`, and `variants`: none, or more than `CountSheet.mostLines`.
  func openCount(_ draft: CountDraft, by staff: StaffID) async throws -> CountSheet
  /// The newest first.
  func counts(matching filter: CountFilter, _ page: PageRequest) async throws -> Page<CountSheet>
  func count(_ id: CountSheetID) async throws -> CountSheet?
  /// By variant.
  func lines(of count: CountSheetID, _ part: CountPart, _ page: PageRequest) async throws -> Page<CountLine>
  /// What the lines come to.
  func outcome(of count: CountSheetID) async throws -> CountOutcome
  /// Notes numbers that were counted, with what should have been there at this moment. The number that stands already
  /// changes nothing, so that a form may be sent again. Variants that aren't on the sheet are put there. Throws
  /// `.countEnded`, `.notCounted`, and `FieldFaults` for numbers outside 0…1,000,000,000 or too many lines.
  /// - Parameter numbers: at most 200.
  func enter(_ numbers: [VariantID: Int], into count: CountSheetID, by staff: StaffID) async throws
  /// Books what was counted more or less than should have been there then, all or none, once: what was sold or came in
  /// since stays booked. Throws `.countEnded`, `.nothingCounted`, and `.heldStock` for the first variant of which less
  /// would be left than is held. Tells `StockChanged`.
  func applyCount(_ id: CountSheetID, by staff: StaffID) async throws -> CountSheet
  /// Ends it, and nothing is booked. Throws `.countEnded`.
  func cancelCount(_ id: CountSheetID, by staff: StaffID) async throws -> CountSheet
}

extension StockroomService {
  /// - Parameter merchant: nil for all.
  public func counts(of merchant: MerchantID?, _ page: PageRequest) async throws -> Page<CountSheet> {
    try await counts(matching: CountFilter(merchant: merchant), page)
  }
}
