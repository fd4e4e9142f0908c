import Storage
import Values

/// Parcels and what holds them together, row ↔ value.
enum ParcelRows {
  static func consignments(
    of orders: [OrderID], in transaction: any ReadTransaction
  ) throws -> [OrderID: Consignment] {
    var found: [OrderID: Consignment] = [:]
    for start in stride(from: 0, to: orders.count, by: 500) {
      let part = orders[start..<min(start + 500, orders.count)]
      let heads = try transaction.rows("SELECT * FROM consignment WHERE order_id IN \(list: part) ORDER BY order_id")
      guard !heads.isEmpty else { continue }
      let parcels = try parcels(where: "order_id IN \(list: part)", in: transaction)
      let byOrder = Dictionary(grouping: parcels, by: \.order)
      for row in heads {
        let order: OrderID = try row["order_id"]
        found[order] = Consignment(
          order: order, merchant: try row["merchant_id"], method: try row["method"], parcels: byOrder[order] ?? [],
          shippedAt: try row["shipped_at"], deliveredAt: try row["delivered_at"])
      }
    }
    return found
  }

  static func parcel(_ id: ParcelID, in transaction: any ReadTransaction) throws -> Parcel? {
    let rows = try transaction.rows("SELECT * FROM parcel WHERE id = \(id)")
    let lines = try lines(where: "parcel_id = \(id)", in: transaction)
    return try rows.first.map { try parcel($0, lines: lines[id] ?? []) }
  }

  /// In the order of packing.
  private static func parcels(where condition: SQL, in transaction: any ReadTransaction) throws -> [Parcel] {
    let lines = try lines(where: condition, in: transaction)
    return try transaction.rows("SELECT * FROM parcel WHERE \(condition) ORDER BY id").map { row in
      try parcel(row, lines: lines[try row["id"]] ?? [])
    }
  }

  private static func lines(
    where condition: SQL, in transaction: any ReadTransaction
  ) throws -> [ParcelID: [ParcelLine]] {
    let rows = try transaction.rows(
      "SELECT parcel_id, line_id, quantity FROM parcel_line WHERE \(condition) ORDER BY parcel_id, line_id")
    return try rows.reduce(into: [:]) { lines, row in
      lines[try row["parcel_id"], default: []].append(
        ParcelLine(line: try row["line_id"], quantity: try row["quantity"]))
    }
  }

  /// Units of each line in parcels that didn't come back.
  static func packed(of order: OrderID, in transaction: any ReadTransaction) throws -> [OrderLineID: Int] {
    let parcels = try parcels(where: "order_id = \(order)", in: transaction)
    return parcels.filter { $0.state != .returned }.flatMap(\.lines)
      .reduce(into: [:]) { $0[$1.line, default: 0] += $1.quantity.count }
  }

  private static func parcel(_ row: Row, lines: [ParcelLine]) throws -> Parcel {
    let carrier: String? = try row["carrier"]
    let number: String? = try row["tracking_number"]
    let label: ShippingLabel? =
      if let carrier, let number { ShippingLabel(carrier: carrier, trackingNumber: number) } else { nil }
    return Parcel(
      id: try row["id"], order: try row["order_id"], state: try row["state"], lines: lines, label: label,
      packedAt: try row["packed_at"], handedOverAt: try row["handed_over_at"],
      handedOverBy: try row["handed_over_by"], deliveredAt: try row["delivered_at"], latest: try latest(row))
  }

  private static func latest(_ row: Row) throws -> Trace? {
    let at: Timestamp? = try row["latest_at"]
    let kind: Trace.Kind? = try row["latest_kind"]
    guard let at, let kind else { return nil }
    let (text, place): (String?, String?) = (try row["latest_text"], try row["latest_place"])
    return Trace(at: at, kind: kind, text: text ?? "", place: place ?? "")
  }
}

/// How far the tracker was asked to tell of a parcel.
enum TrackingState: String, SQLConvertible {
  /// It hasn't been asked yet.
  case waiting
  /// It tells by itself.
  case subscribed
  /// It won't tell by itself, and can still be asked.
  case declined
  /// There is nothing more to hear.
  case ended
}
