import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Search
import Values

/// What surrounds the goods: categories, brands, merchants, suggestions, regions.
struct ShelfEndpoints: Sendable {
  private let parts: APIParts
  private var contexts: Contexts { parts.contexts }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [categories, brands, merchants, merchant, suggestions, regions] }

  private var categories: Endpoint {
    Endpoint(
      APIDescription(.get, "/categories", .catalogue, "All categories, in the shop's order", with: "CategoryList")
        .worded()
    ) { call in
      let words = call.words
      return try Answer.shared(
        ListAnswer(items: try await contexts.catalog.categories().shown.all.map { CategoryAnswer($0, words) }))
    }
  }

  private var brands: Endpoint {
    Endpoint(APIDescription(.get, "/brands", .catalogue, "All brands", with: "BrandList")) { _ in
      try Answer.shared(ListAnswer(items: try await contexts.catalog.brands().map { NamedAnswer($0) }))
    }
  }

  private var merchants: Endpoint {
    Endpoint(
      APIDescription(.get, "/merchants", .catalogue, "All merchants, the oldest first", with: "MerchantList").worded()
    ) { call in
      let words = call.words
      return try Answer.shared(
        ListAnswer(items: try await contexts.merchants.openMerchants().map { MerchantAnswer($0, words) }))
    }
  }

  private var merchant: Endpoint {
    Endpoint(
      APIDescription(.get, "/merchants/{slug}", .catalogue, "One merchant", with: "Merchant").worded()
        .refusing("unknownMerchant")
    ) { call in
      guard let slug = Slug(rawValue: call.parameter("slug")),
        let merchant = try await contexts.merchants.merchant(slug: slug), merchant.isOpen
      else { throw APIRefusal.unknownMerchant }
      return try Answer.shared(MerchantAnswer(merchant, call.words))
    }
  }

  private var suggestions: Endpoint {
    let description = APIDescription(
      .get, "/suggestions", .catalogue, "How a question may go on, best first", with: "SuggestionList"
    ).query("q", .text, "The beginning of a question.").query("lang", .choice(["en", "zh-Hans"]), "The language.")
    return Endpoint(description) { call in
      let text = String((call.query["q"] ?? "").prefix(100))
      let found = try await contexts.search.suggest(text, language: call.visit.language, limit: 10)
      let cards = try await contexts.search.cards(found.compactMap(\.product))
      let handles = Dictionary(cards.map { ($0.product, $0.handle) }, uniquingKeysWith: { first, _ in first })
      let items = found.compactMap { suggestion -> SuggestionAnswer? in
        guard let product = suggestion.product else {
          return SuggestionAnswer(
            text: suggestion.text, address: Addresses.with([("q", suggestion.text)], Addresses.search))
        }
        return handles[product].map {
          SuggestionAnswer(text: suggestion.text, address: Addresses.product(product, $0))
        }
      }
      return try Answer.shared(ListAnswer(items: items))
    }
  }

  private var regions: Endpoint {
    let description = APIDescription(
      .get, "/regions", .catalogue, "The parts of a province or city; the provinces where no parent is given",
      with: "RegionList"
    ).query("parent", .text(pattern: "^[0-9]{6}$"), "The code of a region.").worded().refusing("invalidInput")
    return Endpoint(description) { call in
      var parent: RegionCode?
      if let text = call.query["parent"], !text.isEmpty {
        guard let code = RegionCode(rawValue: text), parts.regions.region(code) != nil else {
          throw FieldFaults(field: "parent", code: "unknown")
        }
        parent = code
      }
      let words = call.words
      return try Answer.shared(
        ListAnswer(
          items: parts.regions.children(of: parent).map { region in
            RegionAnswer(
              code: region.code.rawValue, name: words(region.name),
              isAddressable: parts.regions.isAddressable(region.code))
          }))
    }
  }
}

private struct SuggestionAnswer: Encodable, Sendable {
  let text: String
  let address: String
}

private struct RegionAnswer: Encodable, Sendable {
  let code: String
  let name: TextAnswer
  /// Whether an address may name it.
  let isAddressable: Bool
}
