import Accounts
import AuditLog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Values

/// Who works in the shop, what they did, and what the token itself is.
struct StaffPeopleEndpoints: Sendable {
  private static let anyone = APIDescription.Access.staff([])
  private static let personnel = APIDescription.Access.staff([.staffEdit])
  private static let log = APIDescription.Access.staff([.logView])

  private let parts: APIParts
  private var work: WorkStaff { parts.flows.workStaff }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] {
    [token, merchants, people.exporting("staff"), person, roles, entries, lines.exporting("log"), deed]
      + StaffHiringEndpoints(parts).all
  }

  private var token: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/token", .staffPeople, "What the token that asks is, and what it may do now",
        access: Self.anyone, with: "Token")
    ) { call in
      guard let bearer = call.bearer else { throw APIRefusal.tokenNeeded }
      return try Answer(TokenAnswer(bearer))
    }
  }

  private var merchants: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/merchants", .staffPeople, "The merchants that the token reaches, the oldest first",
        access: Self.anyone, with: "MerchantList"
      ).worded()
    ) { call in
      let (staff, words) = (try call.staff(), call.words)
      let merchants = try await parts.contexts.merchants.merchants()
        .filter { staff.merchant == nil || staff.merchant == $0.id }
      return try Answer(ListAnswer(items: merchants.map { MerchantAnswer($0, words) }))
    }
  }

  private var people: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/staff", .staffPeople, "Staff by name, those who were dismissed as well",
        access: Self.personnel, with: "StaffMemberPage"
      ).query("merchant", .id("mer"), "Of this merchant; of the token's own employer where none is named.")
        .paged().refusing("unknownStaff", "invalidInput")
    ) { call in
      let page = try await work.members(of: try call.merchant(), call.page(), for: try call.staff())
      return try Answer(
        PageAnswer(items: page.items.map(StaffMemberAnswer.init), next: page.next?.description)
      ).linking(to: page.next, call)
    }
  }

  private var person: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/staff/{id}", .staffPeople, "One member of staff", access: Self.personnel, with: "StaffMember"
      ).refusing("unknownStaff")
    ) { call in
      let id: StaffID = try call.id("id", or: AccountRefusal.unknownStaff)
      return try Answer(StaffMemberAnswer(try await work.member(id, for: try call.staff())))
    }
  }

  private var roles: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/roles", .staffPeople, "Roles with their rights, the owner's first", access: Self.personnel,
        with: "RoleList"
      ).query("merchant", .id("mer"), "Of this merchant; of the token's own employer where none is named.")
        .refusing("unknownStaff")
    ) { call in
      let roles = try await work.roles(of: try call.merchant(), for: try call.staff())
      return try Answer(ListAnswer(items: roles.map(RoleAnswer.init)))
    }
  }

  private var entries: Endpoint {
    Endpoint(
      Self.filtered(
        APIDescription(
          .get, "/admin/log", .staffPeople, "What staff did, the newest first", access: Self.log, with: "DeedPage"
        ).paged())
    ) { call in
      let page = try await parts.flows.readLog.entries(
        matching: try Self.filter(call), call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(LoggedDeed.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var lines: Endpoint {
    let description = Self.filtered(
      APIDescription(
        .get, "/admin/log/lines", .staffPeople,
        "What staff did, the oldest first in the order of the chain, up to 500 at a time, to be kept elsewhere",
        access: Self.log, with: "DeedPage"
      ).query("after", .text, "The `next` of the page before, which is the number of its last entry."))
    return Endpoint(description) { call in
      var faults = FieldFaults()
      let after = call.query.number("after", in: 0...Int.max, &faults) ?? 0
      try faults.throwIfAny()
      let found = try await parts.flows.readLog.slice(
        matching: try Self.filter(call), after: Int64(after), for: try call.staff())
      let next = found.count < ReadLog.slice ? nil : found.last.map { String($0.number) }
      return try Answer(PageAnswer(items: found.map(LoggedDeed.init), next: next))
    }
  }

  private var deed: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/log/{number}", .staffPeople, "One entry of the log", access: Self.log, with: "Deed"
      ).refusing("unknownEntry")
    ) { call in
      guard let number = Int64(call.parameter("number")) else { throw LogRefusal.unknownEntry }
      return try Answer(LoggedDeed(try await parts.flows.readLog.entry(number, for: try call.staff()).entry))
    }
  }

  private static func filtered(_ description: APIDescription) -> APIDescription {
    description.query("who", .text, "An identifier of staff, or a name as entries have it.")
      .query("verb", .text, "What was done: `orders.pass`.")
      .query("subject", .text, "To what: an identifier, or what people call it.")
      .query("from", .time, "Then or later.").query("until", .time, "Earlier.").refusing("invalidInput")
  }

  private static func filter(_ call: APICall) throws -> DeedFilter {
    var faults = FieldFaults()
    func text(_ name: String, _ max: Int) -> String? {
      let text = faults.text(call.query[name], name, max: max, required: false)
      return text.isEmpty ? nil : text
    }
    var filter = DeedFilter(who: text("who", 80), verb: text("verb", 60), subject: text("subject", 254))
    filter.from = call.query.time("from", &faults)
    filter.until = call.query.time("until", &faults)
    try faults.throwIfAny()
    return filter
  }
}
