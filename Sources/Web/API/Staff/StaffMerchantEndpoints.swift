import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Values

/// Who sells here, for staff of the platform: how they stand, and to suspend, reinstate or close them.
struct StaffMerchantEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.merchantsEdit])
  private static let sorts = ["newest", "oldest"]

  private let parts: APIParts
  private var work: WorkMerchants { parts.flows.workMerchants }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("merchants"), merchant, suspend, reinstate, close] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/merchants/standings", .staffPeople,
      "How all merchants stand, with what they sell and what waits for them", access: Self.access,
      with: "StaffMerchantPage"
    ).query("text", .text, "Part of a name, of the name in addresses, or of the address for mail.")
      .query("state", .choice(MerchantState.allCases.map(\.rawValue)), "Only those in this state.")
      .query("sort", .choice(Self.sorts), "By when they were opened, the newest first unless it says otherwise.")
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      var faults = FieldFaults()
      let text = call.sought("text", max: 60, &faults)
      let state: MerchantState? = call.choice("state", &faults)
      let isOldestFirst = call.oldestFirst(&faults)
      try faults.throwIfAny()
      let search = MerchantSearch(text: text, state: state, isOldestFirst: isOldestFirst)
      let page = try await work.rows(search, call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(StaffMerchantAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var merchant: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/merchants/{id}", .staffPeople, "How one merchant stands", access: Self.access,
        with: "StaffMerchantDetail"
      ).refusing("unknownMerchant")
    ) { call in try await parts.detail(try call.namedMerchant(), for: try call.staff()) }
  }

  private var suspend: Endpoint {
    move(
      to: .suspended, "suspension",
      "Takes a merchant's goods out of the shop until it is reinstated; its orders go on, and it reads the reason")
  }

  private var close: Endpoint {
    move(to: .closed, "closure", "Takes a merchant's goods out of the shop for good; its orders go on")
  }

  private var reinstate: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/merchants/{id}/reinstatement", .staffPeople,
        "Brings a suspended merchant's goods back into the shop", access: Self.access, with: "StaffMerchantDetail"
      ).repeatable().matching().refusing("unknownMerchant", "wrongMerchantState")
    ) { call in try await moved(call, to: .open, reason: "") }
  }

  private func move(to state: MerchantState, _ noun: String, _ summary: String) -> Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/merchants/{id}/\(noun)", .staffPeople, summary, access: Self.access, with: "StaffMerchantDetail"
      ).repeatable().taking("Reason").matching().refusing("unknownMerchant", "wrongMerchantState", "invalidInput")
    ) { call in
      let body: StaffOrderEndpoints.Reason = try call.decoded()
      return try await moved(call, to: state, reason: body.reason)
    }
  }

  private func moved(_ call: APICall, to state: MerchantState, reason: String) async throws -> Answer {
    let (id, staff) = (try call.namedMerchant(), try call.staff())
    try call.expect(version: try await work.merchant(id, for: staff).version)
    _ = try await work.move(id, to: state, reason: reason, by: staff)
    return try await parts.detail(id, for: staff)
  }
}

extension APIParts {
  /// A merchant as it stands now, with the mark of its version.
  func detail(_ id: MerchantID, for staff: Staff) async throws -> Answer {
    let work = flows.workMerchants
    let row = try await work.row(id, for: staff)
    let detail = StaffMerchantDetailAnswer(
      merchant: StaffMerchantAnswer(row), hasStaff: try await work.hasStaff(id, for: staff))
    return try Answer(detail).marked(row.merchant.version)
  }
}

extension APICall {
  /// The merchant that the path names.
  func namedMerchant() throws -> MerchantID { try id("id", or: MerchantRefusal.unknownMerchant) }
}
