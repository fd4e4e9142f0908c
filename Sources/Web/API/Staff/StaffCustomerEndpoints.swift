import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Values

/// Customers as desks show them: of a merchant who ordered from it, and masked from those who needn't know.
struct StaffCustomerEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.usersView])

  private let parts: APIParts
  private var work: WorkCustomers { parts.flows.workCustomers }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] {
    [list.exporting("customers") { try await begin($0) }, customer]
      + StaffCustomerFileEndpoints(parts).all + StaffCustomerWorkEndpoints(parts).all
  }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/customers", .staffPeople,
      "Who ordered from the merchant, the last order first; of the platform all accounts, the newest first",
      access: Self.access, with: "CustomerPage"
    ).query("name", .text, "Its beginning; the whole of it without the right to know.")
      .query("email", .text, "Its beginning; the whole of it without the right to know.")
      .query("phone", .text, "Its beginning; the whole of it without the right to know.")
      .query("tag", .text, "The whole of a tag.").query("order", .text, "The number of one of their orders.")
      .query("blocked", .flag, "Only those who are kept out, or who aren't.").paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let ((filter, order), staff) = (try Self.asked(call), try call.staff())
      let page = try await work.customers(matching: filter, order: order, call.page(), for: staff)
      let items = page.items.map { CustomerAnswer($0, for: staff) }
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private static func asked(_ call: APICall) throws -> (filter: CustomerFilter, order: OrderNumber?) {
    var faults = FieldFaults()
    func text(_ name: String) -> String? {
      let text = faults.text(call.query[name], name, max: 254, required: false)
      return text.isEmpty ? nil : text
    }
    var filter = CustomerFilter(name: text("name"), email: text("email"), phone: text("phone"), tag: text("tag"))
    var order: OrderNumber?
    if let number = text("order") {
      order = OrderNumber(rawValue: number)
      if order == nil { faults.add("order", "unknown") }
    }
    if let text = call.query["blocked"], !text.isEmpty { filter.isBlocked = call.query.flag("blocked", &faults) }
    try faults.throwIfAny()
    return (filter, order)
  }

  /// That the list is taken out as a file stands in the log.
  private func begin(_ call: APICall) async throws {
    let (filter, order) = try Self.asked(call)
    try await work.beginExport(matching: filter, order: order, by: try call.staff())
  }

  private var customer: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/customers/{id}", .staffPeople, "One customer", access: Self.access, with: "Customer"
      ).refusing("unknownCustomer")
    ) { call in
      let (id, staff) = (try call.customer(), try call.staff())
      return try Answer(CustomerAnswer(try await work.customer(id, for: staff), for: staff))
    }
  }
}
