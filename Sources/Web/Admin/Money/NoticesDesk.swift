import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// `/admin/payments/notices`, and each by its number: what providers told, whether it was believed, and what it did; for staff of the platform who
/// see payments.
struct NoticesDesk: Desk {
  static let listName = "notices"
  private static let perPage = 50
  /// Of a body this many characters are shown in a list; a file has all that is kept.
  static let mostShown = 200

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkPaymentMethods { maker.flows.workMethods }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/payments/notices") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
    router.get("/admin/payments/notices/export") { request, context in
      let staff = try context.visit.requireStaff()
      let (list, words) = (try await list(), frame.words(context))
      let asked = list.query(Form(query: request), words)
      let filter = NoticeColumns.filter(asked)
      return try await ListExport(list: list, query: asked, words: words) { [work] page in
        try await work.notices(matching: filter, page, for: staff)
      }.response(named: "payment-notices")
    }
    router.get("/admin/payments/notices/:id") { request, context in
      try await showOne(try context.visit.requireStaff(), request, context)
    }
  }

  private func showOne(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    guard WorkPaymentMethods.opensNotices(to: staff) else { throw StaffRefusal.notAllowed(.paymentsView) }
    guard let id = context.parameters.get("id").flatMap({ ID<NoticeTag>($0) }),
      let seen = try await work.notice(id, for: staff)
    else { throw HTTPError(.notFound) }
    let words = frame.words(context)
    return try await frame.page(
      "payment-notice", title: words["notices.number"] ?? "", desk: Addresses.noticesDesk,
      ["notice": NoticeModel(seen, opensOrders: WorkOrder.opens(to: staff), words).model], request, context)
  }

  private func list() async throws -> DeskList<HeardNotice> {
    let methods = try await maker.contexts.payments.methods()
    return DeskList(
      name: Self.listName, address: Addresses.noticesDesk, columns: NoticeColumns.columns,
      filters: NoticeColumns.filters(methods + PaymentMethod.setUp.filter { !methods.contains($0) }),
      exportAddress: "\(Addresses.noticesDesk)/export", emptyWord: "notices.none", identify: { $0.id.description })
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    guard WorkPaymentMethods.opensNotices(to: staff) else { throw StaffRefusal.notAllowed(.paymentsView) }
    let (list, words) = (try await list(), frame.words(context))
    let asked = list.query(Form(query: request), words)
    let page =
      asked.faults.isEmpty
      ? try await work.notices(
        matching: NoticeColumns.filter(asked), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let model: Model = ["list": list.model(page, asked, views: views, words)]
    return try await frame.page(
      "payment-notices", title: words["desks.notices"] ?? "", desk: Addresses.noticesDesk, model, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }
}
