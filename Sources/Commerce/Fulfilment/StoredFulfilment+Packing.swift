import Events
import Storage
import Values

extension StoredFulfilment {
  public func pack(_ draft: ParcelDraft, of order: OrderToSend, by staff: StaffID) async throws -> Parcel {
    let draft = try Self.checked(draft, of: order)
    return try await database.write { transaction in
      let (parcel, isNew) = try pack(draft, of: order, by: staff, in: transaction)
      if isNew { try note("fulfilment.pack", from: nil, to: parcel, by: staff, in: transaction) }
      return parcel
    }
  }

  /// - Parameter draft: checked.
  /// - Returns: also whether it wasn't packed before.
  func pack(
    _ draft: ParcelDraft, of order: OrderToSend, by staff: StaffID, in transaction: any Transaction
  ) throws -> (parcel: Parcel, isNew: Bool) {
    try lockedConsignment(of: order, in: transaction)
    let standing: ParcelID? = try transaction.value(
      "SELECT id FROM parcel WHERE order_id = \(order.order) AND request_key = \(draft.key)")
    if let standing, let parcel = try ParcelRows.parcel(standing, in: transaction) { return (parcel, false) }
    let lines = try Self.chosen(draft, of: order, packed: ParcelRows.packed(of: order.order, in: transaction))
    let id: ParcelID = ids.next()
    try transaction.execute(
      """
      INSERT INTO parcel (id, order_id, request_key, state, phone_end, packed_at, packed_by, salt, tracking, asks)
      VALUES (\(id), \(order.order), \(draft.key), \(ParcelState.packed), \(order.phoneEnd), \(clock.now), \(staff),
        \(Self.salt()), \(TrackingState.waiting), 0)
      """)
    let rows = lines.map { [id, $0.line, order.order, $0.quantity] as [any SQLConvertible] }
    for start in stride(from: 0, to: rows.count, by: 500) {
      try transaction.execute(
        """
        INSERT INTO parcel_line (parcel_id, line_id, order_id, quantity)
        VALUES \(rows: Array(rows[start..<min(start + 500, rows.count)]))
        """)
    }
    guard let parcel = try ParcelRows.parcel(id, in: transaction) else { throw FulfilmentRefusal.unknownParcel }
    return (parcel, true)
  }

  public func unpack(_ parcel: ParcelID, by staff: StaffID) async throws {
    try await database.write { transaction in
      let before: Parcel
      do { before = try lockedParcel(parcel, in: transaction) } catch FulfilmentRefusal.unknownParcel { return }
      guard before.state == .packed else { throw FulfilmentRefusal.wrongParcelState(before.state) }
      try transaction.execute("DELETE FROM parcel_line WHERE parcel_id = \(parcel)")
      try transaction.execute("DELETE FROM parcel WHERE id = \(parcel) AND state = \(ParcelState.packed)")
      try note("fulfilment.unpack", from: before, to: nil, by: staff, in: transaction)
    }
  }

  static func checked(_ draft: ParcelDraft, of order: OrderToSend) throws -> ParcelDraft {
    var faults = FieldFaults()
    var checked = draft
    checked.key = faults.text(draft.key, "key", max: 64)
    if let lines = draft.lines {
      let known = Set(order.lines.map(\.line))
      if lines.isEmpty { faults.add("lines", "missing") }
      if lines.contains(where: { !known.contains($0.line) }) { faults.add("lines", "unknown") }
      if Set(lines.map(\.line)).count != lines.count { faults.add("lines", "repeated") }
    }
    try faults.throwIfAny()
    return checked
  }

  /// What goes into the parcel, in the order of the order's lines.
  private static func chosen(
    _ draft: ParcelDraft, of order: OrderToSend, packed: [OrderLineID: Int]
  ) throws -> [ParcelLine] {
    let left = Dictionary(
      order.lines.map { ($0.line, max(0, $0.units - (packed[$0.line] ?? 0))) }, uniquingKeysWith: { first, _ in first })
    guard let wanted = draft.lines else {
      let rest = order.lines.compactMap { line in
        Quantity(left[line.line] ?? 0).map { ParcelLine(line: line.line, quantity: $0) }
      }
      guard !rest.isEmpty else { throw FulfilmentRefusal.allPacked }
      return rest
    }
    if let short = wanted.first(where: { $0.quantity.count > left[$0.line] ?? 0 }) {
      throw FulfilmentRefusal.notLeft(line: short.line, left: left[short.line] ?? 0)
    }
    return wanted
  }

  /// Nobody who doesn't know it can speak for the tracker.
  static func salt() -> String {
    Hex.text((0..<16).map { _ in UInt8.random(in: UInt8.min...UInt8.max) })
  }
}
