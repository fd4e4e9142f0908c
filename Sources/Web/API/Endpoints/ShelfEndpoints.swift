import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Search
import Values

/// What surrounds the goods: categories, brands, merchants, regions.
struct ShelfEndpoints: Sendable {
  private let parts: APIParts
  private var contexts: Contexts { parts.contexts }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [categories, brands, merchants, merchant, regions] }

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

private struct RegionAnswer: Encodable, Sendable {
  let code: String
  let name: TextAnswer
  /// Whether an address may name it.
  let isAddressable: Bool
}
