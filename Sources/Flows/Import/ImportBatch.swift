import Catalog
import Foundation
import Imports
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
  private let run: String

  init(
    catalog: any CatalogService, pricing: any PricingService, inventory: any InventoryService, options: ImportOptions,
    shelves: ImportShelves
  ) {
    self.catalog = catalog
    self.pricing = pricing
    self.inventory = inventory
    self.options = options
    self.shelves = shelves
    run = options.run ?? UUID().uuidString.lowercased()
  }

  /// A variant that was saved, with what the file says of it.
  private struct Pair {
    let variant: VariantID
    let stated: ImportedVariant
    let product: ProductID
    let merchant: MerchantID
    let handle: Slug
  }

  /// - Parameter place: how many products of the file come before; says which batch of the run it is.
  func save(
    _ products: [ImportedProduct], of owners: ImportOwners, at place: Int, into report: inout ImportReport
  ) async throws {
    var placed: [Placed] = []
    for product in products {
      if let draft = try await draft(of: product, owners: owners, into: &report) { placed.append(draft) }
    }
    guard !placed.isEmpty else { return }
    var pairs: [Pair] = []
    var outcomes: [(product: ProductID, outcome: Saved.Outcome, placed: Placed)] = []
    let drafts = placed.map(\.draft)
    let results = try await options.isRehearsal ? catalog.rehearse(drafts) : catalog.save(drafts)
    for (result, placed) in zip(results, placed) {
      switch result {
      case .success(let saved):
        outcomes.append((saved.product.id, saved.outcome, placed))
        pairs += Self.pairs(saved.product, placed.stated)
      case .failure(let fault):
        report.refuse(fault, placed.stated)
        report.sample(placed.stated, .refused)
      }
    }
    var touched = try await price(pairs)
    touched.formUnion(try await count(pairs, at: place, into: &report))
    for (product, outcome, placed) in outcomes {
      let isTouched = touched.contains(product) || placed.hasNewShelf
      switch outcome {
      case .created: report.created += 1
      case .updated: report.updated += 1
      case .unchanged where isTouched: report.updated += 1
      case .unchanged: report.unchanged += 1
      }
      report.sample(placed.stated, Self.sampled(outcome, isTouched: isTouched))
    }
  }

  private static func sampled(_ outcome: Saved.Outcome, isTouched: Bool) -> ImportPreview.Sample.Outcome {
    switch outcome {
    case .created: .created
    case .updated: .updated
    case .unchanged: isTouched ? .updated : .unchanged
    }
  }

  /// A product of the file on its shelves.
  private struct Placed {
    let draft: ProductDraft
    let stated: ImportedProduct
    /// It would lie in a category, or be of a brand, that isn't there yet.
    let hasNewShelf: Bool
  }

  private func draft(
    of product: ImportedProduct, owners: ImportOwners, into report: inout ImportReport
  ) async throws -> Placed? {
    guard let merchant = owners.owner(product.merchant) else {
      report.refuse(product, "unknownMerchant", "There is no merchant '\(product.merchant.prefix(60))'.")
      return nil
    }
    var content = product.content
    let brand: ShelfPlace<BrandID>
    let category: ShelfPlace<CategoryID>
    do {
      brand = try await shelves.brand(named: product.vendor)
      category = try await shelves.category(at: product.categoryPath)
    } catch let faults as FieldFaults {
      report.refuse(.fields(faults), product)
      return nil
    } catch let refusal as CatalogRefusal {
      report.refuse(.refusal(refusal), product)
      return nil
    }
    (content.brand, content.category) = (brand.id, category.id)
    report.warn(Self.cuts(of: product, brand: brand.isCut, category: category.isCut))
    var draft = ProductDraft(
      merchant: merchant, handle: product.handle, content: content, variants: product.variants.map(\.draft),
      pictures: product.pictures, isPublished: product.isPublished)
    draft.needsAdmission = options.needsAdmission
    draft.asksAgain = options.asksAgain
    return Placed(draft: draft, stated: product, hasNewShelf: brand.isNew || category.isNew)
  }

  /// What the file names and the product doesn't get.
  private static func cuts(of product: ImportedProduct, brand: Bool, category: Bool) -> [ImportReport.Note] {
    var notes: [ImportReport.Note] = []
    func add(_ code: String, _ reason: String) {
      notes.append(
        ImportReport.Note(line: product.line, handle: product.handle.rawValue, code: code, reason: reason))
    }
    if brand {
      let name = product.vendor.prefix(100)
      add("tooManyBrands", "'\(name)' would be one new brand too many; the product has none.")
    }
    if category {
      let path = product.categoryPath.map { $0[.en] }.joined(separator: " > ").prefix(200)
      add("unknownCategory", "There is no category '\(path)'; the product lies as near to it as there is one.")
    }
    return notes
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
    if options.isRehearsal { return Set(changed.map(\.product)) }
    try await pricing.setPrices(
      changed.compactMap { pair in
        pair.stated.price.map { PriceChange(variant: pair.variant, channel: options.channel, price: $0) }
      })
    return Set(changed.map(\.product))
  }

  /// Brings the sum over all locations to the file's number by counting at the first one. Answers the products of which
  /// the stock differed.
  private func count(
    _ pairs: [Pair], at place: Int, into report: inout ImportReport
  ) async throws -> Set<ProductID> {
    let said = options.stock == .keep ? [] : pairs.filter { $0.stated.stock != .unsaid }
    if said.isEmpty { return [] }
    let standing = try await inventory.stock(of: said.map(\.variant))
    if options.isRehearsal {
      let differing = said.filter { pair in
        let level = standing[pair.variant]
        return !Self.isSame(level, pair.stated.stock) && (options.stock != .newOnly || level == nil)
      }
      return Set(differing.map(\.product))
    }
    var counts: [(pair: Pair, count: StockCount)] = []
    var places: [MerchantID: (location: LocationID, isOnly: Bool)] = [:]
    for pair in said {
      let level = standing[pair.variant]
      if Self.isSame(level, pair.stated.stock) || (options.stock == .newOnly && level != nil) { continue }
      let shelf = try await self.place(of: pair.merchant, among: &places)
      counts.append((pair, try await stockCount(pair, at: shelf.location, isOnly: shelf.isOnly)))
    }
    // Also where nothing differs: what is sold before the batch is saved again would differ then.
    return try await count(&counts, key: "import-\(run)-\(place)", into: &report)
  }

  private func count(
    _ counts: inout [(pair: Pair, count: StockCount)], key: String, into report: inout ImportReport
  ) async throws -> Set<ProductID> {
    while true {
      do {
        try await inventory.count(counts.map(\.count), key: key, by: .system)
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

extension ImportReport {
  /// Lists one of the first products as it would be; in rehearsals alone.
  mutating func sample(_ product: ImportedProduct, _ outcome: ImportPreview.Sample.Outcome) {
    guard let listed = preview?.samples.count, listed < ImportPreview.mostSamples else { return }
    let path = product.categoryPath
    preview?.samples.append(
      ImportPreview.Sample(
        line: product.line, handle: product.handle.rawValue, title: product.content.title.cut,
        category: LocalizedText(
          en: path.map { $0[.en] }.joined(separator: " > "), zhHans: path.map { $0[.zhHans] }.joined(separator: " > ")
        ).cut, brand: String(product.vendor.prefix(100)), variants: product.variants.count,
        lowest: product.variants.compactMap { $0.price?.sale }.min(), outcome: outcome))
  }
}

extension LocalizedText {
  /// As much of it as a row of a table shows.
  fileprivate var cut: LocalizedText { LocalizedText(en: String(en.prefix(120)), zhHans: String(zhHans.prefix(120))) }
}
