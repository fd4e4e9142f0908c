import Accounts
import Catalog
import Flows
import Foundation
import Hummingbird
import Pages
import Search
import Values

/// `/search/suggest?q=`: what may be meant, while somebody types: a piece of a page that scripts put under the search field.
/// Without any text it is what the visitor searched for lately and what others do.
public struct SuggestRoute: Sendable {
  /// Of each kind at most.
  private static let mostOwn = 3
  private static let mostRecent = 6
  private static let mostWords = 5
  private static let mostGoods = 4

  private let maker: PageMaker

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/search/suggest") { request, context in try await show(request, context) }
  }

  private func show(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let asked = Form(query: request)["q"] ?? ""
    let text = String(asked.unicodeScalars.prefix(SearchQuery.longestText).map(Character.init)).trimmed
    let language = context.visit.language
    let model = SuggestModel(
      text: text, own: try await own(text, context.visit), popular: await popular(text, language),
      found: try await suggestions(text, language), words: maker.frame.words(language))
    return .page(try maker.frame.theme.render("suggest", model.model(), language))
  }

  /// What the visitor searched for that goes like this, the newest first.
  private func own(_ text: String, _ visit: Visit) async throws -> [String] {
    guard let visitor = visit.visitor else { return [] }
    let recent = try await maker.contexts.browsing.recentSearches(of: visitor, limit: 20)
    guard !text.isEmpty else { return Array(recent.prefix(Self.mostRecent)) }
    let alike: String.CompareOptions = [.caseInsensitive, .diacriticInsensitive, .widthInsensitive]
    return Array(recent.filter { $0 != text && $0.range(of: text, options: alike) != nil }.prefix(Self.mostOwn))
  }

  /// A comfort, without which the rest is still worth showing.
  private func popular(_ text: String, _ language: Language) async -> [String] {
    guard !text.isEmpty else { return await maker.parts.hotWords(language) }
    let ledger = maker.contexts.searchLedger
    return (try? await ledger.popular(beginning: text, language: language, limit: Self.mostWords)) ?? []
  }

  private func suggestions(_ text: String, _ language: Language) async throws -> [SuggestModel.Find] {
    guard !text.isEmpty else { return [] }
    let contexts = maker.contexts
    let found = try await contexts.search.suggest(SuggestQuery(text: text, language: language, limit: 14))
    let products = found.compactMap { if case .product(let id) = $0.target { id } else { nil } }
    let cards = try await contexts.search.cards(Array(products.prefix(Self.mostGoods)))
    let card = Dictionary(cards.map { ($0.product, $0) }, uniquingKeysWith: { first, _ in first })
    let tree = try await contexts.catalog.categories().shown
    let brands = Dictionary(
      try await contexts.catalog.brands().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return found.compactMap { suggestion in
      switch suggestion.target {
      case .query: .words(suggestion.text)
      case .category(let id): tree[id].map { .category($0) }
      case .brand(let id): brands[id].map { .brand($0) }
      case .product(let id): card[id].map { .product($0) }
      }
    }
  }
}
