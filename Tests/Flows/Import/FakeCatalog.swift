import Catalog
import Synchronization
import Values

/// The catalogue's promises in memory.
final class FakeCatalog: CatalogService {
  private struct State {
    var products: [ProductID: Product] = [:]
    var byHandle: [String: ProductID] = [:]
    var categories: [Values.Slug: Catalog.Category] = [:]
    var brands: [String: Brand] = [:]
    var skus: [String: ProductID] = [:]
    var failures: [PictureID: Int] = [:]
    var next: Int64 = 1000

    mutating func id<Of: Identified>(_: Of.Type = Of.self) -> ID<Of> {
      next += 1
      return ID(raw: next)
    }
  }

  private let state = Mutex(State())

  var all: [Product] { state.withLock { $0.products.values.sorted { $0.id < $1.id } } }
  func find(_ handle: String) -> Product? { all.first { $0.handle.rawValue == handle } }

  func categories() async throws -> CategoryTree { state.withLock { CategoryTree(Array($0.categories.values)) } }

  func saveCategory(_ draft: CategoryDraft) async throws -> Catalog.Category {
    if draft.name.isEmpty || draft.name[.en].count > 80 { throw FieldFaults(field: "name", code: "tooLong") }
    return state.withLock { state in
      let category = Catalog.Category(
        id: state.categories[draft.slug]?.id ?? state.id(), slug: draft.slug, name: draft.name, parent: draft.parent,
        position: draft.position, picture: nil)
      state.categories[draft.slug] = category
      return category
    }
  }

  func variant(sku: String, of merchant: MerchantID) async throws -> VariantSummary? { nil }
  func variants(matching text: String, of merchant: MerchantID?, limit: Int) async throws -> [VariantID] { [] }
  func variants(skus: [String], of merchant: MerchantID) async throws -> [String: VariantID] { [:] }
  func products(named names: [String], of merchants: [MerchantID]) async throws -> [String: Set<ProductID>] { [:] }

  func brands() async throws -> [Brand] { state.withLock { Array($0.brands.values) } }

  func brand(named name: String, broughtBy merchant: MerchantID?) async throws -> Brand {
    guard let slug = Slug(from: "brand \(name)") else { throw FieldFaults(field: "name", code: "missing") }
    return state.withLock { state in
      if let known = state.brands[name.lowercased()] { return known }
      let brand = Brand(id: state.id(), slug: slug, name: name)
      state.brands[name.lowercased()] = brand
      return brand
    }
  }

  func product(_ id: ProductID) async throws -> Product? { state.withLock { $0.products[id] } }
  func product(handle: Slug, of merchant: MerchantID) async throws -> Product? {
    all.first { $0.handle == handle && $0.merchant == merchant }
  }
  func products(_ ids: [ProductID]) async throws -> [ProductID: Product] {
    state.withLock { state in state.products.filter { ids.contains($0.key) } }
  }
  func variants(_ ids: [VariantID]) async throws -> [VariantID: VariantSummary] { [:] }

  func products(_ page: PageRequest, of merchant: MerchantID?) async throws -> Page<Product> {
    let after = page.after.flatMap { Int64($0.parts[0]) } ?? 0
    let rest = all.filter { $0.id.raw > after && (merchant == nil || $0.merchant == merchant) }
    return Page(fetched: rest, limit: page.limit) { Cursor([String($0.id.raw)]) }
  }

  func save(_ draft: ProductDraft) async throws -> Saved {
    try state.withLock { state in
      switch Self.save(draft, &state) {
      case .success(let saved): return saved
      case .failure(.fields(let faults)): throw faults
      case .failure(.refusal(let refusal)): throw refusal
      }
    }
  }

  func save(_ drafts: [ProductDraft]) async throws -> [Result<Saved, CatalogFault>] {
    state.withLock { state in drafts.map { Self.save($0, &state) } }
  }

  func rehearse(_ drafts: [ProductDraft]) async throws -> [Result<Saved, CatalogFault>] {
    state.withLock { state in
      var copy = state
      return drafts.map { Self.save($0, &copy) }
    }
  }

  private static func save(_ draft: ProductDraft, _ state: inout State) -> Result<Saved, CatalogFault> {
    var faults = FieldFaults()
    _ = faults.text(draft.content.title.en, "title", max: 200, required: draft.content.title.zhHans.isEmpty)
    _ = faults.text(draft.content.title.zhHans, "title", max: 200, required: false)
    if !faults.isEmpty { return .failure(.fields(faults)) }
    let key = "\(draft.merchant) \(draft.handle)"
    let old = state.byHandle[key].flatMap { state.products[$0] }
    for variant in draft.variants where !variant.sku.isEmpty {
      if let owner = state.skus["\(draft.merchant) \(variant.sku)"], owner != old?.id {
        return .failure(.refusal(.skuTaken(variant.sku)))
      }
    }
    var free = old?.pictures ?? []
    let pictures = draft.pictures.map { draft in
      if let index = free.firstIndex(where: {
        $0.source == draft.source && (draft.source != nil || $0.file == draft.file)
      }) {
        var picture = free.remove(at: index)
        picture.alternative = draft.alternative
        return picture
      }
      return Picture(id: state.id(), file: draft.file, source: draft.source, alternative: draft.alternative)
    }
    let variants = draft.variants.map { variant in
      Variant(
        id: old?.variants.first { $0.choice == variant.choice }?.id ?? state.id(), sku: variant.sku,
        barcode: variant.barcode, choice: variant.choice, weightGrams: variant.weightGrams,
        picture: variant.picture.map { pictures[$0].id }, requiresShipping: variant.requiresShipping)
    }
    if let old, old.content == draft.content, old.variants == variants, old.pictures == pictures,
      old.isPublished == draft.isPublished
    {
      return .success(Saved(outcome: .unchanged, product: old))
    }
    let product = Product(
      id: old?.id ?? state.id(), merchant: draft.merchant, handle: draft.handle, content: draft.content,
      variants: variants, pictures: pictures, isPublished: draft.isPublished, version: (old?.version ?? 0) + 1,
      createdAt: Timestamp(milliseconds: 0), changedAt: Timestamp(milliseconds: 0))
    state.products[product.id] = product
    state.byHandle[key] = product.id
    for variant in variants where !variant.sku.isEmpty { state.skus["\(draft.merchant) \(variant.sku)"] = product.id }
    return .success(Saved(outcome: old == nil ? .created : .updated, product: product))
  }

  func listings(after: ProductID?, limit: Int) async throws -> [ProductListing] { [] }
  func listingMarks(every count: Int) async throws -> [ProductID] { [] }

  func withhold(_ merchant: MerchantID, _ isWithheld: Bool, version: Int) async throws {}
  func withheldMerchants() async throws -> Set<MerchantID> { [] }
  func productCounts(of merchants: [MerchantID]) async throws -> [MerchantID: Int] { [:] }

  func products(_ filter: ProductFilter, _ page: PageRequest) async throws -> Page<Product> {
    try await products(page, of: filter.merchant)
  }
  func waitingCount(of merchant: MerchantID?) async throws -> Int { 0 }
  func begin(_ draft: ProductDraft, isNamed: Bool, by actor: Actor) async throws -> Product {
    try await save(draft).product
  }
  func revise(
    _ id: ProductID, to draft: ProductDraft, version: Int, asksAgain: Bool, by actor: Actor
  ) async throws -> Saved { try await save(draft) }
  func move(
    _ id: ProductID, _ move: PublicationMove, version: Int?, by actor: Actor
  ) async throws -> Product { throw CatalogRefusal.unknownProduct }
  func turnPublications(now: Timestamp, limit: Int) async throws -> Int { 0 }
  func setPublished(_ product: ProductID, _ isPublished: Bool) async throws {}

  func shown(among files: [FileKey]) async throws -> Set<FileKey> { [] }
  func attach(_ file: FileKey, to picture: PictureID, of product: ProductID) async throws {
    state.withLock { state in
      guard let index = state.products[product]?.pictures.firstIndex(where: { $0.id == picture }) else { return }
      state.products[product]?.pictures[index].file = file
    }
  }

  func picturesToFetch(limit: Int) async throws -> [PictureToFetch] {
    let failures = state.withLock { $0.failures }
    let waiting = all.flatMap { product in
      product.pictures.compactMap { picture -> PictureToFetch? in
        guard let source = picture.source, picture.file == nil, failures[picture.id, default: 0] < 5 else { return nil }
        return PictureToFetch(picture: picture.id, product: product.id, source: source)
      }
    }
    return Array(waiting.prefix(limit))
  }

  func fetchFailed(_ picture: PictureID) async throws { state.withLock { $0.failures[picture, default: 0] += 1 } }
}
