import Foundation
import Values

/// How what people enter is checked. Each adds its faults and answers the value as it will be stored.
extension FieldFaults {
  /// Lower case, one `@` with a dotted domain behind it, 254 bytes at most (RFC 5321).
  mutating func email(_ value: String, _ field: String = "email") -> String {
    let email = text(value, field, max: 254).lowercased()
    guard !email.isEmpty, isClean(field) else { return email }
    let parts = email.split(separator: "@", omittingEmptySubsequences: false)
    let isSound =
      parts.count == 2 && !parts[0].isEmpty && parts[0].utf8.count <= 64 && parts[1].contains(".")
      && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".") && !parts[1].contains("..")
      && email.utf8.allSatisfy { $0 > 32 && $0 < 127 && !Self.forbidden.contains($0) }
    if !isSound { add(field, "notAnEmail") }
    return email
  }

  private static let forbidden = Set("\"(),:;<>[\\]".utf8)

  mutating func password(_ value: String, _ field: String = "password") {
    let length = value.unicodeScalars.count
    if length == 0 {
      add(field, "missing")
    } else if length < 8 {
      add(field, "tooShort", ["min": "8"])
    } else if length > 128 {
      add(field, "tooLong", ["max": "128"])
    }
  }

  mutating func phone(_ value: String, _ field: String = "phone", required: Bool) -> String {
    let phone = text(value, field, max: 20, required: required)
    guard !phone.isEmpty, isClean(field) else { return phone }
    let digits = phone.utf8.count { (48...57).contains($0) }
    let isSound =
      (5...20).contains(digits) && phone.utf8.allSatisfy { (48...57).contains($0) || $0 == 43 || $0 == 45 || $0 == 32 }
    if !isSound { add(field, "notAPhone") }
    return phone
  }

  private func isClean(_ field: String) -> Bool { !faults.contains { $0.field == field } }
}

extension AddressDraft {
  /// What was entered, as it would be stored in an address book. Throws `FieldFaults`.
  public func checked(_ regions: RegionDirectory) throws -> Address {
    try checked(regions, id: AddressID(raw: 0), isDefault: false)
  }

  /// The address as it will be stored. Throws `FieldFaults`.
  func checked(_ regions: RegionDirectory, id: AddressID, isDefault: Bool) throws -> Address {
    var faults = FieldFaults()
    let recipient = faults.text(recipient, "recipient", max: 60)
    let phone = faults.phone(phone, required: true)
    let street = faults.text(street, "street", max: 200)
    let postcode = faults.text(postcode, "postcode", max: 6, required: false)
    if !postcode.isEmpty, postcode.utf8.count != 6 || !postcode.utf8.allSatisfy({ (48...57).contains($0) }) {
      faults.add("postcode", "notAPostcode")
    }
    let code = RegionCode(rawValue: region)
    if region.isEmpty {
      faults.add("region", "missing")
    } else if code.map({ !regions.isAddressable($0) }) ?? true {
      faults.add("region", "unknownRegion")
    }
    try faults.throwIfAny()
    guard let code else { throw faults }
    return Address(
      id: id, recipient: recipient, phone: phone, region: code, street: street, postcode: postcode, isDefault: isDefault
    )
  }
}
