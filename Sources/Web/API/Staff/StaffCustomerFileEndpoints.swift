import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// What is kept of a customer, as the desk shows it: of a merchant what concerns it, masked for those who needn't know.
struct StaffCustomerFileEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.usersView])

  private let parts: APIParts
  private var work: WorkCustomers { parts.flows.workCustomers }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [profile, orders, notes, sessions, export] }

  private var profile: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/customers/{id}/profile", .staffPeople,
        "One customer with what was last bought, asked back, said and noted. Addresses, log-ins and the reason of a block "
          + "are for the platform", access: Self.access, with: "CustomerProfile"
      ).worded().refusing("unknownCustomer")
    ) { call in
      let (id, staff) = (try call.customer(), try call.staff())
      let file = try await CustomerFile(of: id, orders: nil, notes: nil, for: staff, contexts: parts.contexts)
      return try Answer(CustomerProfileAnswer(file, for: staff, parts.regions, call.words))
    }
  }

  private var orders: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/customers/{id}/orders", .staffPeople,
        "What the customer ordered, of a merchant from it, the newest first", access: Self.access, with: "OrderRowPage"
      ).paged().refusing("unknownCustomer", "invalidInput")
    ) { call in
      let page = try await work.orders(of: try call.customer(), call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(OrderRowAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var notes: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/customers/{id}/notes", .staffPeople,
        "What staff of the same employer noted, the newest first", access: Self.access, with: "CustomerNotePage"
      ).paged().refusing("unknownCustomer", "invalidInput")
    ) { call in
      let page = try await work.notes(on: try call.customer(), call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(CustomerNoteAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var sessions: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/customers/{id}/sessions", .staffPeople,
        "Where the customer is logged in, the last used first; for tokens of the platform", access: Self.access,
        with: "CustomerSessionList"
      ).refusing("unknownCustomer")
    ) { call in
      let sessions = try await work.sessions(of: try call.customer(), for: try call.staff())
      return try Answer(ListAnswer(items: sessions.map(CustomerSessionAnswer.init)))
    }
  }

  private var export: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/customers/{id}/export", .staffPeople,
        "All that the shop keeps of the customer, to hand over; that it was is in the log. For tokens of the platform "
          + "with `users.edit` and `buyers.contact` besides", access: Self.access, with: "CustomerExport"
      ).refusing("unknownCustomer")
    ) { call in try Answer(try await work.export(of: try call.customer(), by: try call.staff())) }
  }
}

extension APICall {
  /// The customer that the path names.
  func customer() throws -> AccountID { try id("id", or: CustomerRefusal.unknownCustomer) }
}
