import Catalog
import Foundation
import Inventory
import Pricing
import Values

/// Saves some hundreds of products at once: catalogue, then prices, then stock, so that what can be bought has a price.
struct ImportBatch: Sendable {
  let catalog: any CatalogService
  let pricing: any PricingService
  let inventory: any InventoryService
  let options: ImportOptions
  let shelves: ImportShelves
  /// Every run counts anew; within a run, a batch counts once.
  private let run = UUID().uuidString.lowercased()

  init(
    catalog: any CatalogService, pricing: any PricingService, inventory: any InventoryService, options: ImportOptions,
    shelves: ImportShelves
  ) {
    self.catalog = catalog
    self.pricing = pricing
    self.inventory = inventory
    self.options = options
    self.shelves = shelves
  }

  /// A variant that was saved, with what the file says of it.
  private struct Pair {
    let variant: VariantID
    let stated: ImportedVariant
    let product: ProductID
    let merchant: MerchantID
    let handle: Slug
  }

  func save(_ products: [ImportedProduct], of owners: ImportOwners, into report: inout ImportReport) async throws {
    var drafts: [ProductDraft] = []
    var stated: [ImportedProduct] = []
    for product in products {
      guard let draft = try await draft(of: product, owners: owners, into: &report) else { continue }
      drafts.append(draft)
      stated.append(product)
    }
    guard !drafts.isEmpty else { return }
    var pairs: [Pair] = []
    var outcomes: [(ProductID, Saved.Outcome)] = []
    for (result, product) in zip(try await catalog.save(drafts), stated) {
      switch result {
      case .success(let saved):
        outcomes.append((saved.product.id, saved.outcome))
        pairs += Self.pairs(saved.product, product)
      case .failure(let fault): report.refuse(fault, product)
      }
    }
    var touched = try await price(pairs)
    touched.formUnion(try await count(pairs, into: &report))
    for (product, outcome) in outcomes {
      switch outcome {
      case .created: report.created += 1
      case .updated: report.updated += 1
      case .unchanged where touched.contains(product): report.updated += 1
      case .unchanged: report.unchanged += 1
      }
    }
  }

  private func draft(
    of product: ImportedProduct, owners: ImportOwners, into report: inout ImportReport
  ) async throws -> ProductDraft? {
    guard let merchant = owners.owner(product.merchant) else {
      report.refuse(product, "unknownMerchant", "There is no merchant '\(product.merchant.prefix(60))'.")
      return nil
    }
    var content = product.content
    do {
      content.brand = try await shelves.brand(named: product.vendor)
      content.category = try await shelves.category(at: product.categoryPath)
    } catch let faults as FieldFaults {
      report.refuse(.fields(faults), product)
      return nil
    } catch let refusal as CatalogRefusal {
      report.refuse(.refusal(refusal), product)
      return nil
    }
    return ProductDraft(
      merchant: merchant, handle: product.handle, content: content, variants: product.variants.map(\.draft),
      pictures: product.pictures, isPublished: product.isPublished)
  }

  private static func pairs(_ saved: Product, _ stated: ImportedProduct) -> [Pair] {
    let byChoice = Dictionary(saved.variants.map { ($0.choice, $0.id) }, uniquingKeysWith: { first, _ in first })
    return stated.variants.compactMap { variant in
      byChoice[variant.draft.choice].map {
        Pair(variant: $0, stated: variant, product: saved.id, merchant: saved.merchant, handle: saved.handle)
      }
    }
  }

  /// Answers the products of which a price differed.
  private func price(_ pairs: [Pair]) async throws -> Set<ProductID> {
    let priced = pairs.filter { $0.stated.price != nil }
    if priced.isEmpty { return [] }
    let standing = try await pricing.prices(of: priced.map(\.variant), in: options.channel)
    let changed = priced.filter { standing[$0.variant] != $0.stated.price }
    if changed.isEmpty { return [] }
    try await pricing.setPrices(
      changed.compactMap { pair in
        pair.stated.price.map { PriceChange(variant: pair.variant, channel: options.channel, price: $0) }
      })
    return Set(changed.map(\.product))
  }

  /// Brings the sum over all locations to the file's number by counting at the first one. Answers the products of which
  /// the stock differed.
  private func count(_ pairs: [Pair], into report: inout ImportReport) async throws -> Set<ProductID> {
    let said = options.stock == .keep ? [] : pairs.filter { $0.stated.stock != .unsaid }
    if said.isEmpty { return [] }
    let standing = try await inventory.stock(of: said.map(\.variant))
    var counts: [(pair: Pair, count: StockCount)] = []
    var places: [MerchantID: (location: LocationID, isOnly: Bool)] = [:]
    for pair in said {
      let level = standing[pair.variant]
      if Self.isSame(level, pair.stated.stock) || (options.stock == .newOnly && level != nil) { continue }
      let place = try await place(of: pair.merchant, among: &places)
      counts.append((pair, try await stockCount(pair, at: place.location, isOnly: place.isOnly)))
    }
    return try await count(&counts, into: &report)
  }

  private func count(
    _ counts: inout [(pair: Pair, count: StockCount)], into report: inout ImportReport
  ) async throws -> Set<ProductID> {
    while !counts.isEmpty {
      do {
        let first = counts[0].count.variant
        try await inventory.count(counts.map(\.count), key: "import-\(run)-\(first)-\(counts.count)", by: .system)
        break
      } catch InventoryRefusal.heldStock(let variant, let held) {
        // What buyers hold can't be counted away; the others are counted without it.
        guard let index = counts.firstIndex(where: { $0.count.variant == variant }) else {
          throw InventoryRefusal.heldStock(variant, held: held)
        }
        let pair = counts.remove(at: index).pair
        report.warn([
          ImportReport.Note(
            line: pair.stated.line, handle: pair.handle.rawValue, code: "heldStock",
            reason: "\(held) units are held for orders, more than the file's number; the stock stays as it is.")
        ])
      }
    }
    return Set(counts.map(\.pair.product))
  }

  private static func isSame(_ level: StockLevel?, _ stated: ImportedVariant.Stock) -> Bool {
    switch stated {
    case .unsaid: true
    case .unlimited: level?.isUnlimited == true
    case .counted(let number): level.map { !$0.isUnlimited && $0.onHand == number } ?? false
    }
  }

  private func place(
    of merchant: MerchantID, among places: inout [MerchantID: (location: LocationID, isOnly: Bool)]
  ) async throws -> (location: LocationID, isOnly: Bool) {
    if let known = places[merchant] { return known }
    let all = try await inventory.locations(of: merchant)
    let first: Location
    if let known = all.first {
      first = known
    } else {
      first = try await inventory.location(named: "Main", of: merchant)
    }
    let place = (location: first.id, isOnly: all.count < 2)
    places[merchant] = place
    return place
  }

  private func stockCount(_ pair: Pair, at location: LocationID, isOnly: Bool) async throws -> StockCount {
    guard case .counted(let number) = pair.stated.stock else {
      return StockCount(variant: pair.variant, location: location, onHand: nil)
    }
    let elsewhere =
      isOnly
      ? 0
      : try await inventory.stockByLocation(of: pair.variant).filter { $0.location.id != location }
        .reduce(0) { $0 + $1.level.onHand }
    return StockCount(variant: pair.variant, location: location, onHand: max(0, number - elsewhere))
  }
}
