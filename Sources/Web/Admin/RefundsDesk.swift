import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Refunds
import Values

/// `/admin/refunds`: what buyers ask back of a merchant, or of all for staff of the platform, by what has to be done about
/// it; and in a part of its own the record of what went back.
struct RefundsDesk: Desk {
  static let listName = "refunds"
  private static let perPage = 30
  private static let sorts = [RefundColumns.newest, RefundColumns.oldest]
  private static let exportAddress = "\(Addresses.refundsDesk)/export"

  /// The parts of the list, what waits for the merchant first.
  private enum Part: String, CaseIterable {
    case waiting, awaitingGoods, underWay, settled, closed, records

    /// Of the requests that stand in it; the records aren't requests.
    var states: Set<RefundCase.State> {
      switch self {
      case .waiting: RefundCase.State.waitingForMerchant
      case .awaitingGoods: [.awaitingGoods]
      case .underWay: [.approved, .sent]
      case .settled: [.settled]
      case .closed: [.rejected, .withdrawn]
      case .records: []
      }
    }

    init(_ form: Form) { self = form["part"].flatMap(Part.init(rawValue:)) ?? .waiting }
  }

  private let frame: DeskFrame
  private let requests: DeskList<RefundRow>
  private let records: DeskList<RefundRecordRow>
  private var maker: PageMaker { frame.maker }
  private var work: WorkRefund { maker.flows.workRefund }

  /// - Parameter currency: what the amounts in the filters are in.
  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    requests = DeskList(
      name: Self.listName, address: Addresses.refundsDesk, columns: RefundColumns.all,
      filters: RefundColumns.filters(currency), sorts: Self.sorts, exportAddress: Self.exportAddress,
      emptyWord: "refunds.nothingWaits", identify: { $0.refund.id.description })
    records = DeskList(
      name: Self.listName, address: Addresses.refundsDesk, columns: RefundRecordColumns.all,
      filters: RefundRecordColumns.filters(currency), sorts: Self.sorts, exportAddress: Self.exportAddress,
      emptyWord: "refunds.noRecords", identify: { $0.record.id.description })
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/refunds") { request, context in
      let staff = try context.visit.requireStaff()
      let (work, part) = (work, Part(Form(query: request)))
      guard part != .records else {
        return try await show(records, part, staff, request, context) { asked, page in
          try await work.records(RefundRecordColumns.search(asked), page, for: staff)
        }
      }
      return try await show(requests, part, staff, request, context) { asked, page in
        try await work.rows(RefundColumns.search(asked, states: part.states), page, for: staff)
      }
    }
    router.get("/admin/refunds/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      _ = try WorkRefund.scope(of: staff)
      let (work, part) = (work, Part(Form(query: request)))
      guard part != .records else {
        let asked = query(records, part, request, words)
        let search = RefundRecordColumns.search(asked)
        return try await ListExport(list: records, query: asked, words: words) { page in
          try await work.records(search, page, for: staff)
        }.response(named: "refund-records")
      }
      let asked = query(requests, part, request, words)
      let search = RefundColumns.search(asked, states: part.states)
      return try await ListExport(list: requests, query: asked, words: words) { page in
        try await work.rows(search, page, for: staff)
      }.response(named: "refunds-\(part.rawValue)")
    }
  }

  private func query<Item>(_ list: DeskList<Item>, _ part: Part, _ request: Request, _ words: Words) -> ListQuery {
    list.query(Form(query: request), kept: [("part", part.rawValue)], words)
  }

  private func show<Item>(
    _ list: DeskList<Item>, _ part: Part, _ staff: Staff, _ request: Request, _ context: ShopRequestContext,
    _ rows: (ListQuery, PageRequest) async throws -> Page<Item>
  ) async throws -> Response {
    let (words, scope) = (frame.words(context), try WorkRefund.scope(of: staff))
    let asked = query(list, part, request, words)
    let page =
      asked.faults.isEmpty
      ? try await rows(asked, PageRequest(limit: Self.perPage, after: asked.after)) : Page(items: [], next: nil)
    let counts = try await maker.contexts.refunds.counts(scope)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let tabs = Part.allCases.map { each in
      // Requests and records have columns and days of their own; number, product and amount go along.
      let changes = (each == .records) != (part == .records)
      let rest = asked.pairs(
        without: changes ? ["part", "column", "askedFrom", "askedTo", "settledFrom", "settledTo"] : ["part"])
      return ListTab(
        name: words.phrase("refunds.parts.\(each.rawValue)"), address: list.link([("part", each.rawValue)] + rest),
        count: each == .records ? nil : each.states.reduce(0) { $0 + (counts[$1] ?? 0) }, isCurrent: each == part)
    }
    return try await frame.page(
      "refunds", title: words["desks.refunds"] ?? "", desk: Addresses.refundsDesk,
      ["list": list.model(page, asked, tabs: tabs, views: views, words)], request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }
}
