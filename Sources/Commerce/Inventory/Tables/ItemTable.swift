import Storage
import Values

/// The sums of each variant over its places, kept in the transactions that change them, so that lists of what is low or gone
/// are read off an index.
enum ItemTable {
  static let item = TableDefinition(
    "stock_item",
    [
      .integer("variant_id"), .integer("merchant_id"), .integer("on_hand"), .integer("held"), .integer("unlimited"),
      .integer("low_at"), .integer("has_own_low"), .text("state", 8), .integer("is_told"),
    ],
    primaryKey: ["variant_id"])

  /// How a variant stands with so many free units; `unlimited` counts the places where it is sold without counting.
  private static func state(unlimited: SQL, free: SQL, lowAt: SQL) -> SQL {
    """
    CASE WHEN \(unlimited) > 0 THEN 'enough' WHEN \(free) <= 0 THEN 'out' WHEN \(free) <= \(lowAt) THEN 'low'
      ELSE 'enough' END
    """
  }

  /// One engine sees what was set before in the same statement, and the other doesn't: so the state comes first, and is
  /// reckoned of what was.
  static func change(_ variant: VariantID, onHand: Int, held: Int, unlimited: Int = 0) -> SQL {
    let standing = state(
      unlimited: "unlimited + \(unlimited)", free: "on_hand + \(onHand) - held - \(held)", lowAt: "low_at")
    return """
      UPDATE stock_item SET state = \(standing), on_hand = on_hand + \(onHand), held = held + \(held),
        unlimited = unlimited + \(unlimited)
      WHERE variant_id = \(variant)
      """
  }

  static func setThreshold(_ lowAt: Int, isOwn: Bool, of variant: VariantID) -> SQL {
    let standing = state(unlimited: "unlimited", free: "on_hand - held", lowAt: "\(lowAt)")
    return """
      UPDATE stock_item SET state = \(standing), low_at = \(lowAt), has_own_low = \(isOwn)
      WHERE variant_id = \(variant)
      """
  }

  static func setThreshold(_ lowAt: Int, of variants: [VariantID]) -> SQL {
    let standing = state(unlimited: "unlimited", free: "on_hand - held", lowAt: "\(lowAt)")
    return """
      UPDATE stock_item SET state = \(standing), low_at = \(lowAt)
      WHERE variant_id IN \(list: variants) AND has_own_low = 0
      """
  }

  static func state(onHand: Int, unlimited: Int, lowAt: Int) -> StockItem.State {
    if unlimited > 0 { return .enough }
    return onHand <= 0 ? .out : onHand <= lowAt ? .low : .enough
  }

  /// The sums of what stood before there were any. What is short then has been so for long, and counts as told.
  static let first: SQL = """
    INSERT INTO stock_item
      (variant_id, merchant_id, on_hand, held, unlimited, low_at, has_own_low, state, is_told)
    SELECT sums.variant_id, sums.merchant_id, sums.on_hand, sums.held, sums.unlimited, 5, 0,
      \(state(unlimited: "sums.unlimited", free: "sums.on_hand - sums.held", lowAt: "5")),
      CASE WHEN sums.unlimited > 0 OR sums.on_hand - sums.held > 5 THEN 0 ELSE 1 END
    FROM (
      SELECT stock.variant_id AS variant_id, MIN(location.merchant_id) AS merchant_id, SUM(stock.on_hand) AS on_hand,
        SUM(stock.held) AS held, SUM(stock.is_unlimited) AS unlimited
      FROM stock JOIN location ON location.id = stock.location_id GROUP BY stock.variant_id) AS sums
    WHERE NOT EXISTS (SELECT 1 FROM stock_item WHERE stock_item.variant_id = sums.variant_id)
    """
}

/// What a count does to the sums of a variant.
struct ItemChange {
  let merchant: MerchantID?
  private(set) var onHand = 0
  private(set) var unlimited = 0

  init(merchant: MerchantID?) { self.merchant = merchant }

  mutating func add(onHand: Int, unlimited: Int) {
    self.onHand += onHand
    self.unlimited += unlimited
  }
}

extension StockItem.State: SQLConvertible {}

extension StockItem {
  init(_ row: Row) throws {
    let unlimited: Int = try row["unlimited"]
    self.init(
      variant: try row["variant_id"], merchant: try row["merchant_id"],
      level: StockLevel(onHand: try row["on_hand"], held: try row["held"], isUnlimited: unlimited > 0),
      lowAt: try row["low_at"], hasOwnThreshold: try row["has_own_low"], state: try row["state"])
  }
}

extension StoredInventory {
  /// Sums of variants that are on a shelf for the first time are made, the others follow.
  func addToItems(_ changes: [VariantID: ItemChange], in transaction: any Transaction) throws {
    guard !changes.isEmpty else { return }
    let known = Set(
      try transaction.rows(
        "SELECT variant_id FROM stock_item WHERE variant_id IN \(list: changes.keys.sorted()) ORDER BY variant_id"
      ).map { row -> VariantID in try row["variant_id"] })
    var added: [[any SQLConvertible]] = []
    for (variant, change) in changes.sorted(by: { $0.key < $1.key }) {
      if known.contains(variant) {
        try transaction.execute(
          ItemTable.change(variant, onHand: change.onHand, held: 0, unlimited: change.unlimited))
      } else if let merchant = change.merchant {
        let state = ItemTable.state(onHand: change.onHand, unlimited: change.unlimited, lowAt: lowAt)
        added.append([variant, merchant, change.onHand, 0, change.unlimited, lowAt, false, state, false])
      }
    }
    guard !added.isEmpty else { return }
    try transaction.execute(
      """
      INSERT INTO stock_item
        (variant_id, merchant_id, on_hand, held, unlimited, low_at, has_own_low, state, is_told)
      VALUES \(rows: added)
      """)
  }

  /// Makes place for a variant where it never lay.
  func lay(_ shelf: Shelf, of merchant: MerchantID, in transaction: any Transaction) throws {
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "stock",
        [
          ("variant_id", shelf.variant.sqlValue), ("location_id", shelf.location.sqlValue), ("on_hand", 0.sqlValue),
          ("held", 0.sqlValue), ("is_unlimited", false.sqlValue),
        ]))
    try layItem(shelf.variant, of: merchant, in: transaction)
  }

  func layItem(_ variant: VariantID, of merchant: MerchantID, in transaction: any Transaction) throws {
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "stock_item",
        [
          ("variant_id", variant.sqlValue), ("merchant_id", merchant.sqlValue), ("on_hand", 0.sqlValue),
          ("held", 0.sqlValue), ("unlimited", 0.sqlValue), ("low_at", lowAt.sqlValue), ("has_own_low", 0.sqlValue),
          ("state", StockItem.State.out.sqlValue), ("is_told", 0.sqlValue),
        ]))
  }
}
