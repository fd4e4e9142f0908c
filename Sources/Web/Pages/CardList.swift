import Search
import Values

/// Lists of cards as finished HTML. A card is rendered once for as long as nothing on it changes, so that a list of forty
/// costs forty look-ups.
public struct CardList: Sendable {
  private static let memoryBytes = 8 * 1024 * 1024

  private let theme: Theme
  private let cards = PageCache<String>(capacity: CardList.memoryBytes)

  public init(theme: Theme) { self.theme = theme }

  public func html(_ found: [ProductCard], _ models: CardModels, _ language: Language) throws -> String {
    var html = ""
    for card in found {
      // What the card says is its key: another price or rating is another card.
      let key = "\(card.product.raw)/\(card.hashValue)/\(language.rawValue)"
      html += try cards.item(key, topic: .product(card.product), size: { $0.utf8.count + 200 }) {
        try theme.render("card", models.model(card), language)
      }
    }
    return html
  }
}
