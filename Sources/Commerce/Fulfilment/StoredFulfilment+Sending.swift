import Events
import Storage
import Values

extension StoredFulfilment {
  public func send(
    _ draft: ParcelDraft, _ label: ShippingLabel, of order: OrderToSend, by staff: StaffID
  ) async throws -> Consignment {
    let label = try await checked(label, before: nil)
    let draft = try Self.checked(draft, of: order)
    return try await database.write { transaction in
      let (parcel, isNew) = try pack(draft, of: order, by: staff, in: transaction)
      let sent = try handOver(parcel, label, of: order, by: staff, in: transaction)
      if let after = sent.parcels.first(where: { $0.id == parcel.id }), after.state != parcel.state {
        try note("fulfilment.send", from: isNew ? nil : parcel, to: after, by: staff, in: transaction)
      }
      return sent
    }
  }

  public func handOver(
    _ parcel: ParcelID, _ label: ShippingLabel, of order: OrderToSend, by staff: StaffID
  ) async throws -> Consignment {
    let label = try await checked(label, before: nil)
    return try await database.write { transaction in
      let before = try lockedParcel(parcel, in: transaction)
      guard before.order == order.order else { throw FulfilmentRefusal.unknownParcel }
      let sent = try handOver(before, label, of: order, by: staff, in: transaction)
      if let after = sent.parcels.first(where: { $0.id == parcel }), after.state != before.state {
        try note("fulfilment.handOver", from: before, to: after, by: staff, in: transaction)
      }
      return sent
    }
  }

  private func handOver(
    _ before: Parcel, _ label: CheckedLabel, of order: OrderToSend, by staff: StaffID, in transaction: any Transaction
  ) throws -> Consignment {
    if before.state.hasLeft {
      guard before.label == label.label else { throw FulfilmentRefusal.wrongParcelState(before.state) }
      return try consignment(of: order.order, in: transaction)
    }
    try expectFree(label.label, for: before, in: transaction)
    let packed = try ParcelRows.packed(of: order.order, in: transaction)
    let units = Dictionary(order.lines.map { ($0.line, $0.units) }, uniquingKeysWith: { first, _ in first })
    guard before.lines.allSatisfy({ packed[$0.line] ?? 0 <= units[$0.line] ?? 0 }) else {
      throw FulfilmentRefusal.overPacked
    }
    let now = clock.now
    let askAfter: Timestamp? = label.isTracked ? now : nil
    let changes: SQL = """
      carrier = \(label.label.carrier), tracking_number = \(label.label.trackingNumber), handed_over_at = \(now),
        handed_over_by = \(staff), tracking = \(TrackingState.waiting), asks = 0, ask_after = \(askAfter)
      """
    try move(before, to: .handedOver, setting: changes, in: transaction)
    let consignment = try renewed(order, now: now, in: transaction)
    try outbox.tell(
      ParcelHandedOver(
        parcel: before.id, order: order.order, carrier: label.label.carrier,
        trackingNumber: label.label.trackingNumber, staff: staff, isLast: consignment.isShipped),
      in: transaction)
    return consignment
  }

  public func recount(_ order: OrderToSend) async throws -> Consignment? {
    try await database.write { transaction in
      guard try ParcelRows.consignments(of: [order.order], in: transaction)[order.order] != nil else { return nil }
      try lockedConsignment(of: order, in: transaction)
      return try renewed(order, now: clock.now, in: transaction)
    }
  }

  public func takeBack(_ parcel: ParcelID) async throws {
    try await database.write { transaction in
      let before: Parcel
      do { before = try lockedParcel(parcel, in: transaction) } catch FulfilmentRefusal.unknownParcel { return }
      guard before.state == .handedOver else { return }
      try transaction.execute(
        """
        UPDATE parcel SET state = \(ParcelState.packed), carrier = NULL, tracking_number = NULL, handed_over_at = NULL,
          handed_over_by = NULL, ask_after = NULL
        WHERE id = \(parcel) AND state = \(ParcelState.handedOver)
        """)
      try transaction.execute(
        "UPDATE consignment SET shipped_at = NULL, waits_from = NULL WHERE order_id = \(before.order)")
    }
  }

  public func correct(_ parcel: ParcelID, _ label: ShippingLabel, by staff: StaffID) async throws -> Parcel {
    let standing = try await database.read { try ParcelRows.parcel(parcel, in: $0) }
    let label = try await checked(label, before: standing?.label?.carrier)
    let now = clock.now
    let askAfter: Timestamp? = label.isTracked ? now : nil
    return try await database.write { transaction in
      let before = try lockedParcel(parcel, in: transaction)
      guard before.state.hasLeft, before.state != .returned else {
        throw FulfilmentRefusal.wrongParcelState(before.state)
      }
      if before.label == label.label { return before }
      try expectFree(label.label, for: before, in: transaction)
      // What was told so far was told of another parcel, which may even have arrived.
      try transaction.execute("DELETE FROM parcel_trace WHERE parcel_id = \(parcel)")
      try transaction.execute(
        """
        UPDATE parcel SET state = \(ParcelState.handedOver), carrier = \(label.label.carrier),
          tracking_number = \(label.label.trackingNumber), delivered_at = NULL, latest_at = NULL, latest_kind = NULL,
          latest_text = NULL, latest_place = NULL, salt = \(Self.salt()),
          tracking = \(TrackingState.waiting), asks = 0, ask_after = \(askAfter)
        WHERE id = \(parcel)
        """)
      try count(before.order, now: now, in: transaction)
      guard let after = try ParcelRows.parcel(parcel, in: transaction) else { throw FulfilmentRefusal.unknownParcel }
      try note("fulfilment.correct", from: before, to: after, by: staff, in: transaction)
      return after
    }
  }
}

extension StoredFulfilment {
  struct CheckedLabel: Sendable {
    let label: ShippingLabel
    let isTracked: Bool
  }

  /// - Parameter before: the carrier that the parcel has already, which it may keep though it was switched off since.
  private func checked(_ label: ShippingLabel, before: String?) async throws -> CheckedLabel {
    var faults = FieldFaults()
    let carrier = faults.text(label.carrier, "carrier", max: 60)
    let number = faults.text(label.trackingNumber, "trackingNumber", max: 40)
    if !number.isEmpty, number.unicodeScalars.count <= 40, !Self.isTrackingNumber(number) {
      faults.add("trackingNumber", "notATrackingNumber")
    }
    try faults.throwIfAny()
    let known = CarrierBook(try await carriers())[carrier]
    if let known, !known.isOn, before != carrier { throw FulfilmentRefusal.carrierOff }
    return CheckedLabel(
      label: ShippingLabel(carrier: carrier, trackingNumber: number),
      isTracked: tracker != nil && known?.isTracked == true)
  }

  static func isTrackingNumber(_ text: String) -> Bool {
    (4...40).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
      }
  }

  private func expectFree(_ label: ShippingLabel, for parcel: Parcel, in transaction: any Transaction) throws {
    let other = try transaction.row(
      """
      SELECT id FROM parcel WHERE order_id = \(parcel.order) AND tracking_number = \(label.trackingNumber)
        AND carrier = \(label.carrier) AND id <> \(parcel.id)
      """)
    guard other == nil else { throw FulfilmentRefusal.numberUsed }
  }

  func consignment(of order: OrderID, in transaction: any ReadTransaction) throws -> Consignment {
    guard let found = try ParcelRows.consignments(of: [order], in: transaction)[order] else {
      throw FulfilmentRefusal.unknownParcel
    }
    return found
  }

  /// Notes that all of the order has left, when it has.
  private func renewed(_ order: OrderToSend, now: Timestamp, in transaction: any Transaction) throws -> Consignment {
    let sent = try consignment(of: order.order, in: transaction).sent
    if order.lines.allSatisfy({ sent[$0.line] ?? 0 >= $0.units }) {
      try transaction.execute(
        "UPDATE consignment SET shipped_at = \(now) WHERE order_id = \(order.order) AND shipped_at IS NULL")
    }
    try count(order.order, now: now, in: transaction)
    return try consignment(of: order.order, in: transaction)
  }

  /// Works out since when the buyer's word is awaited. Call with the order's row held, after any parcel has moved.
  func count(_ order: OrderID, now: Timestamp, in transaction: any Transaction) throws {
    let found = try consignment(of: order, in: transaction)
    let living = found.parcels.filter { $0.state != .returned }
    let isDelivered = found.isShipped && !living.isEmpty && living.allSatisfy { $0.state == .delivered }
    let delivered: Timestamp? = isDelivered ? found.deliveredAt ?? now : nil
    let isUntold = living.allSatisfy { $0.state == .handedOver || $0.state == .delivered }
    let waits: Timestamp? =
      found.parcels.contains { $0.state == .returned } ? nil : delivered ?? (isUntold ? found.shippedAt : nil)
    try transaction.execute(
      """
      UPDATE consignment SET delivered_at = \(delivered),
        waits_from = CASE WHEN closed_at IS NULL THEN \(waits) ELSE NULL END
      WHERE order_id = \(order)
      """)
  }
}
