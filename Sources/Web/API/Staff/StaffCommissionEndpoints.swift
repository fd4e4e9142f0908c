import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Settlement
import Values

/// What the platform takes of sales, by merchant and category: for programs of the platform.
struct StaffCommissionEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.settlementsRun])

  private struct Draft: Decodable {
    let merchant: String?
    let category: String?
    let percent: String?
    let ends: Bool?
    let from: String
  }

  private let parts: APIParts
  private var work: WorkSettlements { parts.flows.workSettlements }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list, make, remove] }

  private var list: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/settlements/commissions", .staffMoney,
        "The rules of commission, the newest first: the most particular one counts", access: Self.access,
        with: "CommissionRulePage"
      ).paged().refusing("invalidInput")
    ) { call in
      let page = try await work.rules(for: try call.staff(), call.page())
      let items = page.items.map(CommissionRuleAnswer.init)
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private var make: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/settlements/commissions", .staffMoney,
        "Makes a rule that counts for orders placed on a day, today or later, or after it. One that `ends` leaves it to "
          + "what is less particular", access: Self.access, answers: .created, with: "CommissionRule"
      ).taking("CommissionDraft").refusing("invalidInput")
    ) { call in
      let body: Draft = try call.decoded()
      let draft = try WorkSettlements.draft(
        merchant: body.merchant, category: body.category, percent: body.percent, ends: body.ends ?? false,
        from: body.from)
      return try Answer(
        status: .created, CommissionRuleAnswer(try await work.make(draft, by: try call.staff())))
    }
  }

  private var remove: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/settlements/commissions/{id}", .staffMoney, "Takes back a rule that hasn't begun",
        access: Self.access, answers: .noContent
      ).refusing("unknownCommissionRule", "commissionRuleBegun")
    ) { call in
      let id: CommissionRuleID = try call.id("id", or: SettlementRefusal.unknownCommissionRule)
      try await work.remove(id, by: try call.staff())
      return .noContent
    }
  }
}
