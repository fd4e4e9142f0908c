import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Values

/// `/admin/customers`: who buys here, of a merchant those who ordered from it. Found by name, e-mail, phone, tag or the
/// number of an order.
struct CustomersDesk: Desk {
  static let listName = "customers"
  private static let perPage = 30
  private static let states = ["open", "blocked"]

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkCustomers { maker.flows.workCustomers }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/customers") { request, context in
      let staff = try context.visit.requireStaff()
      try staff.require(.usersView)
      return try await show(staff, request, context)
    }
    router.get("/admin/customers/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      try staff.require(.usersView)
      let list = list(for: staff)
      let asked = list.query(Form(query: request), words)
      try asked.faults.throwIfAny()
      try await work.beginExport(matching: Self.filter(asked), order: Self.number(asked), by: staff)
      return try await ListExport(list: list, query: asked, words: words) { [work = self.work] page in
        try await Self.found(asked, page, work, staff)
      }.response(named: "customers")
    }
  }

  private func list(for staff: Staff) -> DeskList<CustomerRow> {
    DeskList(
      name: Self.listName, address: Addresses.customersDesk, columns: Self.columns(for: staff),
      filters: [
        ListFilter(name: "name", word: "form.name", kind: .text(longest: 60)),
        ListFilter(name: "email", word: "form.email", kind: .text(longest: 100)),
        ListFilter(name: "phone", word: "form.phone", kind: .text(longest: 20)),
        ListFilter(name: "tag", word: "customers.tag", kind: .text(longest: 30)),
        ListFilter(name: "order", word: "orders.number", kind: .text(longest: 32)),
        ListFilter(
          name: "state", word: "admin.state", kind: .choice(Self.states), choiceWord: "customers.states"),
      ], exportAddress: "\(Addresses.customersDesk)/export", emptyWord: "customers.none",
      identify: { $0.account.id.description })
  }

  private static func columns(for staff: Staff) -> [ListColumn<CustomerRow>] {
    [
      ListColumn(name: "name", word: "form.name", place: .first) { row, words in
        .link(CustomerModel.name(of: row.account, for: staff, words), to: Addresses.customer(row.account.id))
      },
      ListColumn(name: "email", word: "form.email") { row, _ in
        .text(row.account.isErased ? "" : BuyerContact.email(row.account.email, for: staff))
      },
      ListColumn(name: "phone", word: "form.phone", place: .onRequest) { row, _ in
        .text(BuyerContact.phone(row.account.profile.phone, for: staff))
      },
      ListColumn(name: "orders", word: "customers.orders") { row, _ in .number(String(row.purchases?.orders ?? 0)) },
      ListColumn(name: "paid", word: "order.paid") { row, words in
        .number(CustomerModel.sum(row.purchases?.paid ?? [], words))
      },
      ListColumn(name: "last", word: "customers.lastOrder") { row, _ in
        row.purchases.map { .time($0.lastPlacedAt) } ?? .nothing
      },
      ListColumn(name: "tags", word: "customers.tags") { row, words in
        .text(row.tags.joined(separator: words["review.comma"] ?? ", "))
      },
      ListColumn(name: "since", word: "customers.since", place: .onRequest) { row, _ in
        .time(row.account.registeredAt)
      },
      ListColumn(name: "state", word: "admin.state") { row, words in
        guard let state = CustomerModel.state(of: row.account, words) else { return .nothing }
        return .state(state["text"] as? String ?? "", state)
      },
    ]
  }

  private static func found(
    _ query: ListQuery, _ page: PageRequest, _ work: WorkCustomers, _ staff: Staff
  ) async throws -> Page<CustomerRow> {
    let number = Self.number(query)
    // What can't be the number of an order is nobody's.
    if number == nil, query.text("order") != nil { return Page(items: [], next: nil) }
    return try await work.customers(matching: Self.filter(query), order: number, page, for: staff)
  }

  private static func number(_ query: ListQuery) -> OrderNumber? {
    query.text("order").flatMap { OrderNumber(rawValue: $0.filter { !$0.isWhitespace }) }
  }

  private static func filter(_ query: ListQuery) -> CustomerFilter {
    CustomerFilter(
      name: query.text("name"), email: query.text("email"), phone: query.text("phone"), tag: query.text("tag"),
      isBlocked: query.text("state").map { $0 == "blocked" })
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let list = list(for: staff)
    let asked = list.query(Form(query: request), words)
    let page =
      asked.faults.isEmpty
      ? try await Self.found(asked, PageRequest(limit: Self.perPage, after: asked.after), work, staff)
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let model: Model = [
      "list": list.model(page, asked, views: views, words),
      "what": words[staff.merchant == nil ? "customers.what" : "customers.whatOfMerchant"] ?? "",
      "isMasked": !BuyerContact.isOpen(to: staff),
    ]
    return try await frame.page(
      "customers", title: words["desks.customers"] ?? "", desk: Addresses.customersDesk, model, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }
}
