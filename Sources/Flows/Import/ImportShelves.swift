import Catalog
import Values

/// Where something of a file lies.
struct ShelfPlace<Place: Sendable>: Sendable {
  /// Nil where it lies nowhere, or on what a rehearsal would make.
  var id: Place?
  var isNew = false
  /// What the file names isn't there and may not be made: it lies as near as there is something.
  var isCut = false
}

/// Finds categories and brands, and makes those that are new, for the length of one import.
actor ImportShelves {
  private static let longestBrand = 100

  private let catalog: any CatalogService
  private let makesCategories: Bool
  private let broughtBy: MerchantID?
  private let isRehearsal: Bool
  /// Those that a rehearsal would make, in the order of the file.
  private(set) var newBrands: [String] = []
  private(set) var newCategories: [String] = []
  private var brands: [String: BrandID]?
  private var categories: [Category] = []
  private var isLoaded = false
  private var slugs: Set<Slug> = []
  private var paths: [[LocalizedText]: ShelfPlace<CategoryID>] = [:]
  private var unmade: Set<String> = []

  init(
    catalog: any CatalogService, makesCategories: Bool = true, broughtBy: MerchantID? = nil, isRehearsal: Bool = false
  ) {
    self.catalog = catalog
    self.makesCategories = makesCategories
    self.broughtBy = broughtBy
    self.isRehearsal = isRehearsal
  }

  func brand(named name: String) async throws -> ShelfPlace<BrandID> {
    if name.isEmpty { return ShelfPlace() }
    if brands == nil {
      let all = try await catalog.brands()
      brands = Dictionary(all.map { ($0.name.lowercased(), $0.id) }, uniquingKeysWith: { first, _ in first })
    }
    if let known = brands?[name.lowercased()] { return ShelfPlace(id: known) }
    if isRehearsal {
      guard name.unicodeScalars.count <= Self.longestBrand else {
        throw FieldFaults(field: "brand", code: "tooLong", details: ["max": String(Self.longestBrand)])
      }
      let known = "brand \(name.lowercased())"
      if unmade.contains(known) { return ShelfPlace(isNew: true) }
      // What came before the file today counts when it runs.
      if broughtBy != nil, newBrands.count >= Brand.mostNewADay { return ShelfPlace(isCut: true) }
      unmade.insert(known)
      newBrands.append(name)
      return ShelfPlace(isNew: true)
    }
    do {
      let brand = try await catalog.brand(named: name, broughtBy: broughtBy)
      brands?[name.lowercased()] = brand.id
      return ShelfPlace(id: brand.id)
    } catch let faults as FieldFaults where faults.faults.contains(where: Self.isBound) {
      return ShelfPlace(isCut: true)
    }
  }

  /// Whether there may be no brand more, today or at all.
  private static func isBound(_ fault: FieldFaults.Fault) -> Bool {
    fault.field == "brand" && [Brand.tooManyNew, "tooMany"].contains(fault.code)
  }

  /// The category at the end of a path. A step is known by its name in either language under the step before it.
  func category(at path: [LocalizedText]) async throws -> ShelfPlace<CategoryID> {
    if let known = paths[path] { return known }
    if !isLoaded {
      categories = try await catalog.categories().all
      slugs = Set(categories.map(\.slug))
      isLoaded = true
    }
    var place = ShelfPlace<CategoryID>()
    for (depth, name) in path.enumerated() {
      let parent = place.id
      if let known = categories.first(where: { $0.parent == parent && Self.isSame($0.name, name) }) {
        place.id = known.id
        continue
      }
      guard makesCategories else {
        place.isCut = true
        break
      }
      if isRehearsal {
        note(path, from: depth)
        place = ShelfPlace(isNew: true)
        break
      }
      let position = categories.count { $0.parent == parent }
      // Nothing to make an address of: the product lies one step higher.
      guard let slug = freeSlug(Array(path[...depth])) else { break }
      let made = try await catalog.saveCategory(
        CategoryDraft(slug: slug, name: name, parent: parent, position: position))
      categories.append(made)
      slugs.insert(made.slug)
      place.id = made.id
    }
    if !path.isEmpty { paths[path] = place }
    return place
  }

  private func note(_ path: [LocalizedText], from depth: Int) {
    for end in depth..<path.count {
      let name = path[...end].map { $0[.en] }.joined(separator: " > ")
      if unmade.insert("category \(name.lowercased())").inserted { newCategories.append(name) }
    }
  }

  private static func isSame(_ left: LocalizedText, _ right: LocalizedText) -> Bool {
    let names = [left.en, left.zhHans].filter { !$0.isEmpty }.map { $0.lowercased() }
    return [right.en, right.zhHans].contains { !$0.isEmpty && names.contains($0.lowercased()) }
  }

  /// The name itself, else the whole path, else with a number: slugs are unique over all categories.
  private func freeSlug(_ path: [LocalizedText]) -> Slug? {
    let names = path.map { $0[.en] }
    var candidates = [names.last ?? "", names.joined(separator: " ")]
    candidates += (2...1000).map { "\(names.last?.prefix(100) ?? "") \($0)" }
    candidates.append("category \(slugs.count + 1)")
    return candidates.lazy.compactMap { Slug(from: $0) }.first { !slugs.contains($0) }
  }
}
