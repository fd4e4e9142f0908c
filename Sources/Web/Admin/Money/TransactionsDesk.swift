import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// `/admin/transactions`: the payments of all merchants, or of one the shares of its orders, and in a part of its own the
/// refunds. For staff with the right to see payments.
struct TransactionsDesk: Desk {
  static let listName = "transactions"
  private static let perPage = 30
  private static let exportAddress = "\(Addresses.transactionsDesk)/export"

  private enum Part: String, CaseIterable { case payments, refunds }

  private let frame: DeskFrame
  private let currency: Currency
  private var maker: PageMaker { frame.maker }
  private var view: ViewMoney { maker.flows.viewMoney }

  /// - Parameter currency: what the amounts in the filters are in.
  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    self.currency = currency
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/transactions") { request, context in
      let staff = try Self.viewer(context)
      return switch Self.part(Form(query: request)) {
      case .payments: try await showPayments(staff, request, context)
      case .refunds: try await showRefunds(staff, request, context)
      }
    }
    router.get("/admin/transactions/export") { request, context in
      let staff = try Self.viewer(context)
      return switch Self.part(Form(query: request)) {
      case .payments: try await exportPayments(staff, request, context)
      case .refunds: try await exportRefunds(staff, request, context)
      }
    }
  }

  private static func viewer(_ context: ShopRequestContext) throws -> Staff {
    let staff = try context.visit.requireStaff()
    try staff.require(.paymentsView)
    return staff
  }

  private static func part(_ form: Form) -> Part { form["part"].flatMap(Part.init(rawValue:)) ?? .payments }

  // MARK: Payments

  private func payments() async throws -> DeskList<SeenPayment> {
    DeskList(
      name: Self.listName, address: Addresses.transactionsDesk, columns: TransactionColumns.payments,
      filters: TransactionColumns.filters(
        currency, states: PaymentState.allCases.map(\.rawValue), stateWord: "paymentState",
        methods: try await maker.contexts.payments.methods() + [.balance, .free]),
      exportAddress: Self.exportAddress, emptyWord: "transactions.noPayments",
      identify: { $0.payment.id.description })
  }

  private func showPayments(
    _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let (list, words) = (try await payments(), frame.words(context))
    let asked = query(list, .payments, request, words)
    let page =
      asked.faults.isEmpty
      ? try await view.payments(
        for: staff, matching: TransactionColumns.payments(asked, try await sought(asked)),
        PageRequest(limit: Self.perPage, after: asked.after)) : Page(items: [], next: nil)
    return try await show(list, page, asked, .payments, staff, request, context)
  }

  private func exportPayments(
    _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let (list, words) = (try await payments(), frame.words(context))
    let asked = query(list, .payments, request, words)
    let filter = TransactionColumns.payments(asked, try await sought(asked))
    return try await ListExport(list: list, query: asked, words: words) { [view] page in
      try await view.payments(for: staff, matching: filter, page)
    }.response(named: "payments")
  }

  // MARK: Refunds

  private func refunds() -> DeskList<SeenRefund> {
    DeskList(
      name: Self.listName, address: Addresses.transactionsDesk, columns: TransactionColumns.refunds,
      filters: TransactionColumns.filters(
        currency, states: RefundState.allCases.map(\.rawValue), stateWord: "refundState"),
      exportAddress: Self.exportAddress, emptyWord: "transactions.noRefunds",
      identify: { $0.refund.id.description })
  }

  private func showRefunds(
    _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let (list, words) = (refunds(), frame.words(context))
    let asked = query(list, .refunds, request, words)
    let page =
      asked.faults.isEmpty
      ? try await view.refunds(
        for: staff, matching: TransactionColumns.refunds(asked, try await sought(asked)),
        PageRequest(limit: Self.perPage, after: asked.after)) : Page(items: [], next: nil)
    return try await show(list, page, asked, .refunds, staff, request, context)
  }

  private func exportRefunds(
    _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let (list, words) = (refunds(), frame.words(context))
    let asked = query(list, .refunds, request, words)
    let filter = TransactionColumns.refunds(asked, try await sought(asked))
    return try await ListExport(list: list, query: asked, words: words) { [view] page in
      try await view.refunds(for: staff, matching: filter, page)
    }.response(named: "payment-refunds")
  }

  // MARK: Both

  private func query<Item>(_ list: DeskList<Item>, _ part: Part, _ request: Request, _ words: Words) -> ListQuery {
    list.query(Form(query: request), kept: [("part", part.rawValue)], words)
  }

  private func sought(_ query: ListQuery) async throws -> SoughtMoney? {
    guard let text = query.text("number") else { return nil }
    return try await view.sought(text)
  }

  private func show<Item>(
    _ list: DeskList<Item>, _ page: Page<Item>, _ asked: ListQuery, _ part: Part, _ staff: Staff,
    _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let tabs = Part.allCases.map { each in
      ListTab(
        name: words["transactions.parts.\(each.rawValue)"] ?? "", address: list.link([("part", each.rawValue)]),
        isCurrent: each == part)
    }
    let model: Model = ["list": list.model(page, asked, tabs: tabs, views: views, words)]
    return try await frame.page(
      "transactions", title: words["desks.transactions"] ?? "", desk: Addresses.transactionsDesk, model, request,
      context, status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }
}
