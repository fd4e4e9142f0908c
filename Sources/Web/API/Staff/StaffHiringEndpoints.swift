import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// Who comes to work here, as what, and who goes. Nobody gives rights by a program that the token hasn't.
struct StaffHiringEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.staffEdit])

  private struct NewMember: Decodable {
    let email: String
    let name: String
    let role: String
    let merchant: String?
  }

  private struct Change: Decodable {
    let name: String?
    let role: String?
  }

  private let parts: APIParts
  private var work: WorkStaff { parts.flows.workStaff }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [hire, change, dismiss, reinstate] }

  private var hire: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/staff", .staffPeople,
        "Hires somebody into a role, and answers the password of their first log-in, which is shown this once",
        access: Self.access, answers: .created, with: "Hired"
      ).unkept().taking("NewStaffMember").refusing("unknownStaff", "emailTaken", "beyondOwnRights", "invalidInput")
    ) { call in
      let body: NewMember = try call.decoded()
      let staff = try call.staff()
      let merchant = try body.merchant.map { text in
        guard let id = MerchantID(text) else { throw FieldFaults(field: "merchant", code: "unknown") }
        return id
      }
      let hired = try await work.hire(
        email: body.email, name: body.name, role: try Self.role(body.role), of: merchant ?? staff.merchant, by: staff)
      let member = StaffMemberAnswer(try await work.member(hired.staff.id, for: staff))
      var answer = try Answer(HiredAnswer(member: member, password: hired.password))
      answer.status = .created
      return answer.located(at: "/admin/staff/\(hired.staff.id)")
    }
  }

  private var change: Endpoint {
    Endpoint(
      APIDescription(
        .patch, "/admin/staff/{id}", .staffPeople, "Gives a member of staff another name or another role",
        access: Self.access, with: "StaffMember"
      ).taking("StaffMemberChange")
        .refusing("unknownStaff", "beyondOwnRights", "oneself", "lastStaffEditor", "invalidInput")
    ) { call in
      let id = try Self.id(call)
      let body: Change = try call.decoded()
      let staff = try call.staff()
      let known = try await work.member(id, for: staff).staff
      try await work.revise(
        id, name: body.name ?? known.name, role: try body.role.map(Self.role) ?? known.role.id, by: staff)
      return try await member(id, staff)
    }
  }

  private var dismiss: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/staff/{id}/dismissal", .staffPeople,
        "Dismisses somebody: their sessions and their programs' tokens end at once", access: Self.access,
        with: "StaffMember"
      ).repeatable().refusing("unknownStaff", "beyondOwnRights", "oneself", "lastStaffEditor")
    ) { call in
      let (id, staff) = (try Self.id(call), try call.staff())
      try await work.dismiss(id, by: staff)
      return try await member(id, staff)
    }
  }

  private var reinstate: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/staff/{id}/reinstatement", .staffPeople, "Takes somebody back who was dismissed",
        access: Self.access, with: "StaffMember"
      ).repeatable().refusing("unknownStaff", "beyondOwnRights", "oneself")
    ) { call in
      let (id, staff) = (try Self.id(call), try call.staff())
      try await work.reinstate(id, by: staff)
      return try await member(id, staff)
    }
  }

  private static func id(_ call: APICall) throws -> StaffID { try call.id("id", or: AccountRefusal.unknownStaff) }

  private static func role(_ text: String) throws -> StaffRoleID {
    guard let id = StaffRoleID(text) else { throw FieldFaults(field: "role", code: "unknown") }
    return id
  }

  private func member(_ id: StaffID, _ staff: Staff) async throws -> Answer {
    try Answer(StaffMemberAnswer(try await work.member(id, for: staff)))
  }
}
