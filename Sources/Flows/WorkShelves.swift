import Accounts
import Catalog
import Files
import Values

/// What staff of the platform do with categories and brands; staff of a merchant don't touch them.
public struct WorkShelves: Sendable {
  /// Goods that change their shelf in one transaction.
  private static let batch = 200
  /// Batches of one request: what is left is moved by asking again.
  private static let batches = 25

  private let contexts: Contexts
  private let files: any FileStore
  private var shelves: any ShelfService { contexts.shelves }

  public init(_ contexts: Contexts, files: any FileStore) {
    self.contexts = contexts
    self.files = files
  }

  public static func opens(to staff: Staff) -> Bool { staff.merchant == nil && staff.rights.contains(.catalogEdit) }

  /// Throws `StaffRefusal.notAllowed`.
  public func expect(_ staff: Staff) throws {
    guard Self.opens(to: staff) else { throw StaffRefusal.notAllowed(.catalogEdit) }
  }

  // MARK: Categories

  public func tree(for staff: Staff) async throws -> (tree: CategoryTree, goods: [CategoryID: Int]) {
    try expect(staff)
    return (try await contexts.catalog.categories(), try await shelves.goodsPerCategory())
  }

  /// Throws `CatalogRefusal.unknownCategory`.
  public func category(_ id: CategoryID, for staff: Staff) async throws -> Catalog.Category {
    try expect(staff)
    guard let category = try await contexts.catalog.categories()[id] else { throw CatalogRefusal.unknownCategory }
    return category
  }

  public func add(_ face: CategoryFace, below parent: CategoryID?, by staff: Staff) async throws -> Catalog.Category {
    try expect(staff)
    return try await shelves.addCategory(face, below: parent, by: .staff(staff.id))
  }

  public func change(
    _ id: CategoryID, to face: CategoryFace, version: Int, by staff: Staff
  ) async throws -> Catalog.Category {
    try expect(staff)
    return try await shelves.change(id, to: face, version: version, by: .staff(staff.id))
  }

  public func move(_ id: CategoryID, to place: CategoryPlace, by staff: Staff) async throws {
    try expect(staff)
    try await shelves.move(id, to: place, by: .staff(staff.id))
  }

  /// One step among its neighbours; nothing where there is no such step.
  public func move(_ id: CategoryID, _ step: CategoryStep, by staff: Staff) async throws {
    try expect(staff)
    let tree = try await contexts.catalog.categories()
    guard tree[id] != nil else { throw CatalogRefusal.unknownCategory }
    guard let place = step.place(of: id, in: tree) else { return }
    try await shelves.move(id, to: place, by: .staff(staff.id))
  }

  public func removeCategory(_ id: CategoryID, by staff: Staff) async throws {
    try expect(staff)
    try await shelves.removeCategory(id, by: .staff(staff.id))
  }

  /// Moves the goods of a category into another. Answers how many; what is added meanwhile, or is more than 5,000, stays for
  /// the next time.
  public func refile(from category: CategoryID, to other: CategoryID, by staff: Staff) async throws -> Int {
    try expect(staff)
    var moved = 0
    for _ in 0..<Self.batches {
      let count = try await shelves.refile(from: category, to: other, limit: Self.batch, by: .staff(staff.id))
      moved += count
      if count < Self.batch { break }
    }
    return moved
  }

  // MARK: Brands

  public func brands(named text: String?, _ page: PageRequest, for staff: Staff) async throws -> Page<ShelvedBrand> {
    try expect(staff)
    let brands = try await shelves.brands(named: text, page)
    let goods = try await shelves.goods(of: brands.items.map(\.id))
    return brands.map { ShelvedBrand(brand: $0, goods: goods[$0.id] ?? 0) }
  }

  /// Throws `CatalogRefusal.unknownBrand`.
  public func brand(_ id: BrandID, for staff: Staff) async throws -> ShelvedBrand {
    try expect(staff)
    guard let brand = try await shelves.brand(id) else { throw CatalogRefusal.unknownBrand }
    return ShelvedBrand(brand: brand, goods: try await shelves.goods(of: [id])[id] ?? 0)
  }

  public func add(_ face: BrandFace, by staff: Staff) async throws -> Brand {
    try expect(staff)
    return try await shelves.addBrand(face, by: .staff(staff.id))
  }

  public func change(_ id: BrandID, to face: BrandFace, version: Int, by staff: Staff) async throws -> Brand {
    try expect(staff)
    return try await shelves.change(id, to: face, version: version, by: .staff(staff.id))
  }

  /// Answers whether the brand became part of the other; one with more than 5,000 goods takes several times.
  public func merge(_ brand: BrandID, intoBrandNamed name: String, by staff: Staff) async throws -> Bool {
    try expect(staff)
    let wanted = name.lowercased()
    guard let other = try await contexts.catalog.brands().first(where: { $0.name.lowercased() == wanted }) else {
      throw FieldFaults(field: "into", code: name.isEmpty ? "missing" : "unknown")
    }
    return try await merge(brand, into: other.id, by: staff)
  }

  /// The same with one that is named by its identifier. Throws `FieldFaults` for `into`.
  public func merge(_ brand: BrandID, into other: BrandID, by staff: Staff) async throws -> Bool {
    try expect(staff)
    guard try await shelves.brand(other) != nil else { throw FieldFaults(field: "into", code: "unknown") }
    for _ in 0..<Self.batches {
      if try await shelves.merge(brand, into: other, limit: Self.batch, by: .staff(staff.id)) { return true }
    }
    return false
  }

  public func removeBrand(_ id: BrandID, by staff: Staff) async throws {
    try expect(staff)
    try await shelves.removeBrand(id, by: .staff(staff.id))
  }

  // MARK: Pictures

  /// Keeps a picture that was sent. Throws `PictureRefusal` for what isn't one or is too large.
  public func keep(_ bytes: [UInt8], by staff: Staff) async throws -> FileKey {
    try expect(staff)
    let (clean, kind) = try UploadPolicy.pictures.taken(bytes)
    return try await files.put(clean, fileExtension: kind.fileExtension)
  }
}

/// A brand with how many goods it has.
public struct ShelvedBrand: Hashable, Sendable {
  public let brand: Brand
  public let goods: Int
}

/// A step of a category through the tree.
public enum CategoryStep: String, CaseIterable, Sendable {
  case up, down
  /// Below the one before it.
  case inwards = "in"
  /// Beside the one that it is below.
  case outwards = "out"

  /// Nil where there is no such step.
  public func place(of id: CategoryID, in tree: CategoryTree) -> CategoryPlace? {
    let parent = tree[id]?.parent
    let siblings = parent.map { tree.children(of: $0) } ?? tree.roots
    guard let index = siblings.firstIndex(where: { $0.id == id }) else { return nil }
    switch self {
    case .up: return index > 0 ? CategoryPlace(below: parent, before: siblings[index - 1].id) : nil
    case .down:
      guard index + 1 < siblings.count else { return nil }
      return CategoryPlace(below: parent, before: index + 2 < siblings.count ? siblings[index + 2].id : nil)
    case .inwards: return index > 0 ? CategoryPlace(below: siblings[index - 1].id) : nil
    case .outwards:
      guard let parent, let above = tree[parent] else { return nil }
      let uncles = above.parent.map { tree.children(of: $0) } ?? tree.roots
      let place = uncles.firstIndex { $0.id == parent }.map { $0 + 1 } ?? uncles.count
      return CategoryPlace(below: above.parent, before: place < uncles.count ? uncles[place].id : nil)
    }
  }
}
