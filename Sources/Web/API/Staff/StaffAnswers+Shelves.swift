import Catalog
import Flows
import Values

/// A category as staff of the platform see it.
struct StaffCategoryAnswer: Encodable, Sendable {
  let id: String
  let slug: String
  let name: LocalizedText
  @OrNull var parent: String?
  @OrNull var picture: String?
  let isHidden: Bool
  /// Those in it itself, published or not.
  let goods: Int
  let version: Int

  init(_ category: Catalog.Category, goods: Int) {
    id = category.id.description
    slug = category.slug.rawValue
    name = category.name
    _parent = OrNull(wrappedValue: category.parent?.description)
    _picture = OrNull(wrappedValue: category.picture.map { "/media/\($0)" })
    isHidden = category.isHidden
    self.goods = goods
    version = category.version
  }
}

struct RefiledAnswer: Encodable, Sendable {
  let moved: Int
}

struct StaffBrandAnswer: Encodable, Sendable {
  let id: String
  let slug: String
  let name: String
  @OrNull var logo: String?
  /// Published or not.
  let goods: Int
  let version: Int

  init(_ shelved: ShelvedBrand) {
    id = shelved.brand.id.description
    slug = shelved.brand.slug.rawValue
    name = shelved.brand.name
    _logo = OrNull(wrappedValue: shelved.brand.logo.map { "/media/\($0)" })
    goods = shelved.goods
    version = shelved.brand.version
  }
}

struct MergedAnswer: Encodable, Sendable {
  let isMerged: Bool
}
