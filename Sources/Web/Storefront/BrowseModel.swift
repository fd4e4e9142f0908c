import Catalog
import Merchants
import Pages
import Search
import Values

/// The values of a list of goods, in the names of the `browse` template.
struct BrowseModel {
  enum Place {
    case search
    case category(Catalog.Category)
    case merchant(Merchant)

    var isMerchant: Bool { if case .merchant = self { true } else { false } }

    var path: String {
      switch self {
      case .search: Addresses.search
      case .category(let category): Addresses.category(category)
      case .merchant(let merchant): Addresses.merchant(merchant)
      }
    }
  }

  /// What the address asks for; what can't be read is left out, and a faulty price is said beside its field.
  struct Ask {
    static let perPage = 40
    static let lastPage = 250

    var text: String
    var category: Slug?
    var brands: [Slug]
    var priceFrom: String
    var priceTo: String
    var inStock: Bool
    var sort: SearchQuery.Sort
    var page: Int
    private let path: String
    private let currency: Currency

    /// - Parameters:
    ///   - tree: where `category` must stand; so each list that is kept is one that there is.
    ///   - known: the same for `brand`.
    init(_ query: Form, place: Place, tree: CategoryTree, brands known: [Brand], currency: Currency) {
      text = String((query["q"] ?? "").unicodeScalars.prefix(100).map(Character.init)).trimmed
      category = query["category"].flatMap(Slug.init(rawValue:)).flatMap { tree[$0]?.slug }
      let asked = Set(query.all("brand").prefix(20))
      brands = asked.isEmpty ? [] : known.map(\.slug).filter { asked.contains($0.rawValue) }
      priceFrom = String((query["priceFrom"] ?? "").prefix(20)).trimmed
      priceTo = String((query["priceTo"] ?? "").prefix(20)).trimmed
      inStock = query["inStock"] == "1"
      sort = query["sort"].flatMap(SearchQuery.Sort.init(rawValue:)) ?? .relevance
      // One further than there can be stays one too far.
      page = min(max(query["page"].flatMap { Int($0) } ?? 1, 1), Self.lastPage + 1)
      path = place.path
      self.currency = currency
    }

    var lowest: Money? { priceFrom.isEmpty ? nil : Money(decimalText: priceFrom, currency: currency) }
    var highest: Money? { priceTo.isEmpty ? nil : Money(decimalText: priceTo, currency: currency) }

    /// What people type has no end; only lists without it are worth keeping.
    var isWorthKeeping: Bool { text.isEmpty && priceFrom.isEmpty && priceTo.isEmpty }

    var key: String { Addresses.with(pairs(page: page), path) }

    func pairs(page: Int = 1) -> [(String, String)] {
      var pairs: [(String, String)] = []
      if !text.isEmpty { pairs.append(("q", text)) }
      if let category { pairs.append(("category", category.rawValue)) }
      pairs += brands.map { ("brand", $0.rawValue) }
      if !priceFrom.isEmpty { pairs.append(("priceFrom", priceFrom)) }
      if !priceTo.isEmpty { pairs.append(("priceTo", priceTo)) }
      if inStock { pairs.append(("inStock", "1")) }
      if sort != .relevance { pairs.append(("sort", sort.rawValue)) }
      if page > 1 { pairs.append(("page", String(page))) }
      return pairs
    }

    func query(_ place: Place, tree: CategoryTree, brands all: [Brand], language: Language) -> SearchQuery {
      var query = SearchQuery(
        text: text, language: language, brands: Set(all.filter { brands.contains($0.slug) }.map(\.id)),
        priceFrom: lowest, priceTo: highest, inStockOnly: inStock, sort: sort, limit: Self.perPage, start: .page(page))
      if case .category(let category) = place { query.categories = tree.subtree(of: category.id) }
      if case .merchant(let merchant) = place { query.merchant = merchant.id }
      if let slug = category, let chosen = tree[slug] {
        let below = tree.subtree(of: chosen.id)
        query.categories = query.categories.isEmpty ? below : query.categories.intersection(below)
      }
      return query
    }
  }

  let place: Place
  let ask: Ask
  let tree: CategoryTree
  let brands: [Brand]
  let words: Words
  let fragments: Fragments

  private var language: Language { words.language }

  /// The list's address with what is asked for, changed where stated.
  func address(page: Int = 1, _ change: (inout Ask) -> Void = { _ in }) -> String {
    var changed = ask
    change(&changed)
    return Addresses.with(changed.pairs(page: page), place.path)
  }

  /// This page of the list without filters and sort.
  private var pageOfPlace: String {
    Addresses.with(ask.page > 1 ? [("page", String(ask.page))] : [], place.path)
  }

  private var heading: String {
    switch place {
    case .search: ask.text.isEmpty ? words.phrase("browse.all") : words.phrase("browse.heading", ["text": ask.text])
    case .category(let category): category.name[language]
    case .merchant(let merchant): merchant.name[language]
    }
  }

  func head() -> PageFrame.Head {
    var head = PageFrame.Head(title: heading, searchText: ask.text)
    switch place {
    case .search: break
    case .category(let category):
      head.canonical = pageOfPlace
      head.description = words.phrase("browse.description", ["name": category.name[language]])
      head.currentRoot = tree.path(to: category.id).first?.id
    case .merchant(let merchant):
      head.canonical = pageOfPlace
      head.description = merchant.introduction[language]
    }
    return head
  }

  /// At least one, which may be empty.
  static func pages(of found: SearchResult) -> Int {
    max(1, min((found.total + Ask.perPage - 1) / Ask.perPage, Ask.lastPage))
  }

  func model(_ found: SearchResult) throws -> Model {
    let chosen = chosenChips()
    var model: Model = [
      "heading": heading, "crumbs": crumbs(), "filter": try filter(found), "sorts": sorts(),
      "totalText": words.phrase("count.results", count: found.total), "hasCards": !found.cards.isEmpty,
      "hasChosen": !chosen.isEmpty, "chosen": chosen,
      "clearURL": Addresses.with(ask.text.isEmpty ? [] : [("q", ask.text)], place.path),
      "emptyHeading": ask.text.isEmpty
        ? words.phrase("browse.emptyHere") : words.phrase("browse.empty", ["text": ask.text]),
    ]
    if !chosen.isEmpty { model["chosenCount"] = String(chosen.count) }
    let pager = Pager.model(page: ask.page, pages: Self.pages(of: found)) { address(page: $0) }
    if let pager { model["pager"] = pager }
    model["canNarrow"] = found.total > 0 || !chosen.isEmpty || !ask.priceFrom.isEmpty || !ask.priceTo.isEmpty
    let below = subcategories()
    model["hasSubcategories"] = !below.isEmpty
    model["subcategories"] = below
    if case .merchant(let merchant) = place { model["merchant"] = header(merchant, total: found.total) }
    let roots = tree.roots.prefix(6).map { root -> Model in
      ["text": root.name[language], "address": Addresses.category(root)]
    }
    model["hasSuggestions"] = !roots.isEmpty
    model["suggestions"] = Array(roots)
    return model
  }

  private func crumbs() -> [Model] {
    guard case .category(let category) = place else { return [["name": heading]] }
    return tree.path(to: category.id).map { step in
      step.id == category.id
        ? ["name": step.name[language]] : ["name": step.name[language], "address": Addresses.category(step)]
    }
  }

  private func subcategories() -> [Model] {
    guard case .category(let category) = place else { return [] }
    return tree.children(of: category.id).map { ["address": Addresses.category($0), "name": $0.name[language]] }
  }

  private func header(_ merchant: Merchant, total: Int) -> Model {
    let name = merchant.name[language]
    var model: Model = [
      "name": name, "initial": String(name.prefix(1)), "introduction": merchant.introduction[language],
      "products": words.phrase("count.products", count: total),
      "since": words.phrase("merchant.since", ["date": Format(language).date(merchant.openedAt)]),
      "contactURL": Addresses.letter(to: merchant),
    ]
    if let logo = merchant.logo { model["logo"] = Addresses.media(logo) }
    if !merchant.contact.isEmpty { model["contact"] = merchant.contact }
    return model
  }

  private func sorts() -> [Model] {
    SearchQuery.Sort.allCases.map { sort in
      [
        "name": words["sort.\(sort.rawValue)"] ?? sort.rawValue, "isCurrent": sort == ask.sort,
        "address": address { $0.sort = sort },
      ]
    }
  }

  private func filter(_ found: SearchResult) throws -> Model {
    let named = Dictionary(brands.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let brandRows = try found.brandFacet.prefix(30).compactMap { facet in
      try named[facet.value].map { brand in
        try row("checkbox", "brand", brand.slug, brand.name, facet.count, isChosen: ask.brands.contains(brand.slug))
      }
    }
    // A category's list offers what is below it; its neighbours have the navigation.
    var offered: Set<CategoryID>?
    if case .category(let category) = place { offered = tree.subtree(of: category.id) }
    let facets = found.categoryFacet.filter { offered?.contains($0.value) ?? true }
    let categoryRows = try facets.prefix(30).compactMap { facet in
      try tree[facet.value].map { category in
        try row(
          "radio", "category", category.slug, category.name[language], facet.count,
          isChosen: ask.category == category.slug)
      }
    }
    let from = price(ask.priceFrom, ask.lowest)
    let to = price(ask.priceTo, ask.highest)
    let kept: [Model] = ask.text.isEmpty ? [] : [["name": "q", "value": ask.text]]
    return [
      "action": place.path, "kept": kept,
      "hasCategories": categoryRows.count > 1 || ask.category != nil, "categories": categoryRows.joined(),
      "hasBrands": !brandRows.isEmpty, "brands": brandRows.joined(), "inStock": ask.inStock,
      "sort": ask.sort.rawValue, "priceFrom": from, "priceTo": to,
      "hasFault": from["fault"] != nil || to["fault"] != nil,
    ]
  }

  private func row(
    _ kind: String, _ field: String, _ slug: Slug, _ name: String, _ count: Int, isChosen: Bool
  ) throws -> String {
    try fragments.html("facet", "\(field)/\(slug.rawValue)/\(count)/\(isChosen)/\(name)", language) {
      [
        "kind": kind, "field": field, "value": slug.rawValue, "name": name, "count": String(count),
        "isChosen": isChosen,
      ]
    }
  }

  private func price(_ text: String, _ read: Money?) -> Model {
    var model: Model = ["value": text]
    if !text.isEmpty, read == nil {
      model["fault"] = words.fault(FieldFaults.Fault(field: "price", code: "notANumber"))
    }
    return model
  }

  private func chosenChips() -> [Model] {
    var chips: [Model] = []
    if let slug = ask.category, let category = tree[slug] {
      chips.append(["name": category.name[language], "removeURL": address { $0.category = nil }])
    }
    for slug in ask.brands {
      guard let brand = brands.first(where: { $0.slug == slug }) else { continue }
      chips.append(["name": brand.name, "removeURL": address { $0.brands.removeAll { $0 == slug } }])
    }
    chips += priceChip()
    if ask.inStock {
      chips.append(["name": words.phrase("browse.inStock"), "removeURL": address { $0.inStock = false }])
    }
    return chips
  }

  private func priceChip() -> [Model] {
    let format = Format(language)
    let name =
      switch (ask.lowest.map(format.money), ask.highest.map(format.money)) {
      case (let from?, let to?): words.phrase("browse.priceBetween", ["from": from, "to": to])
      case (let from?, nil): words.phrase("browse.priceFrom", ["price": from])
      case (nil, let to?): words.phrase("browse.priceTo", ["price": to])
      case (nil, nil): ""
      }
    guard !name.isEmpty else { return [] }
    let address = address {
      $0.priceFrom = ""
      $0.priceTo = ""
    }
    return [["name": name, "removeURL": address]]
  }
}

extension String {
  var trimmed: String {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    guard let end = lastIndex(where: { !$0.isWhitespace }), start <= end else { return "" }
    return String(self[start...end])
  }
}
