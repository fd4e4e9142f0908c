import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/categories`: the tree of categories, in which each goes up, down, inwards and outwards.
struct CategoriesDesk: Sendable {
  /// A tree with more categories shows only those on the way to the one that is open.
  private static let mostShown = 400
  private static let fields = ["nameEn", "nameZh", "parent"]

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }

  init(_ frame: DeskFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/categories") { request, context in
      try await show(try frame.shelver(context), Form(), nil, request, context)
    }
    router.post("/admin/categories") { try await add($0, $1) }
    router.post("/admin/categories/move") { try await move($0, $1) }
  }

  private func add(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try frame.shelver(context)
    let form = try await Form(body: request, context: context)
    do {
      let parent = form["parent"].flatMap { CategoryID($0) }
      if parent == nil, !(form["parent"] ?? "").isEmpty { throw FieldFaults(field: "parent", code: "unknown") }
      let name = LocalizedText(en: form["nameEn"] ?? "", zhHans: form["nameZh"] ?? "")
      let category = try await frame.shelves.add(CategoryFace(name: name), below: parent, by: staff)
      return maker.go(Self.address(of: category.id), saying: Flash(.good, "categoryAdded"))
    } catch let refusal as any Refusal {
      return try await show(staff, form, refusal, request, context)
    }
  }

  /// Either a button says which category takes which step, or all of its new place is named.
  private func move(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try frame.shelver(context)
    let form = try await Form(body: request, context: context)
    do {
      for step in CategoryStep.allCases {
        guard let id = form[step.rawValue].flatMap({ CategoryID($0) }) else { continue }
        try await frame.shelves.move(id, step, by: staff)
        return maker.go(Self.address(of: id))
      }
      guard let id = form["moved"].flatMap({ CategoryID($0) }) else { throw CatalogRefusal.unknownCategory }
      let place = CategoryPlace(
        below: form["under"].flatMap { CategoryID($0) }, before: form["before"].flatMap { CategoryID($0) })
      try await frame.shelves.move(id, to: place, by: staff)
      return maker.go(Self.address(of: id))
    } catch is FieldFaults {
      return maker.go(Addresses.categoriesDesk, saying: Flash(.bad, "categoryStays"))
    }
  }

  /// The tree with the category in sight.
  private static func address(of id: CategoryID) -> String {
    Addresses.with([("open", id.description)], Addresses.categoriesDesk) + "#\(id)"
  }

  private func show(
    _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let (tree, goods) = try await frame.shelves.tree(for: staff)
    let open = Form(query: request)["open"].flatMap { CategoryID($0) }
    let refused = RefusedForm(form, refusal, words)
    let isLarge = tree.all.count > Self.mostShown
    let opened = Set(open.map { tree.path(to: $0).map(\.id) } ?? [])
    let rows = CategoryRows(tree: tree, goods: goods, opened: isLarge ? opened : nil, words: words)
    let model: Model = [
      "form": refused.model(Self.fields), "action": Addresses.categoriesDesk,
      "moveAction": "\(Addresses.categoriesDesk)/move", "rows": rows.models, "hasRows": !tree.all.isEmpty,
      "parents": CategoryChoices.all(tree, chosen: form["parent"] ?? "", words.language),
    ]
    let page = try await frame.page(
      "categories", title: words["desks.categories"] ?? "", desk: Addresses.categoriesDesk, model, request, context,
      status: refusal?.status ?? .ok)
    return refused.answer(page)
  }
}

/// The tree as rows from top to bottom, each with how deep it lies.
private struct CategoryRows {
  let tree: CategoryTree
  let goods: [CategoryID: Int]
  /// Whose children are shown; nil shows all.
  let opened: Set<CategoryID>?
  let words: Words

  var models: [Model] { rows(of: tree.roots, level: 0) }

  private func rows(of siblings: [Catalog.Category], level: Int) -> [Model] {
    siblings.enumerated().flatMap { index, category -> [Model] in
      let children = tree.children(of: category.id)
      let isOpen = opened.map { $0.contains(category.id) } ?? true
      let next = index + 1 < siblings.count ? siblings[index + 1].id.description : ""
      var row = row(category, level: level)
      row.merge([
        "isFirst": index == 0, "isLast": index + 1 == siblings.count, "isTop": category.parent == nil, "next": next,
      ])
      if !children.isEmpty, !isOpen {
        row["openURL"] =
          Addresses.with([("open", category.id.description)], Addresses.categoriesDesk) + "#\(category.id)"
      }
      return [row] + (isOpen ? rows(of: children, level: level + 1) : [])
    }
  }

  private func row(_ category: Catalog.Category, level: Int) -> Model {
    let own = goods[category.id] ?? 0
    let all = tree.subtree(of: category.id).reduce(0) { $0 + (goods[$1] ?? 0) }
    var row: Model = [
      "id": category.id.description, "name": category.name[words.language], "level": String(level),
      "depth": String(level + 1), "address": Addresses.desk(category.id), "isHidden": category.isHidden,
      "parent": category.parent?.description ?? "",
      "goods": words.phrase("shelves.goods", count: own), "hasMore": all > own,
      "allGoods": words.phrase("shelves.allGoods", count: all),
    ]
    let other: Language = words.language == .en ? .zhHans : .en
    let otherName = other == .en ? category.name.en : category.name.zhHans
    if !otherName.isEmpty, otherName != category.name[words.language] { row["otherName"] = otherName }
    if let picture = category.picture { row["picture"] = "/media/\(picture)" }
    return row
  }
}
