import Values

/// How much there is. Counters change only together with a ledger row, and never below what is held.
public protocol InventoryService: Sendable {
  /// Locations of a merchant in the order in which stock is taken from them.
  func locations(of merchant: MerchantID) async throws -> [Location]
  /// Makes a location or answers the one with this name.
  func location(named name: String, of merchant: MerchantID) async throws -> Location

  /// Summed over locations; a variant that was never counted has none. One statement whatever their number.
  func stock(of variants: [VariantID]) async throws -> [VariantID: StockLevel]
  func stockByLocation(of variant: VariantID) async throws -> [LocatedStock]

  /// Brings on-hand to the counted number; the same key a second time changes nothing. Throws
  /// `InventoryRefusal.heldStock` when less would be left than is held, `FieldFaults` for a count out of range or an
  /// unknown location, or a closed one that wouldn't be empty; nothing of the call is stored then. A place named twice counts as it was named last. Tells
  /// `StockChanged`.
  func count(_ counts: [StockCount], key: String, by actor: Actor) async throws

  /// Takes units off the free stock for a while, all lines or none; lines of one variant are summed first. Repeating a key
  /// answers the same hold, which ends at the later of the two times then; a hold that was released or expired is taken
  /// anew. Throws `.soldOut` naming the first variant that is short and what is left of it, `.otherGoods` when the key's
  /// hold is of other units, `FieldFaults` for more than 9999 of one variant. Tells `StockChanged`.
  func hold(_ lines: [HoldLine], key: HoldKey, until: Timestamp) async throws -> Hold
  /// Gives the units back. Harmless when unknown or already released; a confirmed hold stays, and false is answered.
  func release(_ key: HoldKey) async throws -> Bool
  /// The units are sold: on-hand and held both fall. Harmless when already confirmed. A hold that expired or was
  /// released is taken again if there is enough; otherwise throws `.soldOut`. Throws `.holdEnded` when the key is unknown
  /// or its units were put back.
  func confirm(_ key: HoldKey, at: Timestamp) async throws
  /// Puts sold units of a confirmed hold back on hand, for a cancelled order. Harmless when already put back.
  /// - Parameter returned: units of it that came back by `takeBack` before.
  func putBack(_ key: HoldKey, except returned: [VariantID: Int], by actor: Actor) async throws
  /// Brings a standing or confirmed hold to other units, all or none, as the order it is for was changed: units more are
  /// taken off the free stock, and sold where the hold is; those that go are free again. Harmless when it has these units
  /// already. Tells `StockChanged`. Throws `.soldOut`, and `.holdEnded` when there is no such hold any more.
  /// - Parameter spare: a hold that was made for the units more; it is given back for them.
  func revise(_ key: HoldKey, to lines: [HoldLine], using spare: HoldKey?, by actor: Actor) async throws
  /// Takes units back that were sold, once under the key: what can be sold again goes on hand where the variant lies first,
  /// the rest is written off, and the ledger has both. Throws `FieldFaults` for counts outside 0…9999. Tells
  /// `StockChanged`.
  /// - Parameter key: up to 120 characters.
  func takeBack(_ lines: [ReturnedLine], key: String, by actor: Actor) async throws
  func hold(_ key: HoldKey) async throws -> Hold?

  /// Releases holds that ran out, oldest first, at most `limit`; answers how many.
  func expireHolds(now: Timestamp, limit: Int) async throws -> Int

  /// Forgets one slice of the holds that ended, and of the counts that were made, before the moment; the ledger keeps what
  /// they did. A count under a forgotten key counts anew.
  /// - Parameter limit: rows of each kind, at most 500.
  /// - Returns: how many holds and counts were forgotten.
  func prune(before: Timestamp, limit: Int) async throws -> Int

  /// The newest first.
  func ledger(of variant: VariantID, _ page: PageRequest) async throws -> Page<StockEntry>
  /// Compares counters with the sums of the ledger and of the standing holds.
  func audit() async throws -> [Discrepancy]
}

extension InventoryService {
  /// All of it.
  public func putBack(_ key: HoldKey, by actor: Actor) async throws {
    try await putBack(key, except: [:], by: actor)
  }
}
