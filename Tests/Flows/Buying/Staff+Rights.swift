import Accounts
import Values

extension Staff {
  /// Somebody with a role of exactly these rights.
  init(id: StaffID, email: String, name: String, merchant: MerchantID?, rights: Set<StaffRight>) {
    let role = StaffRole(id: StaffRoleID(raw: 1), employer: merchant, name: "some rights", rights: rights)
    self.init(id: id, email: email, name: name, merchant: merchant, role: role)
  }
}
