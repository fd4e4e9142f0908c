import Catalog
import Flows
import Merchants
import Search
import Values

/// Cards of products as the theme's `card` shows them.
public struct CardModels: Sendable {
  private let words: Words
  private let format: Format
  private let merchants: [MerchantID: Merchant]

  public init(words: Words, merchants: [Merchant]) {
    self.words = words
    format = Format(words.language)
    self.merchants = Dictionary(merchants.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public func model(_ card: ProductCard) -> Model {
    let figures = card.figures
    let picture = Addresses.picture(card.picture, of: card.product)
    let title = card.title[words.language]
    let alternative = card.picture?.alternative[words.language] ?? ""
    var model: Model = [
      "address": Addresses.product(card.product, card.handle), "title": title, "inStock": figures.inStock,
      "picture": ["small": picture, "large": picture, "alt": alternative.isEmpty ? title : alternative] as Model,
    ]
    if let price = figures.price {
      let text = format.money(price)
      model["price"] = figures.hasPriceRange ? words.phrase("price.from", ["price": text]) : text
      if let list = figures.listPrice, list.currency == price.currency, list > price {
        model["listPrice"] = format.money(list)
        model["saving"] = words.saving(from: list, to: price)
      }
    }
    if figures.reviewCount > 0 { model["rating"] = ["value": Self.stars(figures.ratingTenths)] as Model }
    if figures.sold > 0 { model["sold"] = words.phrase("product.sold", count: figures.sold) }
    if let merchant = merchants[card.merchant] { model["merchantName"] = merchant.name[words.language] }
    return model
  }

  public static func stars(_ tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)" }
}

extension Words {
  /// How much less is paid, in whole per cent; nil below one.
  public func saving(from list: Money, to sale: Money) -> String? {
    guard list.minor > 0, list.minor > sale.minor else { return nil }
    let percent = Int((list.minor - sale.minor) * 100 / list.minor)
    return percent > 0 ? phrase("product.saving", ["percent": String(percent)]) : nil
  }
}
