import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/brands/{id}`: what a brand is called and looks like; it becomes part of another, or goes when it has no goods.
struct BrandDesk: Sendable {
  private static let fields = ["name", "logo", "version", "into"]

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }

  init(_ frame: DeskFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/brands/:id") { request, context in
      let (brand, staff) = try await named(context)
      return try await show(brand, staff, Form(), nil, request, context)
    }
    router.post("/admin/brands/:id") { try await save($0, $1) }
    router.post("/admin/brands/:id/merge") { try await merge($0, $1) }
    router.post("/admin/brands/:id/remove") { _, context in
      let (shelved, staff) = try await named(context)
      do {
        try await frame.shelves.removeBrand(shelved.brand.id, by: staff)
        return maker.go(Addresses.brandsDesk, saying: Flash(.good, "brandRemoved"))
      } catch CatalogRefusal.shelfInUse {
        return maker.go(Addresses.desk(shelved.brand.id), saying: Flash(.bad, "shelfInUse"))
      }
    }
  }

  private func named(_ context: ShopRequestContext) async throws -> (ShelvedBrand, Staff) {
    let staff = try frame.shelver(context)
    guard let id = context.parameters.get("id").flatMap({ BrandID($0) }) else { throw CatalogRefusal.unknownBrand }
    return (try await frame.shelves.brand(id, for: staff), staff)
  }

  private func save(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (shelved, staff) = try await named(context)
    let sent: MultipartForm
    do {
      sent = try await MultipartForm(body: request, limits: .picture)
    } catch BodyRefusal.tooLarge {
      return try await show(shelved, staff, Form(), BodyRefusal.tooLarge, request, context)
    }
    do {
      guard let version = sent.form["version"].flatMap({ Int($0) }) else {
        throw FieldFaults(field: "version", code: "notANumber")
      }
      let logo = try await frame.picture(sent, "logo", standing: shelved.brand.logo, by: staff)
      let face = BrandFace(name: sent.form["name"] ?? "", logo: logo)
      _ = try await frame.shelves.change(shelved.brand.id, to: face, version: version, by: staff)
      return maker.go(Addresses.desk(shelved.brand.id), saying: Flash(.good, "shelfSaved"))
    } catch CatalogRefusal.shelfChanged {
      let now = try await frame.shelves.brand(shelved.brand.id, for: staff)
      return try await show(
        now, staff, sent.form.with("version", String(now.brand.version)), CatalogRefusal.shelfChanged, request, context)
    } catch let refusal as any Refusal {
      return try await show(shelved, staff, sent.form, refusal, request, context)
    }
  }

  private func merge(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (shelved, staff) = try await named(context)
    let form = try await Form(body: request, context: context)
    do {
      let name = (form["into"] ?? "").trimmed
      let isGone = try await frame.shelves.merge(shelved.brand.id, intoBrandNamed: name, by: staff)
      return isGone
        ? maker.go(Addresses.brandsDesk, saying: Flash(.good, "brandMerged"))
        : maker.go(Addresses.desk(shelved.brand.id), saying: Flash(.bad, "brandMerging"))
    } catch let refusal as FieldFaults {
      return try await show(shelved, staff, form, refusal, request, context)
    }
  }

  private func show(
    _ shelved: ShelvedBrand, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let brand = shelved.brand
    let address = Addresses.desk(brand.id)
    let refused = RefusedForm(form, refusal, words)
    var model: Model = [
      "form": refused.model(Self.fields, initial: ["name": brand.name, "version": String(brand.version)]),
      "heading": brand.name, "action": address, "backURL": Addresses.brandsDesk, "mergeAction": "\(address)/merge",
      "removeAction": "\(address)/remove", "isRemovable": shelved.goods == 0,
      "goods": words.phrase("shelves.goods", count: shelved.goods),
      "seeURL": Addresses.with([("brand", brand.slug.rawValue)], Addresses.search),
    ]
    if let logo = brand.logo { model["picture"] = "/media/\(logo)" }
    let page = try await frame.page(
      "brand", title: brand.name, desk: Addresses.brandsDesk, model, request, context, status: refusal?.status ?? .ok)
    return refused.answer(page)
  }
}

extension String {
  /// Without blanks around it.
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
