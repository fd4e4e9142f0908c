import Accounts
import Catalog
import Files
import Inventory
import Merchants
import Pricing
import Values

/// What staff do with goods at their desk: say what they are, ask prices, show them to shoppers. Staff of a merchant do so
/// with their merchant's, staff of the platform with everybody's. Throws of all here are `StaffRefusal.notAllowed`, and
/// `CatalogRefusal.unknownProduct` for what is another merchant's.
public struct WorkCatalog: Sendable {
  /// Which products of merchants the platform looks at before shoppers see them.
  public enum Moderation: String, CaseIterable, Sendable {
    /// Merchants publish by themselves.
    case never
    /// What isn't published asks to be let in; what is may be changed at once.
    case first
    /// What is changed in a published product asks to be let in again.
    case always

    /// Whether a product that isn't published has to be let in when this staff publishes it.
    func needsAdmission(by staff: Staff) -> Bool { self != .never && !WorkCatalog.judges(staff) }

    /// Whether a change of a published product takes it back to those that ask to be let in.
    func asksAgain(_ staff: Staff) -> Bool { self == .always && !WorkCatalog.judges(staff) }
  }

  let contexts: Contexts
  let files: any FileStore
  let currency: Currency
  private let moderation: Moderation
  var catalog: any CatalogService { contexts.catalog }

  /// - Parameters:
  ///   - files: keep the pictures of goods.
  ///   - currency: what prices are in.
  public init(_ contexts: Contexts, files: any FileStore, moderation: Moderation, currency: Currency) {
    self.contexts = contexts
    self.files = files
    self.moderation = moderation
    self.currency = currency
  }

  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(.catalogEdit) || judges(staff) }

  /// Whether the staff let goods into the shop.
  public static func judges(_ staff: Staff) -> Bool {
    staff.merchant == nil && staff.rights.contains(.catalogPublish)
  }

  /// Whether a product that isn't published has to be let in when this staff publishes it.
  public func needsAdmission(by staff: Staff) -> Bool { moderation.needsAdmission(by: staff) }

  // MARK: Reads

  /// - Parameter filter: of staff of a merchant, their merchant's count alone.
  public func products(
    _ filter: ProductFilter, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<GoodsRow> {
    try allow(staff)
    var filter = filter
    if let own = staff.merchant { filter.merchant = own }
    let found = try await catalog.products(filter, page)
    return Page(items: try await rows(found.items), next: found.next)
  }

  public func product(_ id: ProductID, for staff: Staff) async throws -> Product {
    try allow(staff)
    guard let product = try await catalog.product(id), staff.merchant == nil || staff.merchant == product.merchant
    else { throw CatalogRefusal.unknownProduct }
    return product
  }

  public func row(_ id: ProductID, for staff: Staff) async throws -> GoodsRow {
    let product = try await product(id, for: staff)
    guard let row = try await rows([product]).first else { throw CatalogRefusal.unknownProduct }
    return row
  }

  /// As a shopper would see it.
  public func preview(_ id: ProductID, for staff: Staff) async throws -> ProductView {
    try await ViewProduct(contexts).view(of: product(id, for: staff))
  }

  /// How many ask to be let in, no more than 1000 are counted.
  public func waitingCount(for staff: Staff) async throws -> Int {
    try await catalog.waitingCount(of: staff.merchant)
  }

  /// In three reads, whatever their number.
  func rows(_ products: [Product]) async throws -> [GoodsRow] {
    let variants = products.flatMap { $0.variants.map(\.id) }
    let prices = try await contexts.pricing.prices(of: variants, in: .main)
    let stock = try await contexts.inventory.stock(of: variants)
    return products.map { GoodsRow($0, prices: prices, stock: stock) }
  }

  // MARK: Who may

  func allow(_ staff: Staff) throws {
    guard Self.opens(to: staff) else { throw StaffRefusal.notAllowed(.catalogEdit) }
  }

  /// The product, for staff who may change it.
  func editable(_ id: ProductID, by staff: Staff) async throws -> Product {
    try staff.require(.catalogEdit)
    return try await product(id, for: staff)
  }

  /// Whether a change of a published product takes it back to those that ask to be let in.
  func asksAgain(_ staff: Staff) -> Bool { moderation.asksAgain(staff) }
}

/// A product as desks list it, with what other contexts know of it.
public struct GoodsRow: Sendable {
  public let product: Product
  /// Of its variants alone; those without one aren't for sale.
  public let prices: [VariantID: Price]
  public let stock: [VariantID: StockLevel]

  init(_ product: Product, prices: [VariantID: Price], stock: [VariantID: StockLevel]) {
    let ids = Set(product.variants.map(\.id))
    self.product = product
    self.prices = prices.filter { ids.contains($0.key) }
    self.stock = stock.filter { ids.contains($0.key) }
  }

  /// Units that can still be bought; nil where a variant is sold without counting.
  public var free: Int? {
    stock.values.contains { $0.isUnlimited } ? nil : stock.values.reduce(0) { $0 + $1.free }
  }

  public var lowestPrice: Money? { prices.values.map(\.sale).min { $0.minor < $1.minor } }
  public var hasPriceRange: Bool { Set(prices.values.map(\.sale)).count > 1 }
}
