import Catalog
import Pages
import Search
import Values

/// What a list can be narrowed by, with what is left then, and the chips of what it is narrowed by.
struct BrowseFilterModel {
  /// Rows of one filter, and how many of them stand there before the rest is folded away.
  private static let mostRows = 30
  private static let openRows = 8

  let list: BrowseModel
  let found: SearchResult

  private var ask: BrowseAsk { list.ask }
  private var words: Words { list.words }
  private var language: Language { list.language }

  // MARK: Filters

  func model() throws -> Model {
    let from = price(ask.priceFrom, ask.lowest)
    let to = price(ask.priceTo, ask.highest)
    var facets = [try categories(), try brands()].compactMap(\.self)
    facets += try found.attributeFacets.compactMap(attribute)
    if let rating = try rating() { facets.append(rating) }
    return [
      "action": list.place.path, "kept": kept(), "hasFacets": !facets.isEmpty, "facets": facets,
      "inStock": ask.inStock, "sort": ask.sort.rawValue, "priceFrom": from, "priceTo": to,
      "hasFault": from["fault"] != nil || to["fault"] != nil,
    ]
  }

  /// What the form must send along although it shows no field for it.
  private func kept() -> [Model] {
    var kept = ask.wordsAlone
    let shown = Dictionary(
      found.attributeFacets.map { ($0.attribute, Set($0.values.map(\.value))) }, uniquingKeysWith: { $0.union($1) })
    for (attribute, values) in ask.attributes.sorted(by: { $0.key < $1.key }) {
      let hidden = values.filter { shown[attribute]?.contains($0) != true }
      kept += hidden.map { (BrowseAsk.attributePrefix + attribute, $0) }
    }
    return kept.map { ["name": $0.0, "value": $0.1] }
  }

  private func categories() throws -> Model? {
    // A category's list offers what is below it; its neighbours have the navigation.
    var offered: Set<CategoryID>?
    if case .category(let category) = list.place {
      offered = list.tree.subtree(of: category.id).subtracting([category.id])
    }
    let counted = list.tree.gathered(found.categoryFacet.map { ($0.value, $0.count) })
    var rows = counted.filter { offered?.contains($0.category.id) ?? true }.map { category, count in
      Row(
        kind: "radio", field: "category", value: category.slug.rawValue, name: category.name[language],
        count: count, isChosen: ask.category == category.slug)
    }
    if let slug = ask.category, !rows.contains(where: \.isChosen), let category = list.tree[slug] {
      rows.append(.gone("radio", "category", slug.rawValue, category.name[language]))
    }
    guard rows.count > 1 || ask.category != nil else { return nil }
    if ask.category != nil { rows.insert(.off("category", words["browse.allCategories"] ?? ""), at: 0) }
    return try facet("category", words["browse.category"] ?? "", rows)
  }

  private func brands() throws -> Model? {
    let named = Dictionary(list.brands.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var rows = found.brandFacet.compactMap { facet in
      named[facet.value].map { brand in
        Row(
          kind: "checkbox", field: "brand", value: brand.slug.rawValue, name: brand.name, count: facet.count,
          isChosen: ask.brands.contains(brand.slug))
      }
    }
    let shown = Set(rows.map(\.value))
    rows += list.brands.filter { ask.brands.contains($0.slug) && !shown.contains($0.slug.rawValue) }.map {
      Row.gone("checkbox", "brand", $0.slug.rawValue, $0.name)
    }
    return rows.isEmpty ? nil : try facet("brand", words["browse.brand"] ?? "", rows)
  }

  private func attribute(_ attribute: AttributeFacet) throws -> Model? {
    let chosen = Set(ask.attributes[attribute.attribute] ?? [])
    guard attribute.values.count > 1 || !chosen.isEmpty else { return nil }
    let field = BrowseAsk.attributePrefix + attribute.attribute
    let rows = attribute.values.map { value in
      Row(
        kind: "checkbox", field: field, value: value.value, name: value.label[language], count: value.count,
        isChosen: chosen.contains(value.value))
    }
    return try facet(field, attribute.name[language], rows)
  }

  private func rating() throws -> Model? {
    var rows = BrowseAsk.ratings.compactMap { tenths -> Row? in
      let count = found.ratingFacet.first { $0.value == tenths }?.count ?? 0
      guard count > 0 || ask.rating == tenths else { return nil }
      return Row(
        kind: "radio", field: "rating", value: String(tenths), name: words.phrase("browse.stars", count: tenths / 10),
        count: count, isChosen: ask.rating == tenths)
    }
    guard !rows.isEmpty else { return nil }
    if ask.rating != nil { rows.insert(.off("rating", words["browse.anyRating"] ?? ""), at: 0) }
    return try facet("rating", words["browse.rating"] ?? "", rows)
  }

  private struct Row {
    let kind: String
    let field: String
    let value: String
    let name: String
    /// Nil for the row that takes the filter off.
    let count: Int?
    let isChosen: Bool

    static func off(_ field: String, _ name: String) -> Row {
      Row(kind: "radio", field: field, value: "", name: name, count: nil, isChosen: false)
    }

    /// What is chosen although nothing is left of it: the form keeps it until it is taken off.
    static func gone(_ kind: String, _ field: String, _ value: String, _ name: String) -> Row {
      Row(kind: kind, field: field, value: value, name: name, count: 0, isChosen: true)
    }
  }

  private func facet(_ field: String, _ name: String, _ rows: [Row]) throws -> Model {
    let rows = Array(rows.prefix(Self.mostRows)) + rows.dropFirst(Self.mostRows).filter(\.isChosen)
    // Two rows aren't worth a fold.
    let open = rows.count <= Self.openRows + 2 ? rows.count : Self.openRows
    var facet: Model = ["field": field, "name": name, "rows": try rows.prefix(open).map(html).joined()]
    let folded = rows.dropFirst(open)
    if !folded.isEmpty {
      facet["more"] =
        [
          "rows": try folded.map(html).joined(), "isOpen": folded.contains(where: \.isChosen),
          "text": words.phrase("browse.more", count: folded.count),
        ] as Model
    }
    return facet
  }

  private func html(_ row: Row) throws -> String {
    let count = row.count.map(String.init)
    let content = "\(row.kind)/\(row.field)/\(row.value)/\(count ?? "")/\(row.isChosen)/\(row.name)"
    return try list.fragments.html("facet", content, language) {
      var model: Model = [
        "kind": row.kind, "field": row.field, "value": row.value, "name": row.name, "isChosen": row.isChosen,
        "id": row.value.isEmpty ? "\(row.field)-any" : "\(row.field)-\(row.value)",
      ]
      if let count { model["count"] = count }
      return model
    }
  }

  private func price(_ text: String, _ read: Money?) -> Model {
    var model: Model = ["value": text]
    if !text.isEmpty, read == nil {
      model["fault"] = words.fault(FieldFaults.Fault(field: "price", code: "notANumber"))
    }
    return model
  }

  // MARK: Chips

  /// What the list is narrowed by, each with the address of the list without it.
  func chips() -> [Model] {
    var chips: [Model] = []
    func add(_ id: String, _ name: String, without change: (inout BrowseAsk) -> Void) {
      chips.append(["chipID": "chip-\(id)", "name": name, "removeURL": list.address(change)])
    }
    if let slug = ask.category, let category = list.tree[slug] {
      add("category", category.name[language]) { $0.category = nil }
    }
    for slug in ask.brands {
      guard let brand = list.brands.first(where: { $0.slug == slug }) else { continue }
      add("brand-\(slug.rawValue)", brand.name) { $0.brands.removeAll { $0 == slug } }
    }
    for (attribute, values) in ask.attributes.sorted(by: { $0.key < $1.key }) {
      for value in values {
        add("\(BrowseAsk.attributePrefix)\(attribute)-\(value)", label(of: value, attribute)) { ask in
          ask.attributes[attribute]?.removeAll { $0 == value }
          if ask.attributes[attribute]?.isEmpty == true { ask.attributes[attribute] = nil }
        }
      }
    }
    if let name = priceName() {
      add("price", name) { ask in
        ask.priceFrom = ""
        ask.priceTo = ""
      }
    }
    if let rating = ask.rating {
      add("rating", words.phrase("browse.stars", count: rating / 10)) { $0.rating = nil }
    }
    if ask.inStock { add("inStock", words.phrase("browse.inStock")) { $0.inStock = false } }
    return chips
  }

  /// As the goods say it; where none are left that could, by the key.
  private func label(of value: String, _ attribute: String) -> String {
    guard let facet = found.attributeFacets.first(where: { $0.attribute == attribute }) else {
      return words.pair(Self.plain(attribute), Self.plain(value))
    }
    let label = facet.values.first { $0.value == value }?.label[language]
    return words.pair(facet.name[language], label ?? Self.plain(value))
  }

  private static func plain(_ key: String) -> String { key.replacing("-", with: " ") }

  private func priceName() -> String? {
    let format = Format(language)
    return switch (ask.lowest.map(format.money), ask.highest.map(format.money)) {
    case (let from?, let to?): words.phrase("browse.priceBetween", ["from": from, "to": to])
    case (let from?, nil): words.phrase("browse.priceFrom", ["price": from])
    case (nil, let to?): words.phrase("browse.priceTo", ["price": to])
    case (nil, nil): nil
    }
  }
}
