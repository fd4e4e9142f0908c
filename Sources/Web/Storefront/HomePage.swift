import Catalog
import Content
import Flows
import Hummingbird
import Merchants
import Pages
import Search
import Values

/// `/`: the banners, the categories, what is new and what sells.
public struct HomePage: Sendable {
  private static let shelfLength = 10

  private let maker: PageMaker
  private let pages: PageCache<PreparedPage>

  public init(_ maker: PageMaker, pages: PageCache<PreparedPage>) {
    self.maker = maker
    self.pages = pages
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/") { request, context in
      let language = context.visit.language
      let key = "home/\(language.rawValue)/\(maker.contexts.search.revision)/\(try await maker.frame.contentMark())"
      let page = try await pages.item(key, topic: .lists, size: \.byteCount) { try await shared(language) }
      return try await maker.filled(page, request, context) { [.history: try await maker.parts.history($0)] }
    }
  }

  private func shared(_ language: Language) async throws -> PreparedPage {
    let words = maker.frame.words(language)
    let tree = try await maker.contexts.catalog.categories().shown
    let merchants = try await maker.contexts.merchants.openMerchants()
    let cards = CardModels(words: words, merchants: merchants)
    let head = PageFrame.Head(
      title: words["shop.name"] ?? "Martlet", description: words["shop.description"], canonical: "/",
      structuredData: StructuredData.site(name: words["shop.name"] ?? "Martlet", url: maker.frame.publicURL))
    var model = try await maker.frame.model(head, language: language, path: "/")
    model["categories"] = tree.roots.map { root in
      categoryModel(root, children: tree.children(of: root.id), language)
    }
    let banners = try await maker.contexts.content.shown().banners[.home] ?? []
    model["hasBanners"] = !banners.isEmpty
    model["banners"] = banners.enumerated().map { index, banner -> Model in
      Model.merged(BannerModel.shown(banner, language), ["position": String(index + 1), "isLater": index > 0])
    }
    model["shelves"] = try await shelves(words, cards)
    model["merchants"] = try await merchantModels(merchants, words)
    return try maker.frame.theme.prepare("home", model, language)
  }

  private func categoryModel(_ category: Catalog.Category, children: [Catalog.Category], _ language: Language) -> Model
  {
    var model: Model = [
      "address": Addresses.category(category), "name": category.name[language], "hasChildren": !children.isEmpty,
      "children": children.map { child -> Model in
        ["address": Addresses.category(child), "name": child.name[language]]
      },
    ]
    if let picture = category.picture { model["picture"] = "/media/\(picture)" }
    return model
  }

  /// What is new, what sells and what is praised; nothing stands on two shelves.
  private func shelves(_ words: Words, _ cards: CardModels) async throws -> [Model] {
    var shown: Set<ProductID> = []
    var shelves: [Model] = []
    let kinds: [(name: String, sort: SearchQuery.Sort, fits: (ProductCard) -> Bool)] = [
      ("newest", .newest, { _ in true }), ("bestSelling", .bestSelling, { $0.figures.sold > 0 }),
      ("rated", .rating, { $0.figures.ratingTenths >= 40 }),
    ]
    for kind in kinds {
      let found = try await maker.contexts.search.search(
        SearchQuery(
          language: words.language, inStockOnly: true, sort: kind.sort, limit: Self.shelfLength * kinds.count))
      let fresh = found.cards.filter { kind.fits($0) && !shown.contains($0.product) }.prefix(Self.shelfLength)
      // Half a row looks forgotten.
      guard fresh.count >= Self.shelfLength / 2 || kind.name == "newest", !fresh.isEmpty else { continue }
      shown.formUnion(fresh.map(\.product))
      shelves.append([
        "name": kind.name, "title": words.phrase("home.\(kind.name)"),
        "more": Addresses.with([("sort", kind.sort.rawValue)], Addresses.search), "cards": fresh.map(cards.model),
      ])
    }
    return shelves
  }

  private func merchantModels(_ merchants: [Merchant], _ words: Words) async throws -> [Model] {
    var models: [Model] = []
    for merchant in merchants.prefix(12) {
      let found = try await maker.contexts.search.search(
        SearchQuery(language: words.language, merchant: merchant.id, limit: 1))
      let name = merchant.name[words.language]
      models.append([
        "address": Addresses.merchant(merchant), "initial": String(name.prefix(1)), "name": name,
        "introduction": merchant.introduction[words.language],
        "products": words.phrase("count.products", count: found.total),
      ])
    }
    return models
  }
}
