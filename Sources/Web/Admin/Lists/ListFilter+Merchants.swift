import Merchants
import Pages
import Values

extension ListFilter {
  /// One merchant among those whose rows a list has, for staff of the platform; those of a merchant see its rows alone.
  /// - Parameters:
  ///   - name: another one where the form beside the list has a field with the id of the usual one.
  ///   - value: what names a merchant in the address; its slug, unless addresses that were kept say otherwise.
  static func merchants(
    _ merchants: [Merchant], name: String = "merchant", word: String = "stock.merchant", _ words: Words,
    value: (Merchant) -> String = { $0.slug.rawValue }
  ) -> ListFilter {
    ListFilter(
      name: name, word: word, kind: .choice(merchants.map(value)),
      names: Dictionary(
        merchants.map { (value($0), $0.name[words.language]) }, uniquingKeysWith: { first, _ in first }))
  }
}

extension ListQuery {
  /// The merchant that `ListFilter.merchants` was set to by its slug; nil for all.
  func merchant(_ name: String = "merchant", among merchants: [Merchant]) -> MerchantID? {
    text(name).flatMap { slug in merchants.first { $0.slug.rawValue == slug }?.id }
  }
}
