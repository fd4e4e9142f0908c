import Storage
import Values

extension Account {
  init(_ row: Row) throws {
    let blockedAt: Timestamp? = try row["blocked_at"]
    let reason: String = try row["block_reason"]
    self.init(
      id: try row["id"], email: try row["email"],
      profile: Profile(name: try row["name"], phone: try row["phone"], language: try row["language"]),
      registeredAt: try row["registered_at"], block: blockedAt.map { AccountBlock(at: $0, reason: reason) },
      erasedAt: try row["erased_at"])
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
