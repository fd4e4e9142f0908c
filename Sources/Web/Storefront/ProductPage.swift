import Accounts
import Catalog
import Flows
import Governance
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Pricing
import Reviews
import Search
import Values

/// `/products/{id}`: everything about one product, made once for everyone and filled for the visitor.
public struct ProductPage: Sendable {
  private let maker: PageMaker
  private let pages: PageCache<PreparedPage>
  private let regions: RegionDirectory
  private let deliveryPlace: DeliveryPlace

  public init(_ maker: PageMaker, pages: PageCache<PreparedPage>, regions: RegionDirectory) {
    self.maker = maker
    self.pages = pages
    self.regions = regions
    deliveryPlace = DeliveryPlace(maker, regions: regions)
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/products/:id") { try await show($0, $1) }
    router.get("/products/:id/:handle") { try await show($0, $1) }
    router.get("/admin/products/:id/preview") { try await preview($0, $1) }
    router.get("/preview/products/:id/:pass") { request, context in
      guard let id = context.parameters.get("id").flatMap({ ProductID($0) }), let pass = context.parameters.get("pass")
      else { throw CatalogRefusal.unknownProduct }
      let view = try await maker.flows.handOutPreviews.product(id, pass: pass)
      return try await preview(view, at: Addresses.preview(id, pass: pass), desk: nil, request, context)
        .keptFromSearchEngines()
    }
  }

  private func show(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    guard let id = context.parameters.get("id").flatMap({ ProductID($0) }),
      let product = try await maker.contexts.catalog.product(id)
    else { throw CatalogRefusal.unknownProduct }
    context.shownMerchant.note(product.merchant)
    let (visit, query) = (context.visit, Form(query: request))
    let usual = try await deliveryPlace.province(of: visit, request)
    let asked = deliveryPlace.province(query["to"])
    let ask = ProductPageModel.Ask(query, of: product, to: asked ?? usual)
    let page = try await page(id, ask, visit.language)
    var response = try await maker.filled(page, request, context) { visit in
      var own = try await maker.parts.product(product, visit, path: request.uri.string)
      own[.history] = try await maker.parts.history(visit, without: id)
      return own
    }
    if let asked, asked != usual { deliveryPlace.remember(asked, in: &response) }
    if let visitor = visit.visitor { await note(id, by: visitor, request, visit.language) }
    return response
  }

  /// Takes note of what somebody looks at, and of the question that led there. A page that is fetched again was opened once.
  private func note(_ id: ProductID, by visitor: Visitor, _ request: Request, _ language: Language) async {
    let contexts = maker.contexts
    if let referrer = SearchReferrer(request),
      let seen = try? await contexts.browsing.recentViews(of: visitor, limit: 1), seen.first != id
    {
      await contexts.searchLedger.noteClick(
        referrer.text, language: language, product: id, by: visitor.searchKey)
    }
    await contexts.browsing.recordView(of: id, by: visitor)
  }

  /// The page as shoppers would see it, published or not, for staff who work on the product. Nothing of it is kept.
  private func preview(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try context.visit.requireStaff()
    guard let id = context.parameters.get("id").flatMap({ ProductID($0) }) else { throw CatalogRefusal.unknownProduct }
    let view = try await maker.flows.workCatalog.preview(id, for: staff)
    let desk = Addresses.desk(id)
    return try await preview(view, at: "\(desk)/preview", desk: desk, request, context)
  }

  /// - Parameter desk: where staff come from; nil for who has only the link.
  private func preview(
    _ view: ProductView, at address: String, desk: String?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let region = try await deliveryPlace.province(of: context.visit, request)
    let ask = ProductPageModel.Ask(Form(query: request), of: view.product, to: region)
    let language = context.visit.language
    let words = maker.frame.words(language)
    let builder = ProductPageModel(
      view: view, ask: ask, words: words, publicURL: maker.frame.publicURL, at: address)
    var model = try await model(view, ask, builder, language)
    model["hasRelated"] = false
    var preview: Model = ["text": words["goods.previewNote"] ?? ""]
    if let desk { preview["backURL"] = desk }
    model["preview"] = preview
    return try await maker.page(
      "product", PageFrame.Head(title: view.product.content.title[language]), model, request, context)
  }

  private func page(_ id: ProductID, _ ask: ProductPageModel.Ask, _ language: Language) async throws -> PreparedPage {
    guard let key = ask.key else { return try await shared(id, ask, language) }
    let around = "\(language.rawValue)/\(try await maker.frame.contentMark())"
    return try await pages.item("product/\(id)/\(key)/\(around)", topic: .product(id), size: \.byteCount) {
      try await shared(id, ask, language)
    }
  }

  private func shared(_ id: ProductID, _ ask: ProductPageModel.Ask, _ language: Language) async throws -> PreparedPage {
    let view = try await maker.flows.viewProduct.run(id)
    let builder = ProductPageModel(
      view: view, ask: ask, words: maker.frame.words(language), publicURL: maker.frame.publicURL)
    let contexts = maker.contexts
    let related =
      maker.flows.switches.isOn(.related) ? try await contexts.search.related(to: id, limit: 10) : []
    let cards = CardModels(
      words: maker.frame.words(language), merchants: try await contexts.merchants.merchants())
    var model = try await maker.frame.model(builder.head(), language: language, path: builder.address())
    model.merge(try await self.model(view, ask, builder, language))
    model["hasRelated"] = !related.isEmpty
    model["related"] = related.map(cards.model)
    return try maker.frame.theme.prepare("product", model, language)
  }

  /// The product itself, with what it costs to send and what is said of it.
  private func model(
    _ view: ProductView, _ ask: ProductPageModel.Ask, _ builder: ProductPageModel, _ language: Language
  ) async throws -> Model {
    let variant = view.chosen(ask.variant)
    var promise: DeliveryPromise?
    if let variant {
      promise = try await DeliveryPromise.of(view, variant, to: ask.region, pricing: maker.contexts.pricing)
    }
    let reviews = try await maker.contexts.reviews.reviews(of: view.product.id, stars: ask.stars, ask.reviews)
    return [
      "crumbs": builder.crumbs(),
      "product": builder.product(
        variant, promise: promise, provinces: regions.children(of: nil).map { ($0.code, $0.name[language]) }),
      "introduction": view.product.content.introduction[language], "reviews": builder.reviews(reviews),
    ]
  }
}
