import Accounts
import Orders
import Values

/// Who buyers are, where they live and how to call them, as staff see it: whole for those who ship or have the right to
/// know, else so that it can be recognised and not used. Whatever desk, list or file shows a buyer takes it from here.
public enum BuyerContact {
  private static let hidden = "***"

  public static func isOpen(to staff: Staff) -> Bool {
    staff.rights.contains(.buyersContact) || staff.rights.contains(.ordersShip)
  }

  public static func order(_ order: Order, for staff: Staff) -> Order {
    var order = order
    order.destination = destination(order.destination, for: staff)
    return order
  }

  /// The region stays, since work is divided by it.
  public static func destination(_ place: Destination, for staff: Staff) -> Destination {
    if isOpen(to: staff) { return place }
    return Destination(
      recipient: name(place.recipient, for: staff), phone: phone(place.phone, for: staff), region: place.region,
      regionName: place.regionName, street: hidden, postcode: "")
  }

  /// An address of the address book, in the same way.
  public static func address(_ address: Address, for staff: Staff) -> Address {
    if isOpen(to: staff) { return address }
    return Address(
      id: address.id, recipient: name(address.recipient, for: staff), phone: phone(address.phone, for: staff),
      region: address.region, street: hidden, postcode: "", isDefault: address.isDefault)
  }

  /// What stands beside a step of an order: what is asked to be changed is often where the goods go, in free words.
  public static func note(_ entry: TimelineEntry, for staff: Staff) -> String {
    entry.kind == .editAsked && !isOpen(to: staff) ? hidden : entry.note
  }

  /// `138****8000`.
  public static func phone(_ phone: String, for staff: Staff) -> String {
    if phone.isEmpty || isOpen(to: staff) { return phone }
    let signs = phone.filter { $0 != " " && $0 != "-" }
    return signs.count >= 11 ? "\(signs.prefix(3))****\(signs.suffix(4))" : "****\(signs.suffix(2))"
  }

  /// `l***@example.com`.
  public static func email(_ email: String, for staff: Staff) -> String {
    guard !isOpen(to: staff), let at = email.lastIndex(of: "@") else { return email }
    return "\(email.prefix(1))\(hidden)\(email[at...])"
  }

  /// The first character.
  public static func name(_ name: String, for staff: Staff) -> String {
    name.isEmpty || isOpen(to: staff) ? name : "\(name.prefix(1))**"
  }
}
