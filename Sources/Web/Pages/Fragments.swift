import Search
import Values

/// Short pieces that recur from page to page (cards, filter rows), rendered once for as long as they say the same. A list
/// of forty then costs forty look-ups.
public struct Fragments: Sendable {
  private let theme: Theme
  private let kept: PageCache<String>

  /// - Parameter capacity: bytes.
  public init(theme: Theme, capacity: Int = 10 * 1024 * 1024) {
    self.theme = theme
    kept = PageCache(capacity: capacity)
  }

  /// - Parameter content: tells apart all that the template shows, so that other content is another piece.
  public func html(
    _ template: String, _ content: String, _ language: Language, model: () throws -> Model
  ) throws -> String {
    let key = "\(template)/\(language.rawValue)/\(content)"
    return try kept.item(key, topic: .lists, size: { $0.utf8.count + 200 }) {
      try theme.render(template, try model(), language)
    }
  }

  public func cards(_ found: [ProductCard], _ models: CardModels, _ language: Language) throws -> String {
    try found.reduce(into: "") { html, card in
      html += try self.html("card", "\(card.product.raw)/\(card.hashValue)", language) { models.model(card) }
    }
  }
}
