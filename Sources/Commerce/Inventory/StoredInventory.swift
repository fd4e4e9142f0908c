import Events
import Storage
import Values

/// Inventory over a database. Free stock is kept in memory until a commit changes it.
public final class StoredInventory: InventoryService, Sendable {
  let database: any Database
  let outbox: Outbox
  let ids: IDGenerator
  let clock: WallClock
  /// An item with no threshold of its own is low with so many free units or fewer.
  let lowAt: Int
  private let levels = ReadCache<VariantID, StockLevel>(capacity: 50_000)

  /// - Parameter lowAt: 0…1,000,000; with so many free units or fewer an item is low, unless staff said otherwise of it.
  public init(database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock, lowAt: Int = 5) {
    self.lowAt = lowAt
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
  }

  public func locations(of merchant: MerchantID) async throws -> [Location] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT * FROM location WHERE merchant_id = \(merchant) AND is_closed = 0 ORDER BY position, id LIMIT 1000
        """
      ).map { try Location($0) }
    }
  }

  public func location(named name: String, of merchant: MerchantID) async throws -> Location {
    var faults = FieldFaults()
    let name = faults.text(name, "location", max: 100)
    try faults.throwIfAny()
    let ids = ids
    return try await database.write { transaction in
      let find: SQL = "SELECT * FROM location WHERE merchant_id = \(merchant) AND name = \(name)"
      if let known = try transaction.row(find).map({ try Location($0) }) {
        guard known.isClosed else { return known }
        // Whoever brings goods there opens it again.
        try transaction.execute("UPDATE location SET is_closed = 0 WHERE id = \(known.id)")
        return Location(id: known.id, merchant: merchant, name: name, position: known.position)
      }
      let position: Int =
        try transaction.value("SELECT COUNT(*) FROM location WHERE merchant_id = \(merchant)") ?? 0
      let location = Location(id: ids.next(), merchant: merchant, name: name, position: position)
      try transaction.execute(
        "INSERT INTO location (id, merchant_id, name, position) VALUES (\(location.id), \(merchant), \(name), \(position))"
      )
      return location
    }
  }

  public func stock(of variants: [VariantID]) async throws -> [VariantID: StockLevel] {
    try await levels.values(variants) { missing in
      try await self.database.read { transaction in
        var found: [VariantID: StockLevel] = [:]
        for start in stride(from: 0, to: missing.count, by: 500) {
          let batch = missing[start..<min(start + 500, missing.count)]
          for row in try transaction.rows(
            """
            SELECT variant_id, SUM(on_hand) AS on_hand, SUM(held) AS held, MAX(is_unlimited) AS is_unlimited
            FROM stock WHERE variant_id IN \(list: batch) GROUP BY variant_id
            """)
          {
            found[try row["variant_id"]] = StockLevel(
              onHand: try row["on_hand"], held: try row["held"], isUnlimited: try row["is_unlimited"])
          }
        }
        return found
      }
    }
  }

  public func stockByLocation(of variant: VariantID) async throws -> [LocatedStock] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT location.*, stock.on_hand, stock.held, stock.is_unlimited
        FROM stock JOIN location ON location.id = stock.location_id
        WHERE stock.variant_id = \(variant) ORDER BY location.position, location.id LIMIT 1000
        """
      ).map { row in
        LocatedStock(
          location: try Location(row),
          level: StockLevel(onHand: try row["on_hand"], held: try row["held"], isUnlimited: try row["is_unlimited"]))
      }
    }
  }

  public func ledger(of variant: VariantID, _ page: PageRequest) async throws -> Page<StockEntry> {
    let before = page.after?.parts.first.flatMap { Int64($0) } ?? Int64.max
    return try await database.read { transaction in
      let entries = try transaction.rows(
        """
        SELECT * FROM stock_entry WHERE variant_id = \(variant) AND id < \(before)
        ORDER BY id DESC LIMIT \(page.limit + 1)
        """
      ).map { try StockEntry($0) }
      return Page(fetched: entries, limit: page.limit) { Cursor([String($0.id)]) }
    }
  }

  /// Drops what is kept in memory of these variants, when another process has changed them.
  public func forget(_ variants: [VariantID]) { levels.forget(variants) }

  /// Drops everything, when it isn't known what another process has changed.
  public func forgetAll() { levels.forgetAll() }

  /// Tells the world and the memory of this process that the free stock has changed.
  func tellChange(of variants: some Sequence<VariantID>, in transaction: any Transaction) throws {
    let changed = Set(variants).sorted()
    guard !changed.isEmpty else { return }
    for start in stride(from: 0, to: changed.count, by: 500) {
      try outbox.tell(
        StockChanged(variants: Array(changed[start..<min(start + 500, changed.count)])), in: transaction)
    }
    forgetAfterCommit(changed, in: transaction)
  }

  func forgetAfterCommit(_ variants: [VariantID], in transaction: any Transaction) {
    transaction.afterCommit { [levels] in levels.forget(variants) }
  }
}
