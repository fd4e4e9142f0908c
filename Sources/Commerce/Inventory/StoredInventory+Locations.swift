import AuditLog
import Storage
import Values

extension StoredInventory {
  private static let mostLocations = 100

  public func stockrooms(of merchant: MerchantID) async throws -> [Stockroom] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT location.id, location.merchant_id, location.name, location.position, location.is_closed,
          COUNT(CASE WHEN stock.on_hand > 0 OR stock.held > 0 THEN 1 END) AS items,
          COALESCE(SUM(stock.on_hand), 0) AS on_hand, COALESCE(SUM(stock.held), 0) AS held
        FROM location LEFT JOIN stock ON stock.location_id = location.id
        WHERE location.merchant_id = \(merchant)
        GROUP BY location.id, location.merchant_id, location.name, location.position, location.is_closed
        ORDER BY location.is_closed, location.position, location.id LIMIT 1000
        """
      ).map { row in
        Stockroom(
          location: try Location(row), items: try row["items"], onHand: try row["on_hand"], held: try row["held"])
      }
    }
  }

  public func location(_ id: LocationID) async throws -> Location? {
    try await database.read { try Self.location(id, in: $0) }
  }

  public func addLocation(_ name: String, of merchant: MerchantID, by staff: StaffID) async throws -> Location {
    var faults = FieldFaults()
    let name = faults.text(name, "name", max: 100)
    try faults.throwIfAny()
    let id: LocationID = ids.next()
    return try await database.write { transaction in
      let standing = try Self.lockedLocations(of: merchant, in: transaction)
      guard !standing.contains(where: { $0.name == name }) else { throw FieldFaults(field: "name", code: "taken") }
      guard standing.count < Self.mostLocations else {
        throw FieldFaults(field: "name", code: "tooMany", details: ["max": String(Self.mostLocations)])
      }
      let last = standing.map(\.position).max() ?? -1
      let location = Location(id: id, merchant: merchant, name: name, position: last + 1)
      try transaction.execute(
        """
        INSERT INTO location (id, merchant_id, name, position, is_closed)
        VALUES (\(id), \(merchant), \(name), \(location.position), 0)
        """)
      let deed = Deed("stock.addLocation", on: id, named: name, of: merchant, after: ["name": name])
      try DeedLog.note(deed, by: .staff(staff), at: self.clock.now, in: transaction)
      return location
    }
  }

  public func renameLocation(_ id: LocationID, to name: String, by staff: StaffID) async throws {
    var faults = FieldFaults()
    let name = faults.text(name, "name", max: 100)
    try faults.throwIfAny()
    try await database.write { transaction in
      let (location, standing) = try Self.lockedLocation(id, in: transaction)
      guard location.name != name else { return }
      guard !standing.contains(where: { $0.name == name }) else { throw FieldFaults(field: "name", code: "taken") }
      try transaction.execute("UPDATE location SET name = \(name) WHERE id = \(id)")
      try self.note("stock.renameLocation", location, ["name": location.name], ["name": name], staff, transaction)
    }
  }

  public func moveLocation(_ id: LocationID, up: Bool, by staff: StaffID) async throws {
    try await database.write { transaction in
      let (location, standing) = try Self.lockedLocation(id, in: transaction)
      var order = standing.filter { !$0.isClosed }
      guard let index = order.firstIndex(where: { $0.id == id }) else { return }
      let other = up ? index - 1 : index + 1
      guard order.indices.contains(other) else { return }
      order.swapAt(index, other)
      for (position, each) in order.enumerated() where each.position != position {
        try transaction.execute("UPDATE location SET position = \(position) WHERE id = \(each.id)")
      }
      try self.note(
        "stock.moveLocation", location, ["position": String(index + 1)], ["position": String(other + 1)], staff,
        transaction)
    }
  }

  public func closeLocation(_ id: LocationID, by staff: StaffID) async throws {
    try await database.write { transaction in
      let (location, standing) = try Self.lockedLocation(id, in: transaction)
      guard !location.isClosed else { return }
      guard standing.contains(where: { $0.id != id && !$0.isClosed }) else { throw InventoryRefusal.lastLocation }
      let lying: Int? = try transaction.value(
        "SELECT 1 FROM stock WHERE location_id = \(id) AND (on_hand > 0 OR held > 0) LIMIT 1")
      guard lying == nil else { throw InventoryRefusal.locationNotEmpty }
      try transaction.execute("UPDATE location SET is_closed = 1 WHERE id = \(id)")
      try self.note("stock.closeLocation", location, ["state": "open"], ["state": "closed"], staff, transaction)
    }
  }

  public func reopenLocation(_ id: LocationID, by staff: StaffID) async throws {
    try await database.write { transaction in
      let (location, standing) = try Self.lockedLocation(id, in: transaction)
      guard location.isClosed else { return }
      let last = standing.filter { !$0.isClosed }.map(\.position).max() ?? -1
      try transaction.execute("UPDATE location SET is_closed = 0, position = \(last + 1) WHERE id = \(id)")
      try self.note("stock.reopenLocation", location, ["state": "closed"], ["state": "open"], staff, transaction)
    }
  }

  /// All of the merchant, in order; nobody else changes them meanwhile.
  private static func lockedLocations(
    of merchant: MerchantID, in transaction: any Transaction
  ) throws -> [Location] {
    try transaction.rows(
      """
      SELECT * FROM location WHERE merchant_id = \(merchant) ORDER BY position, id LIMIT 1000
      \(transaction.dialect.forUpdate)
      """
    ).map { try Location($0) }
  }

  private static func lockedLocation(
    _ id: LocationID, in transaction: any Transaction
  ) throws -> (Location, [Location]) {
    guard let known = try location(id, in: transaction) else { throw InventoryRefusal.unknownLocation }
    let standing = try lockedLocations(of: known.merchant, in: transaction)
    guard let location = standing.first(where: { $0.id == id }) else { throw InventoryRefusal.unknownLocation }
    return (location, standing)
  }

  private func note(
    _ verb: String, _ location: Location, _ before: DeedFields, _ after: DeedFields, _ staff: StaffID,
    _ transaction: any Transaction
  ) throws {
    let deed = Deed(
      verb, on: location.id, named: location.name, of: location.merchant, before: before, after: after)
    try DeedLog.note(deed, by: .staff(staff), at: clock.now, in: transaction)
  }
}
