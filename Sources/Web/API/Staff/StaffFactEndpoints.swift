import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// What happened, for programs that follow it.
struct StaffFactEndpoints: Sendable {
  private static let access = APIDescription.Access.staff(Set(FollowFacts.topics.flatMap(\.rights)))
  private static let usual = 100

  private let parts: APIParts

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [facts] }

  private var facts: Endpoint {
    let description = APIDescription(
      .get, "/admin/facts", .staffFacts,
      "Facts that the token's rights are for, the oldest first. Keep `next` and ask again from there: nothing is missed "
        + "and nothing comes twice. They are kept for 14 days", access: Self.access, with: "FactPage"
    ).query("after", .text, "The `next` of the page before; `now` for what comes from here on; else the oldest kept.")
      .query("name", .choice(FollowFacts.topics.map(\.name)), "Only these; may be given more than once.")
      .query("limit", .integer(1...500), "How many, 1…500.").refusing("factsForgotten", "invalidInput")
    return Endpoint(description) { call in
      let staff = try call.staff()
      var faults = FieldFaults()
      let limit = call.query.number("limit", in: 1...500, &faults) ?? Self.usual
      var after: Int64?
      if let text = call.query["after"], !text.isEmpty, text != "now" {
        after = Int64(text).flatMap { $0 < 0 ? nil : $0 }
        if after == nil { faults.add("after", "unreadable") }
      }
      try faults.throwIfAny()
      if call.query["after"] == "now" { after = try await parts.flows.followFacts.end(for: staff) }
      let names = Set(call.query.all("name").filter { !$0.isEmpty })
      let slice = try await parts.flows.followFacts.facts(named: names, after: after, limit: limit, for: staff)
      return try Answer(
        FactPageAnswer(
          items: try slice.facts.map(FactAnswer.init), next: String(slice.next), hasMore: slice.hasMore))
    }
  }
}
