import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Refunds
import Values

/// `/admin/refunds`: what buyers ask back of a merchant, or of all for staff of the platform, by what has to be done about it.
struct RefundsDesk: Desk {
  static let listName = "refunds"
  private static let perPage = 30

  /// The parts of the list, what waits for the merchant first.
  private enum Part: String, CaseIterable {
    case waiting, awaitingGoods, underWay, settled, closed

    var states: Set<RefundCase.State> {
      switch self {
      case .waiting: RefundCase.State.waitingForMerchant
      case .awaitingGoods: [.awaitingGoods]
      case .underWay: [.approved, .sent]
      case .settled: [.settled]
      case .closed: [.rejected, .withdrawn]
      }
    }
  }

  private let frame: DeskFrame
  private let list: DeskList<RefundRow>
  private var maker: PageMaker { frame.maker }
  private var work: WorkRefund { maker.flows.workRefund }

  /// - Parameter currency: what the amounts in the filters are in.
  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    list = DeskList(
      name: Self.listName, address: Addresses.refundsDesk, columns: RefundColumns.all,
      filters: RefundColumns.filters(currency), sorts: [RefundColumns.newest, RefundColumns.oldest],
      exportAddress: "\(Addresses.refundsDesk)/export", emptyWord: "refunds.nothingWaits",
      identify: { $0.refund.id.description })
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/refunds") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
    router.get("/admin/refunds/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      let (part, asked) = query(Form(query: request), words)
      let search = RefundColumns.search(asked, states: part.states)
      return try await ListExport(list: list, query: asked, words: words) { [work = self.work] page in
        try await work.rows(search, page, for: staff)
      }.response(named: "refunds-\(part.rawValue)")
    }
  }

  private func query(_ form: Form, _ words: Words) -> (Part, ListQuery) {
    let part = form["part"].flatMap(Part.init(rawValue:)) ?? .waiting
    return (part, list.query(form, kept: [("part", part.rawValue)], words))
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let (part, asked) = query(Form(query: request), words)
    let page =
      asked.faults.isEmpty
      ? try await work.rows(
        RefundColumns.search(asked, states: part.states), PageRequest(limit: Self.perPage, after: asked.after),
        for: staff) : Page(items: [], next: nil)
    let counts = try await maker.contexts.refunds.counts(WorkRefund.scope(of: staff))
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let rest = asked.pairs(without: ["part"])
    let tabs = Part.allCases.map { each in
      ListTab(
        name: words.phrase("refunds.parts.\(each.rawValue)"), address: list.link([("part", each.rawValue)] + rest),
        count: each.states.reduce(0) { $0 + (counts[$1] ?? 0) }, isCurrent: each == part)
    }
    return try await frame.page(
      "refunds", title: words["desks.refunds"] ?? "", desk: Addresses.refundsDesk,
      ["list": list.model(page, asked, tabs: tabs, views: views, words)], request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }
}
