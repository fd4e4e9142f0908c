import Catalog
import Events
import Inventory
import Markup
import Orders
import Pricing
import Reviews
import Search
import Values

/// Keeps the search projection in step with the contexts that it is made of, in a fixed number of reads for all the
/// changes that come together.
public struct FeedSearch: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  func whenGoodsChanged(_ envelopes: [EventEnvelope]) async throws {
    let changes = try await GoodsChanges(envelopes, catalog: contexts.catalog)
    var fault: (any Error)?
    for batch in Array(changes.products).chunked(by: 200) {
      do {
        try await renew(batch)
      } catch let error as CancellationError {
        throw error
      } catch {
        // One that can't be indexed must not keep the others out.
        for product in batch {
          do { try await renew([product]) } catch { fault = fault ?? error }
        }
      }
    }
    for batch in Array(changes.figures).chunked(by: 200) {
      let products = try await contexts.catalog.products(batch).values.filter(\.isPublished)
      _ = try await contexts.search.update(try await figures(of: Array(products)))
    }
    if let fault { throw fault }
  }

  private func renew(_ batch: [ProductID]) async throws {
    let products = try await contexts.catalog.products(batch)
    try await feed(Array(products.values))
    let gone = batch.filter { products[$0]?.isPublished != true }
    if !gone.isEmpty { _ = try await contexts.search.remove(gone) }
  }

  /// Reads the whole catalogue again, page by page.
  public func rebuild(progress: @Sendable (Int) -> Void = { _ in }) async throws {
    var next: Cursor?
    var done = 0
    repeat {
      let page = try await contexts.catalog.products(PageRequest(limit: 100, after: next), of: nil)
      try await feed(page.items)
      _ = try await contexts.search.remove(page.items.filter { !$0.isPublished }.map(\.id))
      done += page.items.count
      progress(done)
      next = page.next
    } while next != nil
  }

  private func feed(_ products: [Product]) async throws {
    let published = products.filter(\.isPublished)
    guard !published.isEmpty else { return }
    let figures = Dictionary(uniqueKeysWithValues: try await self.figures(of: published).map { ($0.product, $0) })
    let tree = try await contexts.catalog.categories()
    let brands = Dictionary(
      try await contexts.catalog.brands().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let documents = published.compactMap { product in
      figures[product.id].map { SearchDocument(product, figures: $0, tree: tree, brands: brands) }
    }
    _ = try await contexts.search.index(documents)
  }

  private func figures(of products: [Product]) async throws -> [ProductFigures] {
    let ids = products.map(\.id)
    let variants = products.flatMap { $0.variants.map(\.id) }
    let prices = try await contexts.pricing.prices(of: variants, in: .main)
    let stock = try await contexts.inventory.stock(of: variants)
    let summaries = try await contexts.reviews.summaries(of: ids)
    let sales = try await contexts.orders.sales(of: ids)
    return products.map { product in
      ProductFigures(
        product, prices: prices, stock: stock, reviews: summaries[product.id] ?? .none, sold: sales[product.id] ?? 0)
    }
  }
}

extension ProductFigures {
  init(
    _ product: Product, prices: [VariantID: Price], stock: [VariantID: StockLevel], reviews: ReviewSummary, sold: Int
  ) {
    let offered = product.variants.compactMap { prices[$0.id] }
    let lowest = offered.min { $0.sale < $1.sale }
    self.init(
      product: product.id, price: lowest?.sale, listPrice: lowest?.list,
      hasPriceRange: Set(offered.map(\.sale)).count > 1,
      inStock: product.variants.contains { prices[$0.id] != nil && (stock[$0.id]?.free ?? 0) > 0 }, sold: sold,
      ratingTenths: reviews.averageTenths, reviewCount: reviews.count)
  }
}

extension SearchDocument {
  init(_ product: Product, figures: ProductFigures, tree: CategoryTree, brands: [BrandID: String]) {
    let content = product.content
    let path = content.category.map { tree.path(to: $0) } ?? []
    let attributes = content.attributes.map(\.value).compactMap { value -> LocalizedText? in
      if case .text(let text) = value { text } else { nil }
    }
    let neutral = [content.brand.flatMap { brands[$0] } ?? ""] + content.tags + product.variants.map(\.sku)
    func words(_ language: Language) -> String {
      let spoken =
        [content.subtitle[language]] + path.map { $0.name[language] } + attributes.map { $0[language] }
        + content.options.flatMap { $0.values.map { $0[language] } }
      return (spoken + neutral).filter { !$0.isEmpty }.joined(separator: " ")
    }
    func body(_ language: Language) -> String {
      HTMLText.plain(content.introduction[language], limit: 2000)
    }
    self.init(
      card: ProductCard(
        product: product.id, handle: product.handle, merchant: product.merchant, title: content.title,
        picture: product.pictures.first, category: content.category, brand: content.brand, figures: figures),
      words: LocalizedText(en: words(.en), zhHans: words(.zhHans)),
      body: LocalizedText(en: body(.en), zhHans: body(.zhHans)), createdAt: product.createdAt)
  }
}

extension Array {
  fileprivate func chunked(by size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
