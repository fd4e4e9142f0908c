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

    var isSearch: Bool { if case .search = self { true } else { false } }
    var isMerchant: Bool { if case .merchant = self { true } else { false } }

    var path: String {
      switch self {
      case .search: Addresses.search
      case .category(let category): Addresses.category(category)
      case .merchant(let merchant): Addresses.merchant(merchant)
      }
    }
  }

  let place: Place
  let ask: BrowseAsk
  let tree: CategoryTree
  let brands: [Brand]
  let words: Words
  let fragments: Fragments

  var language: Language { words.language }

  /// The list's address with what is asked for, changed where stated.
  func address(page: Int = 1, _ change: (inout BrowseAsk) -> Void = { _ in }) -> String {
    var changed = ask
    change(&changed)
    return Addresses.with(changed.pairs(page: page), place.path)
  }

  /// This page of the list without filters and sort.
  private var pageOfPlace: String {
    Addresses.with(ask.page > 1 ? [("page", String(ask.page))] : [], place.path)
  }

  private func heading(_ found: SearchResult) -> String {
    switch place {
    case .search where ask.text.isEmpty: words.phrase("browse.all")
    case .search: words.phrase("browse.heading", ["text": Self.searched(ask, found)])
    case .category(let category): category.name[language]
    case .merchant(let merchant): merchant.name[language]
    }
  }

  /// The words that the finds answer.
  private static func searched(_ ask: BrowseAsk, _ found: SearchResult) -> String {
    guard let correction = found.correction, correction.isApplied else { return ask.text }
    return correction.text
  }

  func head(_ found: SearchResult) -> PageFrame.Head {
    var head = PageFrame.Head(title: heading(found), searchText: ask.text)
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
    max(1, min((found.total + BrowseAsk.perPage - 1) / BrowseAsk.perPage, BrowseAsk.lastPage))
  }

  func model(_ found: SearchResult) throws -> Model {
    let filters = BrowseFilterModel(list: self, found: found)
    let chosen = filters.chips()
    let hasChosen = !chosen.isEmpty
    var model: Model = [
      "heading": heading(found), "crumbs": crumbs(found), "filter": try filters.model(), "sorts": sorts(),
      "totalText": words.phrase("count.results", count: found.total), "hasCards": !found.cards.isEmpty,
      "hasChosen": hasChosen, "chosen": chosen, "clearURL": Addresses.with(ask.wordsAlone, place.path),
      "emptyHeading": ask.text.isEmpty || hasChosen
        ? words.phrase("browse.emptyHere") : words.phrase("browse.empty", ["text": ask.text]),
    ]
    if hasChosen { model["chosenCount"] = String(chosen.count) }
    if let correction = correction(found) { model["correction"] = correction }
    let pager = Pager.model(page: ask.page, pages: Self.pages(of: found)) { address(page: $0) }
    if let pager { model["pager"] = pager }
    model["canNarrow"] = found.total > 0 || hasChosen || !ask.priceFrom.isEmpty || !ask.priceTo.isEmpty
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

  /// Words that people ask for much, as ways out of an empty list.
  static func hotWords(_ popular: [String], without text: String = "") -> Model {
    let shown = popular.filter { $0.lowercased() != text.lowercased() }.prefix(8)
    return [
      "hasHotWords": !shown.isEmpty,
      "hotWords": shown.map { word -> Model in
        ["text": word, "address": Addresses.with([("q", word)], Addresses.search)]
      },
    ]
  }

  /// Says of which words the finds are when they aren't those typed, or which others would be worth a try.
  private func correction(_ found: SearchResult) -> Model? {
    guard place.isSearch, let correction = found.correction, !ask.isExact else { return nil }
    let other = words.phrase("search.didYouMean", ["text": correction.text])
    guard correction.isApplied else {
      return ["isApplied": false, "link": other, "address": Addresses.with([("q", correction.text)], place.path)]
    }
    return [
      "isApplied": true, "said": words.phrase("search.showing", ["text": correction.text]),
      "link": words.phrase("search.instead", ["text": ask.text]), "address": address { $0.isExact = true },
    ]
  }

  private func crumbs(_ found: SearchResult) -> [Model] {
    guard case .category(let category) = place else { return [["name": heading(found)]] }
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
        "sortID": "sort-\(sort.rawValue)", "name": words["sort.\(sort.rawValue)"] ?? sort.rawValue,
        "isCurrent": sort == ask.sort,
        "address": address { $0.sort = sort },
      ]
    }
  }
}
