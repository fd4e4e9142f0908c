import Storage
import Values

extension StoredFulfilment {
  /// Each check is one statement that stops at the first row that disagrees.
  public func audit() async throws -> [Discrepancy] {
    try await database.read { transaction in
      var found: [Discrepancy] = []
      for (rule, query) in Self.checks {
        guard let row = try transaction.row(query) else { continue }
        let id: OrderID = try row["order_id"]
        found.append(Discrepancy(book: "fulfilment", row: "\(id)", expected: rule, found: try row["found"]))
      }
      return found
    }
  }

  private static let checks: [(rule: String, query: SQL)] = [
    (
      "a consignment for every parcel",
      """
      SELECT p.order_id, 'none' AS found FROM parcel p
      WHERE NOT EXISTS (SELECT 1 FROM consignment c WHERE c.order_id = p.order_id) ORDER BY p.id LIMIT 1
      """
    ),
    (
      "something in every parcel",
      """
      SELECT p.order_id, 'nothing' AS found FROM parcel p
      WHERE NOT EXISTS (SELECT 1 FROM parcel_line l WHERE l.parcel_id = p.id) ORDER BY p.id LIMIT 1
      """
    ),
    (
      "lines of the parcel's own order",
      """
      SELECT p.order_id, 'another' AS found FROM parcel p JOIN parcel_line l ON l.parcel_id = p.id
      WHERE l.order_id <> p.order_id ORDER BY p.id LIMIT 1
      """
    ),
    (
      "carrier, number and time of a parcel that has left",
      """
      SELECT order_id, state AS found FROM parcel WHERE state <> \(ParcelState.packed)
        AND (carrier IS NULL OR tracking_number IS NULL OR handed_over_at IS NULL) ORDER BY id LIMIT 1
      """
    ),
    (
      "a time of delivery for what was delivered alone",
      """
      SELECT order_id, state AS found FROM parcel
      WHERE (state = \(ParcelState.delivered) AND delivered_at IS NULL)
        OR (state IN (\(ParcelState.packed), \(ParcelState.handedOver), \(ParcelState.inTransit))
          AND delivered_at IS NOT NULL) ORDER BY id LIMIT 1
      """
    ),
    (
      "no parcel on its way of an order that was delivered",
      """
      SELECT p.order_id, p.state AS found FROM consignment c JOIN parcel p ON p.order_id = c.order_id
      WHERE c.delivered_at IS NOT NULL AND p.state IN (\(ParcelState.handedOver), \(ParcelState.inTransit))
      ORDER BY p.id LIMIT 1
      """
    ),
  ]
}
