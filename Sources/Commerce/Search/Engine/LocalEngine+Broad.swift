import Storage
import Synchronization
import Values

/// Lists without words are asked for again and again, so they are kept until something that they hang on changes.
struct KeptListings: Sendable {
  struct Kept: Sendable {
    let exchange: Int
    let versions: IndexSnapshot.Versions
    let listing: Listing
  }

  var listings = RecentlyUsed<EngineAsk, Kept>(capacity: 256)
  var shelves: Shelves?
}

extension LocalEngine {
  /// Hits kept in order, so that the first pages are one look-up.
  private static let hitsKept = 240

  func broad(_ ask: EngineAsk, _ snapshot: IndexSnapshot, _ exchange: Int) -> EngineAnswer {
    let (offset, after, _) = place(ask)
    let most = min(offset, snapshot.columns.count) + ask.limit
    let listing =
      after == nil
      ? kept(ask, snapshot, exchange, most: most) : listing(ask, snapshot, exchange, most: most, after: after)
    return answer(ask, listing, offset: offset, frame: nil, holdsAll: true)
  }

  private func kept(_ ask: EngineAsk, _ snapshot: IndexSnapshot, _ exchange: Int, most: Int) -> Listing {
    var key = ask
    (key.limit, key.start, key.weights) = (1, .page(1), RankingWeights())
    let versions = Self.relevant(snapshot.versions, to: ask)
    let (kept, age) = listings.withLock { ($0.listings.value(key), $0.listings.age) }
    if let kept, kept.exchange == exchange, kept.versions == versions,
      kept.listing.hits.count >= min(most, kept.listing.total)
    {
      return kept.listing
    }
    let listing = listing(ask, snapshot, exchange, most: max(most, Self.hitsKept), after: nil)
    // Deep pages are rare; keeping their hits would only fill the memory.
    if most <= Self.hitsKept * 4 {
      let fresh = KeptListings.Kept(exchange: exchange, versions: versions, listing: listing)
      listings.withLock { $0.listings.keep(fresh, for: key, fetchedAt: age) }
    }
    return listing
  }

  private static func relevant(
    _ versions: IndexSnapshot.Versions, to ask: EngineAsk
  ) -> IndexSnapshot.Versions {
    var relevant = IndexSnapshot.Versions()
    relevant.listing = versions.listing
    let isPriced = ask.priceFrom != nil || ask.priceTo != nil
    if isPriced || ask.sort == .priceUp || ask.sort == .priceDown { relevant.price = versions.price }
    if ask.inStockOnly { relevant.stock = versions.stock }
    if ask.sort == .relevance || ask.sort == .bestSelling { relevant.sold = versions.sold }
    if ask.sort == .rating || ask.ratingFrom != nil || ask.wantsFacets { relevant.rating = versions.rating }
    return relevant
  }

  private func listing(
    _ ask: EngineAsk, _ snapshot: IndexSnapshot, _ exchange: Int, most: Int, after: Hit?
  ) -> Listing {
    let columns = snapshot.columns
    let filter = Filter(ask, columns)
    let shelves = filter.categories != nil && filter.asksCategoriesAlone ? shelves(snapshot, exchange) : nil
    return columns.withView { view in
      var tally = Tally(ask, filter, columns, view, most: most, after: after)
      guard let shelves, let categories = filter.categories else {
        tally.walk(Array(0..<UInt32(columns.count))) { tally, run in tally.offer(run) }
        return tally.finish(columns)
      }
      // A category's own shelf is walked, not the whole shop.
      for (category, isWanted) in categories.enumerated() where isWanted {
        tally.walk(Array(shelves.categories[UInt32(category)]), countsCategories: false) { tally, run in
          tally.offer(run)
        }
      }
      tally.setCategoryCounts(shelves.categories.counts)
      return tally.finish(columns)
    } ?? .empty
  }

  private func shelves(_ snapshot: IndexSnapshot, _ exchange: Int) -> Shelves {
    if let kept = listings.withLock({ $0.shelves }), kept.exchange == exchange,
      kept.listing == snapshot.versions.listing
    {
      return kept
    }
    let fresh = Shelves(snapshot, exchange: exchange)
    listings.withLock { $0.shelves = fresh }
    return fresh
  }
}
