import Values

public struct Address: Hashable, Codable, Sendable {
  public let id: AddressID
  public var recipient: String
  public var phone: String
  /// The 6-digit division code of a Chinese district (GB/T 2260), as in `RegionDirectory`.
  public var region: RegionCode
  /// Street, building, door: 1…200 characters.
  public var street: String
  /// Empty or 6 digits.
  public var postcode: String
  public var isDefault: Bool

  public init(
    id: AddressID, recipient: String, phone: String, region: RegionCode, street: String, postcode: String,
    isDefault: Bool
  ) {
    self.id = id
    self.recipient = recipient
    self.phone = phone
    self.region = region
    self.street = street
    self.postcode = postcode
    self.isDefault = isDefault
  }
}

public struct AddressDraft: Hashable, Codable, Sendable {
  public var recipient: String
  public var phone: String
  public var region: String
  public var street: String
  public var postcode: String
  public var isDefault: Bool

  public init(
    recipient: String, phone: String, region: String, street: String, postcode: String = "", isDefault: Bool = false
  ) {
    self.recipient = recipient
    self.phone = phone
    self.region = region
    self.street = street
    self.postcode = postcode
    self.isDefault = isDefault
  }
}
