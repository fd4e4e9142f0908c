import Values

public struct Category: Hashable, Codable, Sendable {
  public let id: CategoryID
  public let slug: Slug
  public var name: LocalizedText
  public var parent: CategoryID?
  public var position: Int
  public var picture: FileKey?

  public init(id: CategoryID, slug: Slug, name: LocalizedText, parent: CategoryID?, position: Int, picture: FileKey?) {
    self.id = id
    self.slug = slug
    self.name = name
    self.parent = parent
    self.position = position
    self.picture = picture
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
  public let id: BrandID
  public let slug: Slug
  public let name: String

  public init(id: BrandID, slug: Slug, name: String) {
    self.id = id
    self.slug = slug
    self.name = name
  }
}
