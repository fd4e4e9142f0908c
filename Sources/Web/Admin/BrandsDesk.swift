import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/brands`: all brands with how many goods each has.
struct BrandsDesk: Sendable {
  static let listName = "brands"
  private static let perPage = 50

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }

  init(_ frame: DeskFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/brands") { request, context in
      try await show(try frame.shelver(context), Form(), nil, request, context)
    }
    router.get("/admin/brands/export") { request, context in
      let (staff, words) = (try frame.shelver(context), frame.words(context))
      let asked = Self.list.query(Form(query: request), words)
      return try await ListExport(list: Self.list, query: asked, words: words) { [shelves = frame.shelves] page in
        try await shelves.brands(named: asked.text("named"), page, for: staff)
      }.response(named: "brands")
    }
    router.post("/admin/brands") { try await add($0, $1) }
  }

  private static let list = DeskList<ShelvedBrand>(
    name: listName, address: Addresses.brandsDesk,
    columns: [
      ListColumn(name: "name", word: "shelves.brand", place: .first) { row, _ in
        .link(row.brand.name, to: Addresses.desk(row.brand.id))
      },
      ListColumn(name: "goods", word: "shelves.goodsHead") { row, _ in .number(String(row.goods)) },
      ListColumn(name: "slug", word: "shelves.slug") { row, _ in .text(row.brand.slug.rawValue) },
      ListColumn(name: "logo", word: "shelves.logo", place: .onRequest) { row, _ in
        row.brand.logo.map { .link("\($0.rawValue.prefix(8))", to: "/media/\($0)") } ?? .nothing
      },
    ],
    filters: [ListFilter(name: "named", word: "shelves.brand", kind: .text(longest: 100))],
    exportAddress: "\(Addresses.brandsDesk)/export", emptyWord: "shelves.noBrands",
    identify: { $0.brand.id.description })

  private func add(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try frame.shelver(context)
    let form = try await Form(body: request, context: context)
    do {
      let brand = try await frame.shelves.add(BrandFace(name: form["name"] ?? ""), by: staff)
      return maker.go(Addresses.desk(brand.id), saying: Flash(.good, "brandAdded"))
    } catch let refusal as any Refusal {
      return try await show(staff, form, refusal, request, context)
    }
  }

  private func show(
    _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let asked = Self.list.query(Form(query: request), words)
    let page =
      asked.faults.isEmpty
      ? try await frame.shelves.brands(
        named: asked.text("named"), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let refused = RefusedForm(form, refusal, words)
    let answer = try await frame.page(
      "brands", title: words["desks.brands"] ?? "", desk: Addresses.brandsDesk,
      [
        "form": refused.model(["name"]), "action": Addresses.brandsDesk,
        "list": Self.list.model(page, asked, views: views, words),
      ], request, context, status: refusal?.status ?? (asked.faults.isEmpty ? .ok : asked.faults.status))
    return refused.answer(answer)
  }
}
