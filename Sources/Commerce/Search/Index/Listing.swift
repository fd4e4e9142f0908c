import Values

/// What a query finds: the first hits in order, how many there are, and the facets.
struct Listing: Sendable {
  let hits: [Hit]
  let total: Int
  /// How many hits come after the place that was asked for; the total when none was.
  let remaining: Int
  let brandFacet: [FacetCount<BrandID>]
  let categoryFacet: [FacetCount<CategoryID>]
}

/// Walks candidates once, filters them, counts them for the facets and keeps the first ones.
struct Tally {
  private let sort: SearchQuery.Sort
  private let filter: Filter
  private let columns: Columns
  private let after: Hit?
  private var leaders: Leaders
  private var total = 0
  private var remaining = 0
  private var brandCounts: [Int32]
  private var categoryCounts: [Int32]

  /// - Parameter most: how many hits to keep in order.
  init(_ query: SearchQuery, _ filter: Filter, _ columns: Columns, most: Int, after: Hit?) {
    sort = query.sort
    self.filter = filter
    self.columns = columns
    self.after = after
    leaders = Leaders(most: most)
    brandCounts = [Int32](repeating: 0, count: columns.brands.count)
    categoryCounts = [Int32](repeating: 0, count: columns.categories.count)
  }

  /// Counts for both facets.
  mutating func visit(_ matches: Matches) {
    // From the newest, which is where most orders begin, so that fewer are sorted in vain.
    for index in matches.numbers.indices.reversed() {
      visit(Int(matches.numbers[index]), score: matches.scores[index])
    }
  }

  mutating func visit(_ number: Int, score: Int32?, countsCategories: Bool = true) {
    guard columns.isListed(number), filter.passesRest(number, columns) else { return }
    let isOfCategory = filter.passesCategory(number, columns)
    let isOfBrand = filter.passesBrand(number, columns)
    if isOfBrand, countsCategories { categoryCounts[Int(columns.category[number])] += 1 }
    guard isOfCategory else { return }
    brandCounts[Int(columns.brand[number])] += 1
    guard isOfBrand else { return }
    total += 1
    let hit = Hit(sort, number, score: score, columns)
    if let after, !after.precedes(hit) { return }
    remaining += 1
    leaders.offer(hit)
  }

  /// Without words: the categories' own shelves are walked where there are any, else every document.
  mutating func visit(_ shelves: Shelves) {
    guard let categories = filter.categories else {
      for number in (0..<columns.count).reversed() { visit(number, score: nil) }
      return
    }
    for (category, isWanted) in categories.enumerated() where isWanted {
      for number in shelves.categories[UInt32(category)].reversed() {
        visit(Int(number), score: nil, countsCategories: false)
      }
    }
    countCategories(shelves)
  }

  /// How many each category would leave, whatever categories are asked for.
  private mutating func countCategories(_ shelves: Shelves) {
    if filter.isOpen, filter.brands == nil {
      categoryCounts = shelves.categories.counts
    } else if let brands = filter.brands {
      for (brand, isWanted) in brands.enumerated() where isWanted {
        for number in shelves.brands[UInt32(brand)] where filter.passesRest(Int(number), columns) {
          categoryCounts[Int(columns.category[Int(number)])] += 1
        }
      }
    } else {
      for number in 0..<columns.count where columns.isListed(number) && filter.passesRest(number, columns) {
        categoryCounts[Int(columns.category[number])] += 1
      }
    }
  }

  mutating func finish() -> Listing {
    Listing(
      hits: leaders.finish(), total: total, remaining: remaining, brandFacet: Self.facet(brandCounts, columns.brands),
      categoryFacet: Self.facet(categoryCounts, columns.categories))
  }

  private static func facet<Tag>(_ counts: [Int32], _ values: Interner<ID<Tag>>) -> [FacetCount<ID<Tag>>] {
    var facet: [FacetCount<ID<Tag>>] = []
    for (number, count) in counts.enumerated() where count > 0 {
      if let value = values[UInt32(number)] { facet.append(FacetCount(value: value, count: Int(count))) }
    }
    return facet.sorted { ($1.count, $0.value) < ($0.count, $1.value) }
  }
}
