import Accounts
import Catalog
import Flows
import Hummingbird
import Pages
import Search
import Values

/// How a question may go on while it is typed.
struct SuggestionEndpoints: Sendable {
  private static let most = 12

  private let parts: APIParts
  private var contexts: Contexts { parts.contexts }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [suggestions] }

  private var suggestions: Endpoint {
    let description = APIDescription(
      .get, "/suggestions", .catalogue,
      "How a question may go on: what others ask, words of the catalogue, categories, brands and products, the best of "
        + "each first. Without text, what is asked for most", with: "SuggestionList"
    ).query("q", .text, "The beginning of a question.").query("lang", .choice(["en", "zh-Hans"]), "The language.")
    return Endpoint(description) { call in
      let text = String((call.query["q"] ?? "").prefix(SearchQuery.longestText))
      let language = call.visit.language
      let words = Wording(language: language)
      let popular = await popular(text, language)
      var seen: Set<String> = []
      var items = popular.filter { seen.insert($0.lowercased()).inserted }.map(SuggestionAnswer.init(words:))
      guard !text.isEmpty else { return try Answer.shared(ListAnswer(items: items)) }
      let query = SuggestQuery(text: text, language: language, limit: Self.most)
      for suggestion in try await shown(try await contexts.search.suggest(query), words) {
        if suggestion.kind != .query || seen.insert(suggestion.text.lowercased()).inserted {
          items.append(suggestion)
        }
      }
      return try Answer.shared(ListAnswer(items: items))
    }
  }

  /// A comfort, without which the rest is still worth answering.
  private func popular(_ text: String, _ language: Language) async -> [String] {
    let ledger = contexts.searchLedger
    if text.isEmpty { return Array(((try? await ledger.popular(language: language)) ?? []).prefix(Self.most)) }
    return (try? await ledger.popular(beginning: text, language: language, limit: 5)) ?? []
  }

  private func shown(_ found: [Suggestion], _ words: Wording) async throws -> [SuggestionAnswer] {
    let products = found.compactMap { if case .product(let id) = $0.target { id } else { nil } }
    let cards = Dictionary(
      try await contexts.search.cards(products).map { ($0.product, $0) }, uniquingKeysWith: { first, _ in first })
    let tree = try await contexts.catalog.categories().shown
    let brands = Dictionary(
      try await contexts.catalog.brands().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return found.compactMap { suggestion in
      switch suggestion.target {
      case .query: SuggestionAnswer(words: suggestion.text)
      case .category(let id):
        tree[id].map {
          SuggestionAnswer(suggestion.text, Addresses.category($0), .category, id: "\(id)")
        }
      case .brand(let id):
        brands[id].map {
          SuggestionAnswer(
            suggestion.text, Addresses.with([("brand", $0.slug.rawValue)], Addresses.search), .brand, id: "\(id)")
        }
      case .product(let id): cards[id].map { SuggestionAnswer($0, suggestion.text, words) }
      }
    }
  }
}

private struct SuggestionAnswer: Encodable, Sendable {
  enum Kind: String, Encodable, Sendable { case query, category, brand, product }

  let text: String
  let address: String
  let kind: Kind
  @OrNull var id: String?
  @OrNull var picture: PictureAnswer?
  @OrNull var price: MoneyAnswer?

  init(_ text: String, _ address: String, _ kind: Kind, id: String?) {
    self.text = text
    self.address = address
    self.kind = kind
    _id = OrNull(wrappedValue: id)
    _picture = OrNull(wrappedValue: nil)
    _price = OrNull(wrappedValue: nil)
  }

  init(words text: String) {
    self.init(text, Addresses.with([("q", text)], Addresses.search), .query, id: nil)
  }

  init(_ card: ProductCard, _ text: String, _ words: Wording) {
    self.init(text, Addresses.product(card.product, card.handle), .product, id: card.product.description)
    _picture = OrNull(
      wrappedValue: PictureAnswer(card.picture, of: card.product, title: card.title, words))
    _price = OrNull(wrappedValue: card.figures.price.map(MoneyAnswer.init))
  }
}
