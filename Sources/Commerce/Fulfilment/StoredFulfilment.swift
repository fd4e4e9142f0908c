import AuditLog
import Events
import Logging
import Storage
import Values

/// Parcels over Storage.
public struct StoredFulfilment: FulfilmentService {
  let database: any Database
  let outbox: Outbox
  let ids: IDGenerator
  let clock: WallClock
  /// Nil where nobody knows where parcels are.
  let tracker: (any ParcelTracker)?
  let addresses: TrackingAddresses
  let logger: Logger

  public init(
    database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock, tracker: (any ParcelTracker)?,
    addresses: TrackingAddresses, logger: Logger
  ) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
    self.tracker = tracker
    self.addresses = addresses
    self.logger = logger
  }

  public func consignments(of orders: [OrderID]) async throws -> [OrderID: Consignment] {
    guard !orders.isEmpty else { return [:] }
    return try await database.read { try ParcelRows.consignments(of: orders, in: $0) }
  }

  public func traces(of order: OrderID) async throws -> [ParcelID: [Trace]] {
    try await database.read { transaction in
      let rows = try transaction.rows(
        """
        SELECT parcel_id, happened_at, kind, words, place FROM parcel_trace WHERE order_id = \(order)
        ORDER BY happened_at DESC, parcel_id, digest LIMIT \(Self.mostTraces * 10)
        """)
      return try rows.reduce(into: [:]) { traces, row in
        traces[try row["parcel_id"], default: []].append(
          Trace(at: try row["happened_at"], kind: try row["kind"], text: try row["words"], place: try row["place"]))
      }
    }
  }

  /// Of one parcel.
  static let mostTraces = 200

  public func close(_ order: OrderID) async throws {
    let now = clock.now
    try await database.write { transaction in
      _ = try transaction.execute(
        """
        UPDATE consignment SET waits_from = NULL, closed_at = \(now)
        WHERE order_id = \(order) AND closed_at IS NULL
        """)
    }
  }

  public func unconfirmed(since: Timestamp, _ page: PageRequest) async throws -> Page<OrderID> {
    var conditions: [SQL] = ["waits_from <= \(since)"]
    if let cursor = page.after {
      guard cursor.parts.count == 2, let moment = Int64(cursor.parts[0]), let id = Int64(cursor.parts[1]) else {
        throw FieldFaults(field: "after", code: "malformed")
      }
      conditions.append("waits_from >= \(moment) AND (waits_from > \(moment) OR order_id > \(id))")
    }
    let query: SQL = """
      SELECT order_id, waits_from FROM consignment WHERE \(SQL.all(conditions))
      ORDER BY waits_from, order_id LIMIT \(page.limit + 1)
      """
    return try await database.read { transaction in
      let rows = try transaction.rows(query).map { row in
        (order: try row["order_id"] as OrderID, from: try row["waits_from"] as Timestamp)
      }
      return Page(fetched: rows, limit: page.limit) {
        Cursor([String($0.from.milliseconds), String($0.order.raw)])
      }.map(\.order)
    }
  }

  public func choose(_ method: DeliveryMethod, for order: OrderToSend, by staff: StaffID) async throws {
    try await database.write { transaction in
      try lockedConsignment(of: order, in: transaction)
      let before: DeliveryMethod? = try transaction.value(
        "SELECT method FROM consignment WHERE order_id = \(order.order)")
      if before == method { return }
      try transaction.execute("UPDATE consignment SET method = \(method) WHERE order_id = \(order.order)")
      try note(
        "fulfilment.choose", on: order, before: ["method": before?.rawValue], after: ["method": method.rawValue],
        by: staff, in: transaction)
    }
  }
}

extension StoredFulfilment {
  /// Holds the order's row for the rest of the transaction, and makes it first where there is none.
  func lockedConsignment(of order: OrderToSend, in transaction: any Transaction) throws {
    let find: SQL = """
      SELECT order_id FROM consignment WHERE order_id = \(order.order)\(transaction.dialect.forUpdate)
      """
    if try transaction.row(find) != nil { return }
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "consignment",
        [
          ("order_id", order.order.sqlValue), ("merchant_id", order.merchant.sqlValue),
          ("buyer_id", order.buyer.sqlValue), ("method", DeliveryMethod.door.sqlValue),
        ]))
    _ = try transaction.row(find)
  }

  /// Holds the parcel's order and then reads the parcel, so that nobody else changes either.
  func lockedParcel(_ id: ParcelID, in transaction: any Transaction) throws -> Parcel {
    let order: OrderID? = try transaction.value("SELECT order_id FROM parcel WHERE id = \(id)")
    guard let order else { throw FulfilmentRefusal.unknownParcel }
    _ = try transaction.row(
      "SELECT order_id FROM consignment WHERE order_id = \(order)\(transaction.dialect.forUpdate)")
    guard let parcel = try ParcelRows.parcel(id, in: transaction) else { throw FulfilmentRefusal.unknownParcel }
    return parcel
  }

  /// The one place where a state changes: only along `ParcelState.allowed`, and only from the state that was seen.
  func move(
    _ parcel: Parcel, to next: ParcelState, setting changes: SQL, in transaction: any Transaction
  ) throws {
    guard parcel.state.canMove(to: next) else { throw FulfilmentRefusal.wrongParcelState(parcel.state) }
    let moved = try transaction.execute(
      "UPDATE parcel SET state = \(next), \(changes) WHERE id = \(parcel.id) AND state = \(parcel.state)")
    guard moved == 1 else { throw FulfilmentRefusal.wrongParcelState(parcel.state) }
  }
}

extension ParcelState: SQLConvertible {}
extension DeliveryMethod: SQLConvertible {}
extension Trace.Kind: SQLConvertible {}
