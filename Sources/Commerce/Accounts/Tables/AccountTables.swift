import Storage
import Values

extension Account {
  init(_ row: Row) throws {
    self.init(
      id: try row["id"], email: try row["email"],
      profile: Profile(name: try row["name"], phone: try row["phone"], language: try row["language"]),
      registeredAt: try row["registered_at"])
  }
}

extension Address {
  init(_ row: Row) throws {
    let code: String = try row["region"]
    guard let region = RegionCode(rawValue: code) else { throw RowFault.misfit(column: "region", type: "RegionCode") }
    self.init(
      id: try row["id"], recipient: try row["recipient"], phone: try row["phone"], region: region,
      street: try row["street"], postcode: try row["postcode"], isDefault: try row["is_default"])
  }
}
