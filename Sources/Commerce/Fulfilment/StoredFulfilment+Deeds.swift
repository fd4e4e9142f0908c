import AuditLog
import Storage
import Values

extension StoredFulfilment {
  /// Notes what staff did to a parcel, last in the transaction that does it.
  /// - Parameters:
  ///   - before: nil where there was no parcel.
  ///   - after: nil where none is left.
  func note(
    _ verb: String, from before: Parcel?, to after: Parcel?, by staff: StaffID, in transaction: any Transaction
  ) throws {
    guard let parcel = after ?? before else { return }
    let merchant: MerchantID? = try transaction.value(
      "SELECT merchant_id FROM consignment WHERE order_id = \(parcel.order)")
    let deed = Deed(
      verb, on: parcel.id, named: parcel.label?.trackingNumber ?? "", of: merchant, before: before?.deedFields,
      after: after?.deedFields)
    try DeedLog.note(deed, by: .staff(staff), at: clock.now, in: transaction)
  }

  /// The same of all that is sent for an order.
  func note(
    _ verb: String, on order: OrderToSend, before: DeedFields? = nil, after: DeedFields, by staff: StaffID,
    in transaction: any Transaction
  ) throws {
    let deed = Deed(verb, on: order.order, of: order.merchant, before: before, after: after)
    try DeedLog.note(deed, by: .staff(staff), at: clock.now, in: transaction)
  }
}

extension Parcel {
  var deedFields: DeedFields {
    var fields = [("order", order.description), ("state", state.rawValue)]
    if let label { fields += [("carrier", label.carrier), ("trackingNumber", label.trackingNumber)] }
    for line in lines { fields.append(("units.\(line.line)", line.quantity.description)) }
    return DeedFields(fields)
  }
}

extension Carrier {
  var deedFields: DeedFields {
    [
      "name.en": name.en, "name.zh": name.zhHans, "isOn": isOn, "trackingAddress": trackingAddress,
      "isTracked": isTracked, "asksForPhone": asksForPhone,
    ]
  }
}
