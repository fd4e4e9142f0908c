import Catalog
import Values

/// Finds categories and brands, and makes those that are new, for the length of one import.
actor ImportShelves {
  private let catalog: any CatalogService
  private var brands: [String: BrandID]?
  private var categories: [Category] = []
  private var isLoaded = false
  private var slugs: Set<Slug> = []
  private var paths: [[LocalizedText]: CategoryID] = [:]

  init(catalog: any CatalogService) { self.catalog = catalog }

  func brand(named name: String) async throws -> BrandID? {
    if name.isEmpty { return nil }
    if brands == nil {
      let all = try await catalog.brands()
      brands = Dictionary(all.map { ($0.name.lowercased(), $0.id) }, uniquingKeysWith: { first, _ in first })
    }
    if let known = brands?[name.lowercased()] { return known }
    let brand = try await catalog.brand(named: name)
    brands?[name.lowercased()] = brand.id
    return brand.id
  }

  /// The category at the end of a path. A step is known by its name in either language under the step before it.
  func category(at path: [LocalizedText]) async throws -> CategoryID? {
    if let known = paths[path] { return known }
    if !isLoaded {
      categories = try await catalog.categories().all
      slugs = Set(categories.map(\.slug))
      isLoaded = true
    }
    var parent: CategoryID?
    for (depth, name) in path.enumerated() {
      if let known = categories.first(where: { $0.parent == parent && Self.isSame($0.name, name) }) {
        parent = known.id
        continue
      }
      let position = categories.count { $0.parent == parent }
      // Nothing to make an address of: the product lies one step higher.
      guard let slug = freeSlug(Array(path[...depth])) else { break }
      let made = try await catalog.saveCategory(
        CategoryDraft(slug: slug, name: name, parent: parent, position: position))
      categories.append(made)
      slugs.insert(made.slug)
      parent = made.id
    }
    if !path.isEmpty { paths[path] = parent }
    return parent
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
