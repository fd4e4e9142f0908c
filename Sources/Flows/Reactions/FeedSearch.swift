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
      if let broken = try await renewEach(of: batch) { fault = fault ?? broken }
    }
    for batch in Array(changes.figures).chunked(by: 200) {
      let products = try await contexts.catalog.products(batch).values.filter(\.isPublished)
      _ = try await contexts.search.update(try await figures(of: Array(products)))
    }
    if let broken = try await renewGoods(below: changes.categories) { fault = fault ?? broken }
    if let fault { throw fault }
  }

  /// The names of a category are among the words of all that is on it and below it. Last, since others wait for it.
  private func renewGoods(below categories: Set<CategoryID>) async throws -> (any Error)? {
    guard !categories.isEmpty else { return nil }
    let tree = try await contexts.catalog.categories()
    let filter = ProductFilter(
      categories: categories.reduce(into: []) { $0.formUnion(tree.subtree(of: $1)) }, order: .oldest)
    var fault: (any Error)?
    var next: Cursor?
    repeat {
      let page = try await contexts.catalog.products(filter, PageRequest(limit: 100, after: next))
      if let broken = try await renewEach(of: page.items.map(\.id)) { fault = fault ?? broken }
      next = page.next
    } while next != nil
    return fault
  }

  /// One that can't be indexed must not keep the others out; answers why it couldn't.
  private func renewEach(of batch: [ProductID]) async throws -> (any Error)? {
    do {
      try await renew(batch)
      return nil
    } catch let error as CancellationError {
      throw error
    } catch {
      var fault: (any Error)?
      for product in batch {
        do { try await renew([product]) } catch { fault = fault ?? error }
      }
      return fault
    }
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
    let documents = try await documents(of: products.filter(\.isPublished))
    if !documents.isEmpty { _ = try await contexts.search.index(documents) }
  }

  /// The products as search is to know them.
  func documents(of published: [Product]) async throws -> [SearchDocument] {
    guard !published.isEmpty else { return [] }
    let figures = Dictionary(uniqueKeysWithValues: try await self.figures(of: published).map { ($0.product, $0) })
    let tree = try await contexts.catalog.categories()
    let brands = Dictionary(
      try await contexts.catalog.brands().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    return published.compactMap { product in
      figures[product.id].map { SearchDocument(product, figures: $0, tree: tree, brands: brands) }
    }
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
    let attributes = content.attributes.compactMap { attribute -> (name: LocalizedText, label: LocalizedText)? in
      if case .text(let text) = attribute.value { (attribute.name, text) } else { nil }
    }
    let options = content.options.flatMap { option in option.values.map { (name: option.name, label: $0) } }
    let neutral = content.tags + product.variants.map(\.sku)
    func words(_ language: Language) -> String {
      let spoken = [content.subtitle[language]] + (attributes + options).map { $0.label[language] }
      return (spoken + neutral).filter { !$0.isEmpty }.joined(separator: " ")
    }
    // The nearest first, a line each: a name may have several words.
    func names(_ language: Language) -> String {
      path.reversed().map { $0.name[language] }.filter { !$0.isEmpty }.joined(separator: "\n")
    }
    func body(_ language: Language) -> String { HTMLText.plain(content.introduction[language], limit: 2000) }
    self.init(
      card: ProductCard(
        product: product.id, handle: product.handle, merchant: product.merchant, title: content.title,
        picture: product.pictures.first, category: content.category, brand: content.brand, figures: figures),
      brand: content.brand.flatMap { brands[$0] } ?? "",
      categoryNames: LocalizedText(en: names(.en), zhHans: names(.zhHans)),
      words: LocalizedText(en: words(.en), zhHans: words(.zhHans)),
      body: LocalizedText(en: body(.en), zhHans: body(.zhHans)),
      choices: Array((attributes + options).compactMap { AttributeChoice(name: $0.name, label: $0.label) }.prefix(32)),
      createdAt: product.createdAt)
  }
}

extension Array {
  fileprivate func chunked(by size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
