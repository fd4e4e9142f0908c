import Events
import Storage
import Synchronization
import Values

/// The catalogue over Storage. Categories and brands stand in memory; products and variants that are asked for often do.
public final class StoredCatalog: CatalogService {
  /// A fetch that failed this often isn't tried again.
  static let fetchAttempts = 5
  static let mostCategories = 10_000
  static let mostBrands = 50_000
  /// Characters of a product's content as stored.
  static let contentLimit = 2_000_000

  struct Memory {
    var tree: CategoryTree?
    var brands: [Brand]?
    var brandByName: [String: Brand] = [:]
    /// Grows when categories or brands change, so that what was read before isn't kept after.
    var age = 0
    var products: RecentlyUsed<ProductID, Product>
    var variants: RecentlyUsed<VariantID, VariantSummary>
    var handles: RecentlyUsed<BatchSave.Place, ProductID>
  }

  let database: any Database
  let outbox: Outbox
  let ids: IDGenerator
  let clock: WallClock
  let limits: DraftLimits
  let memory: Mutex<Memory>

  /// - Parameter productsKept: how many products stay in memory; five times as many variants do.
  public init(
    database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock, limits: DraftLimits = .standard,
    productsKept: Int = 2000
  ) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
    self.limits = limits
    memory = Mutex(
      Memory(
        products: RecentlyUsed(capacity: productsKept), variants: RecentlyUsed(capacity: productsKept * 5),
        handles: RecentlyUsed(capacity: productsKept)))
  }

  public func product(_ id: ProductID) async throws -> Product? { try await products([id])[id] }

  public func product(handle: Slug, of merchant: MerchantID) async throws -> Product? {
    let place = BatchSave.Place(merchant: merchant, text: handle.rawValue)
    let (known, age) = memory.withLock { ($0.handles.value(place), $0.handles.age) }
    if let known { return try await product(known) }
    let id: ProductID? = try await database.read { transaction in
      try transaction.value(
        "SELECT id FROM product WHERE merchant_id = \(merchant) AND handle = \(handle.rawValue)")
    }
    guard let id else { return nil }
    // A handle never moves to another product, so nothing has to forget it.
    memory.withLock { $0.handles.keep(id, for: place, fetchedAt: age) }
    return try await product(id)
  }

  public func products(_ ids: [ProductID]) async throws -> [ProductID: Product] {
    var found: [ProductID: Product] = [:]
    let (missing, age) = memory.withLock { memory in
      var missing: Set<ProductID> = []
      for id in ids {
        if let product = memory.products.value(id) { found[id] = product } else { missing.insert(id) }
      }
      return (missing.sorted(), memory.products.age)
    }
    guard !missing.isEmpty else { return found }
    let fetched = try await database.read { try ProductTable.products(missing, in: $0) }
    memory.withLock { memory in
      for product in fetched { memory.products.keep(product, for: product.id, fetchedAt: age) }
    }
    for product in fetched { found[product.id] = product }
    return found
  }

  public func variant(sku: String, of merchant: MerchantID) async throws -> VariantSummary? {
    let id = try await database.read { try VariantTable.variant(sku: sku, of: merchant, in: $0) }
    guard let id else { return nil }
    return try await variants([id])[id]
  }

  public func variants(_ ids: [VariantID]) async throws -> [VariantID: VariantSummary] {
    var found: [VariantID: VariantSummary] = [:]
    let (missing, age) = memory.withLock { memory in
      var missing: Set<VariantID> = []
      for id in ids {
        if let variant = memory.variants.value(id) { found[id] = variant } else { missing.insert(id) }
      }
      return (missing.sorted(), memory.variants.age)
    }
    guard !missing.isEmpty else { return found }
    let fetched = try await database.read { try VariantTable.summaries(missing, in: $0) }
    memory.withLock { memory in
      for variant in fetched { memory.variants.keep(variant, for: variant.id, fetchedAt: age) }
    }
    for variant in fetched { found[variant.id] = variant }
    return found
  }

  public func products(_ page: PageRequest, of merchant: MerchantID?) async throws -> Page<Product> {
    let after = page.after.flatMap { $0.parts.first }.flatMap { ProductID($0) }
    let products = try await database.read { transaction in
      let conditions: [SQL] = [merchant.map { "merchant_id = \($0)" }, after.map { "id > \($0)" }].compactMap(\.self)
      let ids: [ProductID] = try transaction.rows(
        "SELECT id FROM product WHERE \(SQL.all(conditions)) ORDER BY id LIMIT \(page.limit + 1)"
      ).map { try $0["id"] }
      return try ProductTable.products(ids, in: transaction)
    }
    return Page(fetched: products, limit: page.limit) { Cursor([$0.id.description]) }
  }

  /// Drops what is kept in memory of products, their variants and the brands, when another process has changed them.
  public func forget(_ products: [ProductID]) async throws {
    for start in stride(from: 0, to: products.count, by: 500) {
      let part = Array(products[start..<min(start + 500, products.count)])
      let variants: [VariantID] = try await database.read { transaction in
        try transaction.rows("SELECT id FROM variant WHERE product_id IN \(list: part) ORDER BY id LIMIT 500000").map {
          try $0["id"]
        }
      }
      forget(part, variants: variants)
    }
    forgetBrands()
  }

  /// Drops everything that is kept in memory, when it isn't known what another process has changed.
  public func forgetAll() {
    memory.withLock { memory in
      memory.products.forgetAll()
      memory.variants.forgetAll()
    }
    forgetBrands()
    forgetCategories()
  }

  /// Called after each commit of this process.
  func forget(_ products: [ProductID], variants: [VariantID]) {
    memory.withLock { memory in
      memory.products.forget(products)
      memory.variants.forget(variants)
    }
  }
}
