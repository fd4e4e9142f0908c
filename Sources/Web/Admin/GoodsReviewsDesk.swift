import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Reviews
import Values

/// `/admin/reviews`: what buyers say of goods. For the platform what waits for a look comes first, for a merchant what it
/// hasn't answered.
struct GoodsReviewsDesk: Desk {
  static let listName = "goodsreviews"
  private static let perPage = 30

  private enum Part: String, CaseIterable {
    case waiting, unanswered, all, hidden

    var isOfModerators: Bool { self == .waiting }
  }

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkReviews { maker.flows.workReviews }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/reviews") { request, context in
      let staff = try context.visit.requireStaff()
      try staff.require(.reviewsModerate)
      return try await show(staff, request, context)
    }
    router.get("/admin/reviews/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      try staff.require(.reviewsModerate)
      let form = Form(query: request)
      let part = Self.part(form, staff)
      let list = list(part, staff)
      let asked = list.query(form, kept: Self.kept(part, form), words)
      return try await ListExport(list: list, query: asked, words: words) { [work = self.work] page in
        try await work.reviews(matching: Self.filter(asked, part), page, for: staff)
      }.response(named: "reviews-\(part.rawValue)")
    }
    router.post("/admin/reviews/act") { request, context in
      let staff = try context.visit.requireStaff()
      try WorkReviews.requireModerator(staff)
      return try await act(staff, request, context)
    }
  }

  private static func parts(_ staff: Staff) -> [Part] {
    Part.allCases.filter { !$0.isOfModerators || WorkReviews.moderates(staff) }
  }

  private static func part(_ form: Form, _ staff: Staff) -> Part {
    let parts = parts(staff)
    return form["part"].flatMap(Part.init(rawValue:)).flatMap { parts.contains($0) ? $0 : nil } ?? parts[0]
  }

  /// What stays in the address whatever is filtered: the part, and the product that it came from.
  private static func kept(_ part: Part, _ form: Form) -> [(String, String)] {
    [("part", part.rawValue)] + (product(form).map { [("product", $0.description)] } ?? [])
  }

  private static func product(_ form: Form) -> ProductID? { form["product"].flatMap { ProductID($0) } }

  private static func filter(_ query: ListQuery, _ part: Part) -> ReviewFilter {
    var filter = ReviewFilter()
    switch part {
    case .waiting: filter.wantsLook = true
    case .unanswered: (filter.states, filter.isAnswered) = ([.shown], false)
    case .all: break
    case .hidden: filter.states = [.hidden]
    }
    filter.stars = query.text("stars").flatMap { Int($0) }
    let days = query.days("written")
    (filter.writtenFrom, filter.writtenBefore) = (days.from, days.before)
    filter.product = product(query.form)
    return filter
  }

  private func list(_ part: Part, _ staff: Staff) -> DeskList<ReviewRow> {
    return DeskList(
      name: Self.listName, address: Addresses.goodsReviewsDesk, columns: Self.columns(for: staff),
      filters: [
        ListFilter(
          name: "stars", word: "goodsReviews.stars", kind: .choice(["5", "4", "3", "2", "1"]),
          choiceWord: "goodsReviews.starChoices"),
        ListFilter(name: "written", word: "goodsReviews.written", kind: .days),
      ],
      actions: Self.actions(part, staff),
      exportAddress: "\(Addresses.goodsReviewsDesk)/export", emptyWord: "goodsReviews.none.\(part.rawValue)",
      identify: { $0.review.id.description })
  }

  private static func actions(_ part: Part, _ staff: Staff) -> [BulkAction] {
    guard WorkReviews.moderates(staff) else { return [] }
    let show = BulkAction(name: "show", word: "goodsReviews.show", isFirst: true)
    let hide = BulkAction(name: "hide", word: "goodsReviews.hideTicked")
    return switch part {
    case .waiting, .all: [show, hide]
    case .unanswered: [hide]
    case .hidden: [show]
    }
  }

  private static func columns(for staff: Staff) -> [ListColumn<ReviewRow>] {
    [
      ListColumn(name: "product", word: "orders.product", place: .first) { row, words in
        .link(
          row.product?.content.title[words.language] ?? row.review.id.description, to: Addresses.desk(row.review.id))
      },
      ListColumn(name: "stars", word: "goodsReviews.stars") { row, words in
        .text(words.phrase("count.stars", count: row.review.stars))
      },
      ListColumn(name: "names", word: "goodsReviews.text") { row, _ in
        .names(GoodsReviewModel.cut(row.review.text), more: "")
      },
      ListColumn(name: "author", word: "goodsReviews.author") { row, words in
        .text(GoodsReviewModel.author(of: row.review, for: staff, words))
      },
      ListColumn(name: "written", word: "goodsReviews.written") { row, _ in .time(row.review.writtenAt) },
      ListColumn(name: "answered", word: "goodsReviews.answered") { row, _ in
        row.review.reply.map { .time($0.at) } ?? .nothing
      },
      ListColumn(name: "reply", word: "goodsReviews.reply", place: .onRequest) { row, _ in
        .text(row.review.reply.map { GoodsReviewModel.cut($0.text) } ?? "")
      },
      ListColumn(name: "state", word: "admin.state") { row, words in
        let state = GoodsReviewModel.state(of: row.review, words)
        return .state(state["text"] as? String ?? "", state)
      },
    ]
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let form = Form(query: request)
    let part = Self.part(form, staff)
    let list = list(part, staff)
    let kept = Self.kept(part, form)
    let asked = list.query(form, kept: kept, words)
    let page =
      asked.faults.isEmpty
      ? try await work.reviews(
        matching: Self.filter(asked, part), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
      : Page(items: [], next: nil)
    let waiting = try await work.waitingCount(for: staff)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let rest = asked.pairs(without: ["part"])
    let tabs = Self.parts(staff).map { each in
      ListTab(
        name: words["goodsReviews.parts.\(each.rawValue)"] ?? "",
        address: list.link([("part", each.rawValue)] + rest), count: each == .waiting ? waiting : nil,
        isCurrent: each == part)
    }
    var model: Model = ["list": list.model(page, asked, tabs: tabs, views: views, words)]
    if let id = Self.product(form) {
      let title = try await maker.contexts.catalog.product(id)?.content.title[words.language]
      model["only"] =
        [
          "title": title ?? id.description,
          "allURL": list.link([("part", part.rawValue)] + asked.pairs(without: ["part", "product"])),
        ] as Model
    }
    return try await frame.page(
      "goods-reviews", title: words["desks.reviews"] ?? "", desk: Addresses.goodsReviewsDesk, model, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }

  private func act(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let form = try await Form(body: request, context: context)
    guard form["act"] == "show" || form["act"] == "hide" else { throw HTTPError(.badRequest) }
    let ids = DeskList<ReviewRow>.ticked(in: form).compactMap { ReviewID($0) }
    guard !ids.isEmpty else { return maker.go(ListViewsRoutes.back(form), saying: Flash(.bad, "nothingChosen")) }
    if form["act"] == "hide" {
      return try await GoodsReviewsHideDesk(maker).show(ids, form, nil, staff, request, context)
    }
    let shown = try await work.showAll(ids, by: staff)
    return maker.go(ListViewsRoutes.back(form), saying: Flash(.good, "reviewsShown", ["count": String(shown)]))
  }
}
