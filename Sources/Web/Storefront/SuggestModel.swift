import Catalog
import Pages
import Search
import Values

/// The values of the `suggest` template: groups of rows that lead somewhere.
struct SuggestModel {
  enum Find {
    case words(String)
    case category(Catalog.Category)
    case brand(Brand)
    case product(ProductCard)
  }

  private static let mostWords = 5
  private static let mostShelves = 3
  private static let mostHot = 8

  let text: String
  /// What the visitor searched for, and what many do.
  let own: [String]
  let popular: [String]
  let found: [Find]
  let words: Words

  func model() -> Model {
    let groups = [
      group("own", icon: "clock", rows: own.map(row)),
      group(text.isEmpty ? "hot" : "words", icon: "search", rows: completions.map(row)),
      group("shelves", icon: "grid", rows: shelves), group("goods", icon: nil, rows: goods),
    ].compactMap(\.self)
    let count = groups.reduce(0) { $0 + ($1["rows"] as? [Model] ?? []).count }
    return [
      "hasGroups": !groups.isEmpty, "groups": groups, "canForget": text.isEmpty && !own.isEmpty,
      "said": words.phrase("search.offered", count: count),
    ]
  }

  /// What others ask for, then words of the catalogue; none that stands above already.
  private var completions: [String] {
    let offered = popular + found.compactMap { if case .words(let text) = $0 { text } else { nil } }
    var seen = Set(own.map { $0.lowercased() })
    if !text.isEmpty { seen.insert(text.lowercased()) }
    let fresh = offered.filter { seen.insert($0.lowercased()).inserted }
    return Array(fresh.prefix(text.isEmpty ? Self.mostHot : Self.mostWords))
  }

  private var shelves: [Model] {
    found.compactMap { find -> Model? in
      switch find {
      case .category(let category):
        [
          "text": category.name[words.language], "address": Addresses.category(category),
          "note": words["search.inCategories"] ?? "",
        ]
      case .brand(let brand):
        [
          "text": brand.name, "address": Addresses.with([("brand", brand.slug.rawValue)], Addresses.search),
          "note": words["search.inBrands"] ?? "",
        ]
      case .words, .product: nil
      }
    }
    .prefix(Self.mostShelves).map(\.self)
  }

  private var goods: [Model] {
    let format = Format(words.language)
    return found.compactMap { find -> Model? in
      guard case .product(let card) = find else { return nil }
      var row: Model = [
        "text": card.title[words.language], "address": Addresses.product(card.product, card.handle),
        "picture": Addresses.picture(card.picture, of: card.product),
      ]
      if let price = card.figures.price {
        let text = format.money(price)
        row["price"] = card.figures.hasPriceRange ? words.phrase("price.from", ["price": text]) : text
      }
      return row
    }
  }

  private func row(_ text: String) -> Model {
    ["text": text, "address": Addresses.with([("q", text)], Addresses.search), "isWords": true]
  }

  private func group(_ kind: String, icon: String?, rows: [Model]) -> Model? {
    guard !rows.isEmpty else { return nil }
    var group: Model = ["kind": kind, "name": words["search.\(kind)"] ?? "", "rows": rows]
    if let icon { group["icon"] = icon }
    return group
  }
}
