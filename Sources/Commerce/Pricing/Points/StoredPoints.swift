import AuditLog
import Storage
import Values

/// Points over Storage. Whoever moves a buyer's points locks their account first.
public struct StoredPoints: PointService {
  private static let mostAdjusted = 1_000_000

  let database: any Database
  let ids: IDGenerator
  let clock: WallClock

  public init(database: any Database, ids: IDGenerator, clock: WallClock) {
    self.database = database
    self.ids = ids
    self.clock = clock
  }

  public func balance(of buyer: AccountID) async throws -> Int {
    try await database.read { try PointTable.balance(of: buyer, in: $0) }
  }

  public func entries(of buyer: AccountID, _ page: PageRequest) async throws -> Page<PointEntry> {
    let after = page.after?.parts.first.flatMap { Int64($0) } ?? .max
    let entries = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT * FROM point_entry WHERE buyer_id = \(buyer) AND id < \(after)
        ORDER BY id DESC LIMIT \(page.limit + 1)
        """
      ).map(PointTable.entry)
    }
    return Page(fetched: entries, limit: page.limit) { Cursor([String($0.id.raw)]) }
  }

  public func use(checkout key: String) async throws -> PointUse? {
    try await database.read { try PointTable.use(key, in: $0) }
  }

  public func earning(of order: OrderID) async throws -> PointEarning? {
    try await database.read { try PointTable.earning(order, in: $0) }
  }

  public func overdue(now: Timestamp, limit: Int) async throws -> [PointUse] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT * FROM point_use WHERE state = \(PointUse.State.held) AND held_until < \(now)
        ORDER BY held_until, checkout LIMIT \(min(limit, 500))
        """
      ).map(PointTable.use)
    }
  }

  public func earn(_ points: Int, for goods: Money, by order: OrderID, buyer: AccountID) async throws {
    try await database.write { transaction in
      try PointTable.lock(buyer, in: transaction)
      guard let standing = try PointTable.earning(order, in: transaction) else {
        try transaction.execute(
          """
          INSERT INTO point_earning (order_id, buyer_id, points, brought, goods)
          VALUES (\(order), \(buyer), \(points), \(points), \(goods.minor))
          """)
        return try move(points, of: buyer, .earned, key: "earned/\(order)", order: order, in: transaction)
      }
      let left = standing.left(for: goods.minor)
      guard left < standing.points else { return }
      try transaction.execute("UPDATE point_earning SET points = \(left) WHERE order_id = \(order)")
      try move(
        left - standing.points, of: buyer, .takenBack, key: "takenBack/\(order)/\(left)", order: order,
        in: transaction)
    }
  }

  public func adjust(
    _ points: Int, of buyer: AccountID, note: String, key: String, by actor: Actor
  ) async throws -> Int {
    var faults = FieldFaults()
    let note = faults.text(note, "note", max: 200)
    if points == 0 || !(-Self.mostAdjusted...Self.mostAdjusted).contains(points) {
      faults.add("points", "outOfRange", ["min": "-\(Self.mostAdjusted)", "max": "\(Self.mostAdjusted)"])
    }
    try faults.throwIfAny()
    let entryKey = "adjusted/\(key)"
    return try await database.write { transaction in
      try PointTable.lock(buyer, in: transaction)
      let before = try PointTable.balance(of: buyer, in: transaction)
      let isRepeat =
        try transaction.row(
          "SELECT id FROM point_entry WHERE buyer_id = \(buyer) AND entry_key = \(entryKey)") != nil
      guard !isRepeat else { return before }
      if points < 0, before + points < 0 { throw PointRefusal.notEnoughPoints(balance: before) }
      try move(points, of: buyer, .adjusted, key: entryKey, note: note, by: actor, in: transaction)
      let deed = Deed(
        "pricing.adjustPoints", on: buyer, of: nil, before: ["points": before],
        after: ["points": before + points], note: note)
      try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
      return before + points
    }
  }

  /// One movement: the balance and its row. The account is locked.
  func move(
    _ points: Int, of buyer: AccountID, _ kind: PointEntry.Kind, key: String, checkout: String? = nil,
    order: OrderID? = nil, note: String = "", by actor: Actor = .system, in transaction: any Transaction
  ) throws {
    guard points != 0 else { return }
    try transaction.execute("UPDATE point_account SET balance = balance + \(points) WHERE buyer_id = \(buyer)")
    let entry = PointEntry(
      id: ids.next(), buyer: buyer, kind: kind, points: points,
      balance: try PointTable.balance(of: buyer, in: transaction), checkout: checkout, order: order, note: note,
      actor: actor, at: clock.now)
    try PointTable.insert(entry, key: key, in: transaction)
  }
}
