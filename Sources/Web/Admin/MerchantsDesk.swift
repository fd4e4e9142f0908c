import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Values

/// `/admin/merchants`: who asks to sell here, those who wait longest first; what was decided; and who sells.
struct MerchantsDesk: Desk {
  static let listName = "merchants"
  private static let perPage = 30

  private enum Part: String, CaseIterable {
    case applications, decided, merchants

    var states: Set<MerchantApplication.State> {
      switch self {
      case .applications: MerchantApplication.State.open
      case .decided: MerchantApplication.State.over
      case .merchants: []
      }
    }
  }

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkMerchants { maker.flows.workMerchants }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/merchants") { request, context in
      let staff = try context.visit.requireStaff()
      try work.expect(staff)
      return try await show(staff, request, context)
    }
    router.get("/admin/merchants/export") { request, context in
      let staff = try context.visit.requireStaff()
      try work.expect(staff)
      let words = frame.words(context)
      let list = MerchantColumns.merchants
      let asked = list.query(Form(query: request), kept: [("part", Part.merchants.rawValue)], words)
      return try await ListExport(list: list, query: asked, words: words) { [flows = maker.flows] page in
        try await flows.workMerchants.rows(MerchantSearch(asked), page, for: staff)
      }.response(named: "merchants")
    }
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let form = Form(query: request)
    let counts = try await work.counts(for: staff)
    let waits = MerchantApplication.State.open.contains { counts[$0] ?? 0 > 0 }
    let part = form["part"].flatMap(Part.init(rawValue:)) ?? (waits ? .applications : .merchants)
    let tabs = Part.allCases.map { each in
      let count = each == .applications ? each.states.reduce(0) { $0 + (counts[$1] ?? 0) } : nil
      return ListTab(
        name: words["merchants.parts.\(each.rawValue)"] ?? "",
        address: Addresses.with([("part", each.rawValue)], Addresses.merchantsDesk), count: count,
        isCurrent: each == part)
    }
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let kept = [("part", part.rawValue)]
    let model: Model
    var status = HTTPResponse.Status.ok
    if part == .merchants {
      let list = MerchantColumns.merchants
      let asked = list.query(form, kept: kept, words)
      let page =
        asked.faults.isEmpty
        ? try await work.rows(
          MerchantSearch(asked), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
        : Page(items: [], next: nil)
      if !asked.faults.isEmpty { status = asked.faults.status }
      model = list.model(page, asked, tabs: tabs, views: views, words)
    } else {
      let list = MerchantColumns.applications(emptyWord: "merchants.none.\(part.rawValue)")
      let asked = list.query(form, kept: kept, words)
      let page = try await work.applications(
        part.states, PageRequest(limit: Self.perPage, after: asked.after), for: staff)
      model = list.model(page, asked, tabs: tabs, views: views, words)
    }
    return try await frame.page(
      "merchants", title: words["desks.merchants"] ?? "", desk: Addresses.merchantsDesk, ["list": model], request,
      context, status: status)
  }
}

extension MerchantSearch {
  fileprivate init(_ query: ListQuery) {
    self.init(
      text: query.text("text"), state: query.text("state").flatMap(MerchantState.init(rawValue:)),
      isOldestFirst: query.sort == MerchantColumns.oldest)
  }
}

/// The columns of both lists.
enum MerchantColumns {
  static let newest = "newest"
  static let oldest = "oldest"

  static let merchants = DeskList<MerchantRow>(
    name: MerchantsDesk.listName, address: Addresses.merchantsDesk,
    columns: [
      ListColumn(name: "name", word: "merchants.name", place: .first) { row, words in
        .link(row.merchant.name[words.language], to: Addresses.desk(row.merchant.id))
      },
      ListColumn(name: "slug", word: "merchantField.slug") { row, _ in .text(row.merchant.slug.rawValue) },
      ListColumn(name: "state", word: "admin.state") { row, words in
        let model = StateModel.of(row.merchant.state, words)
        return .state(model["text"] as? String ?? row.merchant.state.rawValue, model)
      },
      ListColumn(name: "products", word: "merchants.products") { row, _ in .number(String(row.figures.products)) },
      ListColumn(name: "waiting", word: "merchants.waiting") { row, _ in .number(String(row.figures.waiting)) },
      ListColumn(name: "opened", word: "merchants.opened", sorts: (newest, oldest, true)) { row, _ in
        .time(row.merchant.openedAt)
      },
      ListColumn(name: "email", word: "merchantField.email", place: .onRequest) { row, _ in .text(row.merchant.email) },
      ListColumn(name: "reason", word: "merchants.reason", place: .onRequest) { row, _ in .text(row.merchant.reason) },
    ],
    filters: [
      ListFilter(name: "text", word: "merchants.find", kind: .text(longest: 60)),
      ListFilter(
        name: "state", word: "admin.state", kind: .choice(MerchantState.allCases.map(\.rawValue)),
        choiceWord: "merchantState"),
    ],
    sorts: [newest, oldest], exportAddress: "\(Addresses.merchantsDesk)/export", emptyWord: "merchants.none.merchants",
    identify: { $0.merchant.id.description })

  static func applications(emptyWord: String) -> DeskList<MerchantApplication> {
    DeskList(
      name: MerchantsDesk.listName, address: Addresses.merchantsDesk,
      columns: [
        ListColumn(name: "name", word: "merchants.name", place: .first) { application, words in
          .link(application.name[words.language], to: Addresses.desk(application.id))
        },
        ListColumn(name: "state", word: "admin.state") { application, words in
          let model = ApplicationModel.state(application.state, words)
          return .state(model["text"] as? String ?? application.state.rawValue, model)
        },
        ListColumn(name: "contact", word: "merchantField.contact") { application, _ in .text(application.contact) },
        ListColumn(name: "applied", word: "merchants.applied") { application, _ in .time(application.appliedAt) },
        ListColumn(name: "moved", word: "merchants.moved") { application, _ in .time(application.movedAt) },
      ],
      emptyWord: emptyWord, identify: { $0.id.description })
  }
}
