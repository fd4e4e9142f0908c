import AuditLog
import Storage
import Values

extension StoredOrders {
  public func readdress(_ order: OrderID, to destination: Destination, by staff: StaffID) async throws -> Order {
    let place = try Self.checked(destination)
    return try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      guard before.state == .awaitingShipment || before.state == .awaitingReceipt else {
        throw OrderRefusal.wrongState(before.state)
      }
      if before.destination == place { return before }
      try transaction.execute(
        """
        UPDATE order_head SET recipient = \(place.recipient), phone = \(place.phone),
          region = \(place.region.rawValue), region_en = \(place.regionName.en), region_zh = \(place.regionName.zhHans),
          street = \(place.street), postcode = \(place.postcode)
        WHERE id = \(order)
        """)
      try write(.readdressed, of: order, by: .staff(staff), note: "", at: clock.now, in: transaction)
      let deed = Deed(
        "orders.readdress", on: order, named: before.number.rawValue, of: before.merchant,
        before: before.destination.deedFields, after: place.deedFields)
      try DeedLog.note(deed, by: .staff(staff), at: clock.now, in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  /// The widths of the columns; whether a place is one that can be sent to is the flow's to check.
  private static func checked(_ place: Destination) throws -> Destination {
    var faults = FieldFaults()
    let recipient = faults.text(place.recipient, "recipient", max: 100)
    let phone = faults.text(place.phone, "phone", max: 40)
    let street = faults.text(place.street, "street", max: 300)
    let postcode = faults.text(place.postcode, "postcode", max: 20, required: false)
    try faults.throwIfAny()
    return Destination(
      recipient: recipient, phone: phone, region: place.region, regionName: place.regionName, street: street,
      postcode: postcode)
  }
}

extension Destination {
  fileprivate var deedFields: DeedFields {
    ["recipient": recipient, "phone": phone, "region": region.rawValue, "street": street, "postcode": postcode]
  }
}
