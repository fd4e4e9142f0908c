import Values

public struct Category: Hashable, Codable, Sendable {
  public let id: CategoryID
  public let slug: Slug
  public var name: LocalizedText
  public var parent: CategoryID?
  public var position: Int
  public var picture: FileKey?
  /// Shoppers don't see it, nor what is below it. Its goods are sold all the same.
  public var isHidden: Bool
  /// Grows by one with every change of what it is called and looks like.
  public var version: Int

  public init(
    id: CategoryID, slug: Slug, name: LocalizedText, parent: CategoryID?, position: Int, picture: FileKey?,
    isHidden: Bool = false, version: Int = 1
  ) {
    self.id = id
    self.slug = slug
    self.name = name
    self.parent = parent
    self.position = position
    self.picture = picture
    self.isHidden = isHidden
    self.version = version
  }
}

public struct CategoryDraft: Sendable {
  public var slug: Slug
  public var name: LocalizedText
  public var parent: CategoryID?
  public var position: Int
  public var picture: FileKey?

  public init(slug: Slug, name: LocalizedText, parent: CategoryID? = nil, position: Int = 0, picture: FileKey? = nil) {
    self.slug = slug
    self.name = name
    self.parent = parent
    self.position = position
    self.picture = picture
  }
}

/// All categories, with the ways through them.
public struct CategoryTree: Sendable {
  public let all: [Category]
  private let byID: [CategoryID: Category]
  private let bySlug: [Slug: Category]
  private let children: [CategoryID?: [Category]]

  public init(_ categories: [Category]) {
    all = categories.sorted { ($0.position, $0.id) < ($1.position, $1.id) }
    byID = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    bySlug = Dictionary(all.map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first })
    children = Dictionary(grouping: all, by: \.parent)
  }

  /// What shoppers see of it: nothing that is hidden, nor what is below that.
  public var shown: CategoryTree {
    let hidden = all.filter(\.isHidden).reduce(into: Set<CategoryID>()) { $0.formUnion(subtree(of: $1.id)) }
    return hidden.isEmpty ? self : CategoryTree(all.filter { !hidden.contains($0.id) })
  }

  public var roots: [Category] { children[nil] ?? [] }
  public subscript(_ id: CategoryID) -> Category? { byID[id] }
  public subscript(_ slug: Slug) -> Category? { bySlug[slug] }
  public func children(of id: CategoryID) -> [Category] { children[id] ?? [] }

  /// From the root down to the category itself.
  public func path(to id: CategoryID) -> [Category] {
    var path: [Category] = []
    var next: CategoryID? = id
    while let id = next, let category = byID[id], path.count < 32 {
      path.insert(category, at: 0)
      next = category.parent
    }
    return path
  }

  /// How many each category has together with all below it, of most first, out of how many each has itself: so many are left
  /// for whoever chooses it. Categories that aren't of this tree are left out, with what they have.
  public func gathered(_ own: some Sequence<(category: CategoryID, count: Int)>) -> [(category: Category, count: Int)] {
    var counts: [CategoryID: Int] = [:]
    for (id, count) in own { for category in path(to: id) { counts[category.id, default: 0] += count } }
    return all.compactMap { category in counts[category.id].map { (category, $0) } }
      .sorted { ($1.count, $0.category.id) < ($0.count, $1.category.id) }
  }

  /// The category and everything below it.
  public func subtree(of id: CategoryID) -> Set<CategoryID> {
    var found: Set<CategoryID> = [id]
    var waiting = [id]
    while let id = waiting.popLast() {
      for child in children(of: id) where found.insert(child.id).inserted { waiting.append(child.id) }
    }
    return found
  }
}

public struct Brand: Hashable, Codable, Sendable {
  /// So many new ones a merchant's staff may bring within 24 hours: the list is everybody's.
  public static let mostNewADay = 50
  /// The code of the fault of one more.
  public static let tooManyNew = "tooManyNew"

  public let id: BrandID
  public let slug: Slug
  public let name: String
  public let logo: FileKey?
  /// Grows by one with every change.
  public let version: Int

  public init(id: BrandID, slug: Slug, name: String, logo: FileKey? = nil, version: Int = 1) {
    self.id = id
    self.slug = slug
    self.name = name
    self.logo = logo
    self.version = version
  }
}
