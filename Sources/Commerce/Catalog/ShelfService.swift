import Values

/// The shelves that goods stand on, categories and brands, as staff of the platform arrange them. What changes is told
/// and noted.
public protocol ShelfService: Sendable {
  /// How many goods lie in each category itself, published or not; those without any are left out.
  func goodsPerCategory() async throws -> [CategoryID: Int]
  /// Makes a category, the last of those below `parent`; its address is made of its name. Throws `FieldFaults`: `nameEn`,
  /// `nameZh`, and `parent` with `unknown`, `tooDeep` (16 levels) or `tooMany` (10,000 categories).
  func addCategory(_ face: CategoryFace, below parent: CategoryID?, by actor: Actor) async throws -> Category
  /// What a category is called and looks like; its address stays, since others link to it. Throws `FieldFaults` for
  /// `nameEn` and `nameZh`, `CatalogRefusal.unknownCategory`, and `.shelfChanged` when its version is another by now.
  func change(
    _ category: CategoryID, to face: CategoryFace, version: Int, by actor: Actor
  ) async throws -> Category
  /// Throws `CatalogRefusal.unknownCategory`, and `FieldFaults` for `parent`: `unknown`, `circular` or `tooDeep`.
  func move(_ category: CategoryID, to place: CategoryPlace, by actor: Actor) async throws
  /// Throws `CatalogRefusal.unknownCategory`, and `.shelfInUse` while goods or categories are in it.
  func removeCategory(_ category: CategoryID, by actor: Actor) async throws
  /// Moves goods of a category into another, at most so many (1…500) at once. Answers how many; fewer than the limit
  /// when none are left. Throws `CatalogRefusal.unknownCategory`, and `FieldFaults` for `to` when both are one.
  func refile(
    from category: CategoryID, to other: CategoryID, limit: Int, by actor: Actor
  ) async throws -> Int

  /// By name. The text is looked for anywhere in names, without case.
  func brands(named text: String?, _ page: PageRequest) async throws -> Page<Brand>
  func brand(_ id: BrandID) async throws -> Brand?
  /// How many goods each of these brands has, published or not; those without any are left out.
  func goods(of brands: [BrandID]) async throws -> [BrandID: Int]
  /// Throws `FieldFaults` for `name`: `taken` (compared without case), `tooMany` (50,000 brands).
  func addBrand(_ face: BrandFace, by actor: Actor) async throws -> Brand
  /// Throws `FieldFaults` for `name`, `CatalogRefusal.unknownBrand`, `.shelfChanged`.
  func change(_ brand: BrandID, to face: BrandFace, version: Int, by actor: Actor) async throws -> Brand
  /// Tells `ProductsChanged` of all goods of brands that were renamed, where whoever renamed them didn't come to an end.
  /// - Returns: how many brands.
  func tellRenamedBrands(limit: Int) async throws -> Int
  /// Brings goods of a brand to another, at most so many (1…500) at once, and takes the brand away with the last of them.
  /// Answers whether it is gone. Throws `CatalogRefusal.unknownBrand`, and `FieldFaults` for `into` when both are one.
  func merge(_ brand: BrandID, into other: BrandID, limit: Int, by actor: Actor) async throws -> Bool
  /// Throws `CatalogRefusal.unknownBrand`, and `.shelfInUse` while it has goods.
  func removeBrand(_ brand: BrandID, by actor: Actor) async throws
}

/// What a category is called and looks like.
public struct CategoryFace: Hashable, Sendable {
  /// Up to 100 characters in each language, in one of them at least.
  public var name: LocalizedText
  public var picture: FileKey?
  public var isHidden: Bool

  public init(name: LocalizedText, picture: FileKey? = nil, isHidden: Bool = false) {
    self.name = name
    self.picture = picture
    self.isHidden = isHidden
  }
}

public struct CategoryPlace: Hashable, Sendable {
  /// Nil on top.
  public var parent: CategoryID?
  /// Nil after all that are there; one that lies elsewhere counts as none.
  public var before: CategoryID?

  public init(below parent: CategoryID?, before: CategoryID? = nil) {
    self.parent = parent
    self.before = before
  }
}

public struct BrandFace: Hashable, Sendable {
  /// 1…100 characters.
  public var name: String
  public var logo: FileKey?

  public init(name: String, logo: FileKey? = nil) {
    self.name = name
    self.logo = logo
  }
}
