import Storage
import Synchronization
import Values

extension StoredSearch {
  public func search(_ query: SearchQuery) async throws -> SearchResult {
    let limit = min(max(query.limit, 1), 100)
    let (page, figures, next) = find(query, limit: limit)
    return SearchResult(
      cards: try await cards(figures), total: page.total, next: next, brandFacet: page.brandFacet,
      categoryFacet: page.categoryFacet)
  }

  /// The part that needs no storage.
  private func find(_ query: SearchQuery, limit: Int) -> (Listing, [ProductFigures], Cursor?) {
    let snapshot = state.withLock { $0 }
    var offset = 0
    var after: Hit?
    switch query.start {
    case .page(let page): offset = (min(max(page, 1), 1_000_000) - 1) * limit
    case .after(let cursor): after = Hit(cursor, query.sort)
    }
    let terms = QueryTerm.terms(of: query.text)
    let listing: Listing
    if terms.isEmpty, Self.saysSomething(query.text) {
      listing = Listing(hits: [], total: 0, remaining: 0, brandFacet: [], categoryFacet: [])
    } else if terms.isEmpty, after == nil {
      listing = keptListing(query, snapshot, most: min(offset, snapshot.columns.count) + limit)
    } else {
      listing = self.listing(
        query, snapshot, terms: terms, most: min(offset, snapshot.columns.count) + limit, after: after)
    }
    let hits = listing.hits.dropFirst(offset).prefix(limit)
    let hasMore = listing.remaining > offset + hits.count
    let next = hasMore ? hits.last?.cursor(query.sort) : nil
    return (listing, hits.map { snapshot.columns.figures(Int($0.number)) }, next)
  }

  /// True for text that has characters but no words, such as `!?`, which finds nothing rather than everything.
  private static func saysSomething(_ text: String) -> Bool {
    text.unicodeScalars.prefix(QueryTerm.longestQuery).contains { !$0.properties.isWhitespace }
  }

  private func listing(
    _ query: SearchQuery, _ snapshot: IndexState, terms: [QueryTerm], most: Int, after: Hit?
  ) -> Listing {
    var tally = Tally(query, Filter(query, snapshot.columns), snapshot.columns, most: most, after: after)
    if terms.isEmpty {
      tally.visit(shelves(of: snapshot))
    } else {
      tally.visit(snapshot.matches(terms))
    }
    return tally.finish()
  }

  /// Lists without words are asked for again and again, so they are kept until something that they hang on changes.
  private func keptListing(_ query: SearchQuery, _ snapshot: IndexState, most: Int) -> Listing {
    let key = ListingKey(
      categories: query.categories, brands: query.brands, merchant: query.merchant, priceFrom: query.priceFrom,
      priceTo: query.priceTo, inStockOnly: query.inStockOnly, sort: query.sort)
    let versions = Self.relevant(snapshot.versions, to: query)
    let (kept, age) = listings.withLock { ($0.value(key), $0.age) }
    if let kept, kept.versions == versions, kept.listing.hits.count >= min(most, kept.listing.total) {
      return kept.listing
    }
    let listing = self.listing(query, snapshot, terms: [], most: max(most, Self.hitsKept), after: nil)
    // Deep pages are rare; keeping their hits would only fill the memory.
    if most <= Self.hitsKept * 4 {
      listings.withLock { $0.keep(KeptListing(versions: versions, listing: listing), for: key, fetchedAt: age) }
    }
    return listing
  }

  private static func relevant(_ versions: IndexState.Versions, to query: SearchQuery) -> IndexState.Versions {
    var relevant = IndexState.Versions()
    relevant.listing = versions.listing
    let isPriced = query.priceFrom != nil || query.priceTo != nil
    if isPriced || query.sort == .priceUp || query.sort == .priceDown { relevant.price = versions.price }
    if query.inStockOnly { relevant.stock = versions.stock }
    if query.sort == .relevance || query.sort == .bestSelling { relevant.sold = versions.sold }
    if query.sort == .rating { relevant.rating = versions.rating }
    return relevant
  }

  func shelves(of snapshot: IndexState) -> Shelves {
    if let kept = shelves.withLock({ $0 }), kept.listing == snapshot.versions.listing { return kept }
    let fresh = Shelves(snapshot)
    shelves.withLock { kept in
      if kept.map({ $0.listing < fresh.listing }) ?? true { kept = fresh }
    }
    return fresh
  }

  public func cards(_ products: [ProductID]) async throws -> [ProductCard] {
    let figures = state.withLock { state in
      products.compactMap { product in
        state.number(of: product).flatMap { state.columns.isListed($0) ? state.columns.figures($0) : nil }
      }
    }
    return try await cards(figures)
  }

  public func related(to product: ProductID, limit: Int) async throws -> [ProductCard] {
    let snapshot = state.withLock { $0 }
    guard let number = snapshot.number(of: product) else { return [] }
    let limit = min(max(limit, 1), 100)
    let columns = snapshot.columns
    let shelves = shelves(of: snapshot)
    var chosen: [UInt32] = []
    func choose(_ candidates: ArraySlice<UInt32>) {
      var leaders = Leaders(most: limit)
      for candidate in candidates where Int(candidate) != number && !chosen.contains(candidate) {
        leaders.offer(Hit(.bestSelling, Int(candidate), score: nil, columns))
      }
      chosen += leaders.finish().prefix(limit - chosen.count).map(\.number)
    }
    if columns.category[number] != 0 { choose(shelves.categories[columns.category[number]]) }
    if chosen.count < limit, columns.brand[number] != 0 { choose(shelves.brands[columns.brand[number]]) }
    return try await cards(chosen.map { columns.figures(Int($0)) })
  }
}
