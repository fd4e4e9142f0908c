import Accounts
import Inventory
import Merchants
import Values

/// The places where a merchant's goods lie.
extension WorkStock {
  public func stockrooms(of merchant: MerchantID, for staff: Staff) async throws -> [Stockroom] {
    try await allow(merchant, staff)
    return try await stock.stockrooms(of: merchant)
  }

  public func addLocation(_ name: String, of merchant: MerchantID, by staff: Staff) async throws -> Location {
    try await allow(merchant, staff)
    return try await stock.addLocation(name, of: merchant, by: staff.id)
  }

  public func location(_ id: LocationID, for staff: Staff) async throws -> Location {
    guard let location = try await stock.location(id), staff.merchant == nil || staff.merchant == location.merchant
    else { throw InventoryRefusal.unknownLocation }
    try staff.require(.stockAdjust)
    return location
  }

  public func renameLocation(_ id: LocationID, to name: String, by staff: Staff) async throws {
    try await stock.renameLocation(location(id, for: staff).id, to: name, by: staff.id)
  }

  public func moveLocation(_ id: LocationID, up: Bool, by staff: Staff) async throws {
    try await stock.moveLocation(location(id, for: staff).id, up: up, by: staff.id)
  }

  public func closeLocation(_ id: LocationID, by staff: Staff) async throws {
    try await stock.closeLocation(location(id, for: staff).id, by: staff.id)
  }

  public func reopenLocation(_ id: LocationID, by staff: Staff) async throws {
    try await stock.reopenLocation(location(id, for: staff).id, by: staff.id)
  }

  /// Whoever may do nothing hears so first.
  private func allow(_ merchant: MerchantID, _ staff: Staff) async throws {
    try staff.require(.stockAdjust)
    guard staff.merchant == nil || staff.merchant == merchant,
      try await contexts.merchants.merchant(merchant) != nil
    else { throw InventoryRefusal.unknownLocation }
  }
}
