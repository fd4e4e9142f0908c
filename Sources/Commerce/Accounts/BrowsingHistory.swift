import Values

/// What a visitor looked at and searched for, the newest first.
struct BrowsingHistory: Hashable, Sendable {
  private static let mostViews = 50
  private static let mostSearches = 20

  enum Change: Hashable, Sendable {
    case viewed(ProductID)
    case searched(String)
    case adopted(BrowsingHistory)
    case forgotViews
    case forgotSearches
  }

  var views: [ProductID] = []
  var searches: [String] = []

  var isEmpty: Bool { views.isEmpty && searches.isEmpty }

  mutating func apply(_ changes: some Sequence<Change>) { for change in changes { apply(change) } }

  private mutating func apply(_ change: Change) {
    switch change {
    case .viewed(let product): views = Self.joined([product], views, most: Self.mostViews)
    case .searched(let text): searches = Self.joined([text], searches, most: Self.mostSearches)
    case .adopted(let other):
      views = Self.joined(other.views, views, most: Self.mostViews)
      searches = Self.joined(other.searches, searches, most: Self.mostSearches)
    case .forgotViews: views = []
    case .forgotSearches: searches = []
    }
  }

  private static func joined<Item: Hashable>(_ newer: [Item], _ older: [Item], most: Int) -> [Item] {
    Array((newer + older.filter { !newer.contains($0) }).prefix(most))
  }
}

/// A history in memory, with what isn't stored yet.
struct RememberedHistory {
  /// More that a visitor does before it can be stored pushes out the oldest.
  private static let mostUnstored = 200

  /// As it is with all changes; nil until it's asked for.
  var known: BrowsingHistory?
  var readAt: ContinuousClock.Instant
  var unstored: [BrowsingHistory.Change] = []
  /// How often changes were stored: what was read before says nothing after.
  var stores = 0
  var touchedAt: Timestamp

  mutating func note(_ changes: [BrowsingHistory.Change], at moment: Timestamp) {
    known?.apply(changes)
    unstored = Array((unstored + changes).suffix(Self.mostUnstored))
    touchedAt = moment
  }

  mutating func noteStored(_ count: Int) {
    unstored.removeFirst(min(count, unstored.count))
    stores += 1
  }
}
