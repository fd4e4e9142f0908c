import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Values

/// `/admin/products`: the goods of a merchant, or of all for staff of the platform, and what is done with many at once.
struct GoodsDesk: Desk {
  static let listName = "products"
  private static let perPage = 30

  private enum Part: String, CaseIterable {
    case all, waiting, published, draft, refused

    var state: Publication.State? { Publication.State(rawValue: rawValue) }
  }

  private let frame: DeskFrame
  private let bulk: GoodsBulkPage
  private var maker: PageMaker { frame.maker }
  private var work: WorkCatalog { maker.flows.workCatalog }

  /// - Parameter currency: what prices are in.
  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    bulk = GoodsBulkPage(frame, currency: currency)
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/products") { request, context in
      try await show(try Self.staff(context), request, context)
    }
    router.get("/admin/products/export") { request, context in
      try await export(try Self.staff(context), request, context)
    }
    router.post("/admin/products/act") { request, context in
      try await act(try Self.staff(context), request, context)
    }
    router.get("/admin/products/bulk") { request, context in
      try await bulk.show(try Self.staff(context), Form(query: request), nil, request, context)
    }
    router.post("/admin/products/bulk") { request, context in
      try await bulk.answer(try Self.staff(context), request, context)
    }
  }

  private static func staff(_ context: ShopRequestContext) throws -> Staff {
    let staff = try context.visit.requireStaff()
    guard WorkCatalog.opens(to: staff) else { throw StaffRefusal.notAllowed(.catalogEdit) }
    return staff
  }

  // MARK: The list

  private func list(_ staff: Staff, _ words: Words) async throws -> DeskList<GoodsItem> {
    let tree = try await maker.contexts.catalog.categories()
    let categories = CategoryChoices.all(tree, words.language)
    var filters = [
      ListFilter(name: "text", word: "goods.textFilter", kind: .text(longest: 100)),
      ListFilter(
        name: "category", word: "goods.category", kind: .choice(categories.map(\.id.description)),
        names: Dictionary(categories.map { ($0.id.description, $0.name) }, uniquingKeysWith: { first, _ in first })),
      ListFilter(name: "brand", word: "goods.brand", kind: .text(longest: 100)),
    ]
    var columns = GoodsColumns.all
    if staff.merchant == nil {
      let merchants = try await maker.contexts.merchants.merchants()
      filters.append(
        .merchants(merchants, word: "goods.merchant", words) { $0.id.description })
      columns.append(GoodsColumns.merchant)
    }
    let canEdit = staff.rights.contains(.catalogEdit)
    let shows = [
      BulkAction(name: "publish", word: "goods.publish", isFirst: true),
      BulkAction(name: "withdraw", word: "goods.withdraw"),
    ]
    return DeskList(
      name: Self.listName, address: Addresses.goodsDesk, columns: columns, filters: filters,
      sorts: ProductFilter.Order.allCases.map(\.rawValue),
      actions: shows + (canEdit ? [BulkAction(name: "change", word: "goods.changeTicked")] : []),
      exportAddress: "\(Addresses.goodsDesk)/export", emptyWord: "goods.none",
      identify: { $0.product.id.description })
  }

  private static func part(_ form: Form) -> Part { form["part"].flatMap(Part.init(rawValue:)) ?? .all }

  private func filter(_ asked: ListQuery, _ part: Part) async throws -> ProductFilter {
    var filter = ProductFilter(
      merchant: asked.text("merchant").flatMap { MerchantID($0) }, state: part.state, text: asked.text("text") ?? "",
      order: asked.sort.flatMap(ProductFilter.Order.init(rawValue:)) ?? .newest)
    if let category = asked.text("category").flatMap({ CategoryID($0) }) {
      filter.categories = try await maker.contexts.catalog.categories().subtree(of: category)
    }
    if let name = asked.text("brand").map({ $0.lowercased().split(separator: " ").joined(separator: " ") }) {
      let brand = try await maker.contexts.catalog.brands().first { $0.name.lowercased() == name }
      // A name that no brand has finds nothing.
      filter.brand = brand?.id ?? BrandID(raw: 0)
    }
    return filter
  }

  /// What lists show of a page of goods.
  private func items(_ found: Page<GoodsRow>, _ words: Words) async throws -> Page<GoodsItem> {
    let contexts = maker.contexts
    let tree = try await contexts.catalog.categories()
    let brands = Dictionary(
      try await contexts.catalog.brands().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let merchants = Dictionary(
      try await contexts.merchants.merchants().map { ($0.id, $0.name[words.language]) },
      uniquingKeysWith: { first, _ in first })
    let now = maker.clock.now
    return found.map { row in
      let content = row.product.content
      return GoodsItem(
        row: row, phase: GoodsPhase(row.product.publication, at: now),
        category: content.category.flatMap { tree[$0]?.name[words.language] } ?? "",
        brand: content.brand.flatMap { brands[$0] } ?? "", merchant: merchants[row.product.merchant] ?? "")
    }
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let form = Form(query: request)
    let part = Self.part(form)
    let list = try await list(staff, words)
    let asked = list.query(form, kept: [("part", part.rawValue)], words)
    var page = Page<GoodsItem>(items: [], next: nil)
    if asked.faults.isEmpty {
      let found = try await work.products(
        try await filter(asked, part), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
      page = try await items(found, words)
    }
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let waiting = try await work.waitingCount(for: staff)
    let rest = asked.pairs(without: ["part"])
    let tabs = Part.allCases.map { each in
      ListTab(
        name: words["goods.parts.\(each.rawValue)"] ?? "", address: list.link([("part", each.rawValue)] + rest),
        count: each == .waiting ? waiting : nil, isCurrent: each == part)
    }
    var model: Model = ["list": list.model(page, asked, tabs: tabs, views: views, words)]
    if staff.rights.contains(.catalogEdit) { model["newURL"] = "\(Addresses.goodsDesk)/new" }
    return try await frame.page(
      "products", title: words["desks.products"] ?? "", desk: Addresses.goodsDesk, model, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }

  private func export(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let form = Form(query: request)
    let part = Self.part(form)
    let list = try await list(staff, words)
    let asked = list.query(form, kept: [("part", part.rawValue)], words)
    let filter = try await filter(asked, part)
    return try await ListExport(list: list, query: asked, words: words) { page in
      try await items(work.products(filter, page, for: staff), words)
    }.response(named: "products")
  }

  // MARK: Many at once

  private func act(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let form = try await Form(body: request, context: context)
    let ids = DeskList<GoodsItem>.ticked(in: form).compactMap { ProductID($0) }
    guard !ids.isEmpty else { return maker.go(ListViewsRoutes.back(form), saying: Flash(.bad, "nothingChosen")) }
    let change: GoodsChange
    switch form["act"] {
    case "publish": change = .publish
    case "withdraw": change = .withdraw
    case "change":
      try staff.require(.catalogEdit)
      let chosen = ids.map { ("select", $0.description) } + [("back", ListViewsRoutes.back(form))]
      return maker.go(Addresses.with(chosen, "\(Addresses.goodsDesk)/bulk"))
    default: throw HTTPError(.badRequest)
    }
    let outcome = try await work.change(ids, to: change, by: staff)
    return maker.go(ListViewsRoutes.back(form), saying: GoodsBulkPage.flash(outcome))
  }
}

/// The columns of goods in a list.
enum GoodsColumns {
  static let all: [ListColumn<GoodsItem>] = [
    ListColumn(name: "picture", word: "goods.picture") { item, _ in
      .picture(Addresses.picture(item.product.pictures.first, of: item.product.id))
    },
    ListColumn(name: "title", word: "goods.title", place: .first, sorts: ("newest", "oldest", true)) { item, words in
      .link(item.product.content.title[words.language], to: Addresses.desk(item.product.id))
    },
    ListColumn(name: "skus", word: "goods.skus") { item, _ in .number(String(item.product.variants.count)) },
    ListColumn(name: "state", word: "admin.state") { item, words in
      .state(item.phase.name(words), item.phase.model(words))
    },
    ListColumn(name: "price", word: "goods.price") { item, words in
      guard let lowest = item.row.lowestPrice else { return .text(words["goods.noPrice"] ?? "") }
      guard item.row.hasPriceRange else { return .amount(lowest) }
      return .number(words.phrase("goods.priceFrom", ["amount": Format(words.language).money(lowest)]))
    },
    ListColumn(name: "free", word: "goods.free") { item, words in
      item.row.free.map { ListCell.number(String($0)) } ?? .text(words["goods.uncounted"] ?? "")
    },
    ListColumn(name: "category", word: "goods.category") { item, _ in .text(item.category) },
    ListColumn(name: "changed", word: "goods.changed") { item, _ in .time(item.product.changedAt) },
    ListColumn(name: "brand", word: "goods.brand", place: .onRequest) { item, _ in .text(item.brand) },
    ListColumn(name: "tags", word: "goods.tags", place: .onRequest) { item, _ in
      .text(item.product.content.tags.joined(separator: ", "))
    },
    ListColumn(name: "handle", word: "goods.handle", place: .onRequest) { item, _ in
      .text(item.product.handle.rawValue)
    },
  ]

  static let merchant = ListColumn<GoodsItem>(name: "merchant", word: "goods.merchant") { item, _ in
    .text(item.merchant)
  }
}
