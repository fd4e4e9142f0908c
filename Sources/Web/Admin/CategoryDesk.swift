import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/categories/{id}`: what a category is called and looks like, whether shoppers see it, and what becomes of its goods.
struct CategoryDesk: Sendable {
  private static let fields = ["nameEn", "nameZh", "picture", "version", "to"]

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }

  init(_ frame: DeskFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/categories/:id") { request, context in
      let (category, staff) = try await named(context)
      return try await show(category, staff, nil, nil, request, context)
    }
    router.post("/admin/categories/:id") { try await save($0, $1) }
    router.post("/admin/categories/:id/goods") { try await refile($0, $1) }
    router.post("/admin/categories/:id/remove") { _, context in
      let (category, staff) = try await named(context)
      do {
        try await frame.shelves.removeCategory(category.id, by: staff)
        return maker.go(Addresses.categoriesDesk, saying: Flash(.good, "categoryRemoved"))
      } catch CatalogRefusal.shelfInUse {
        return maker.go(Addresses.desk(category.id), saying: Flash(.bad, "shelfInUse"))
      }
    }
  }

  private func named(_ context: ShopRequestContext) async throws -> (Catalog.Category, Staff) {
    let staff = try frame.shelver(context)
    guard let id = context.parameters.get("id").flatMap({ CategoryID($0) }) else {
      throw CatalogRefusal.unknownCategory
    }
    return (try await frame.shelves.category(id, for: staff), staff)
  }

  private func save(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (category, staff) = try await named(context)
    let sent: MultipartForm
    do {
      sent = try await MultipartForm(body: request, limits: .picture)
    } catch BodyRefusal.tooLarge {
      return try await show(category, staff, nil, BodyRefusal.tooLarge, request, context)
    }
    do {
      guard let version = sent.form["version"].flatMap({ Int($0) }) else {
        throw FieldFaults(field: "version", code: "notANumber")
      }
      let picture = try await frame.picture(sent, "picture", standing: category.picture, by: staff)
      let face = CategoryFace(
        name: LocalizedText(en: sent.form["nameEn"] ?? "", zhHans: sent.form["nameZh"] ?? ""), picture: picture,
        isHidden: sent.form["isHidden"] != nil)
      _ = try await frame.shelves.change(category.id, to: face, version: version, by: staff)
      return maker.go(Addresses.desk(category.id), saying: Flash(.good, "shelfSaved"))
    } catch CatalogRefusal.shelfChanged {
      // What was typed stays, and whoever saves it again does so knowingly.
      let now = try await frame.shelves.category(category.id, for: staff)
      return try await show(
        now, staff, sent.form.with("version", String(now.version)), CatalogRefusal.shelfChanged, request, context)
    } catch let refusal as any Refusal {
      return try await show(category, staff, sent.form, refusal, request, context)
    }
  }

  private func refile(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (category, staff) = try await named(context)
    let form = try await Form(body: request, context: context)
    do {
      guard let other = form["to"].flatMap({ CategoryID($0) }) else {
        throw FieldFaults(field: "to", code: (form["to"] ?? "").isEmpty ? "missing" : "unknown")
      }
      let moved: Int
      do {
        moved = try await frame.shelves.refile(from: category.id, to: other, by: staff)
      } catch CatalogRefusal.unknownCategory {
        throw FieldFaults(field: "to", code: "unknown")
      }
      return maker.go(Addresses.desk(category.id), saying: Flash(.good, "goodsMoved", ["count": String(moved)]))
    } catch let refusal as FieldFaults {
      return try await show(category, staff, nil, refusal, request, context)
    }
  }

  /// - Parameter typed: nil shows the category as it is.
  private func show(
    _ category: Catalog.Category, _ staff: Staff, _ typed: Form?, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let (tree, goods) = try await frame.shelves.tree(for: staff)
    let refused = RefusedForm(typed ?? Form(), refusal, words)
    let initial = [
      "nameEn": category.name.en, "nameZh": category.name.zhHans, "version": String(category.version),
    ]
    let own = goods[category.id] ?? 0
    let isEmpty = own == 0 && tree.children(of: category.id).isEmpty
    var model: Model = [
      "form": refused.model(Self.fields, initial: initial), "heading": category.name[words.language],
      "action": Addresses.desk(category.id), "backURL": Addresses.categoriesDesk,
      "isHidden": typed.map { $0["isHidden"] != nil } ?? category.isHidden, "isRemovable": isEmpty,
      "path": tree.path(to: category.id).dropLast().map { step -> Model in
        ["name": step.name[words.language], "address": Addresses.desk(step.id)]
      },
      "goods": words.phrase("shelves.goods", count: own), "hasGoods": own > 0, "seeURL": Addresses.category(category),
      "goodsAction": "\(Addresses.desk(category.id))/goods", "removeAction": "\(Addresses.desk(category.id))/remove",
      "choices": CategoryChoices.all(tree, chosen: "", leavingOut: [], words.language),
    ]
    if let picture = category.picture { model["picture"] = "/media/\(picture)" }
    let page = try await frame.page(
      "category", title: category.name[words.language], desk: Addresses.categoriesDesk, model, request, context,
      status: refusal?.status ?? .ok)
    return refused.answer(page)
  }
}
