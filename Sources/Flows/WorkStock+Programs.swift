import Accounts
import Catalog
import Inventory
import Values

/// What programs do with many items at once.
extension WorkStock {
  /// In this order. Throws `FieldFaults` for `variant` where one isn't the staff's merchant's.
  public func items(_ ids: [VariantID], for staff: Staff) async throws -> [Line] {
    try staff.require(.stockAdjust)
    let own = try await contexts.own(ids, of: staff, "variant")
    let items = try await stock.items(of: ids)
    let places = try await stock.places(of: ids)
    return ids.compactMap { id in
      own[id].map { variant in
        Line(
          item: items[id] ?? .neverCounted(id, of: variant.merchant), variant: variant, places: places[id] ?? [])
      }
    }
  }

  /// Says how many lie where, all or none, once for each key: a second call under it changes nothing. Throws `FieldFaults`
  /// for `items.INDEX.variant` and `.location` of another merchant's and `items.INDEX.onHand` out of range, and
  /// `InventoryRefusal.heldStock`.
  /// - Parameter key: up to 64 characters.
  public func set(_ counts: [StockCount], key: String, by staff: Staff) async throws {
    try staff.require(.stockAdjust)
    let own = try await contexts.own(counts.map(\.variant), of: staff)
    var owners: [LocationID: MerchantID] = [:]
    for merchant in Set(own.values.map(\.merchant)) {
      for place in try await contexts.inventory.locations(of: merchant) { owners[place.id] = merchant }
    }
    var faults = FieldFaults()
    for (index, count) in counts.enumerated() {
      if owners[count.location] == nil || owners[count.location] != own[count.variant]?.merchant {
        faults.add("items.\(index).location", "unknown")
      }
      if !(0...1_000_000_000).contains(count.onHand ?? 0) {
        faults.add("items.\(index).onHand", "outOfRange", ["min": "0", "max": "1000000000"])
      }
    }
    try faults.throwIfAny()
    try await contexts.inventory.count(counts, key: Self.own(key, of: staff), by: .staff(staff.id))
  }

  /// As at the desk, once for each key of the employer's programs.
  /// - Parameter key: up to 64 characters.
  public func adjust(_ adjustment: StockAdjustment, programKey key: String, by staff: Staff) async throws {
    try await adjust(adjustment, key: Self.own(key, of: staff), by: staff)
  }

  /// As at the desk, once for each key of the employer's programs.
  /// - Parameter key: up to 64 characters.
  public func transfer(_ transfer: StockTransfer, programKey key: String, by staff: Staff) async throws {
    try await self.transfer(transfer, key: Self.own(key, of: staff), by: staff)
  }

  /// The variants of a count's merchant under these SKUs, at most 500; those that it hasn't are left out.
  public func variants(
    skus: [String], on count: CountSheetID, for staff: Staff
  ) async throws -> [String: VariantID] {
    let sheet = try await self.count(count, for: staff)
    return try await contexts.catalog.variants(skus: skus, of: sheet.merchant)
  }

  /// Another's key is another: nobody's change is lost for a name that somebody else chose.
  private static func own(_ key: String, of staff: Staff) -> String {
    "\(staff.merchant?.description ?? "platform")/\(key)"
  }
}
