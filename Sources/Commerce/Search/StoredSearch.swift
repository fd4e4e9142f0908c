import Storage
import Synchronization
import Values

/// Search over a table that holds every document and an index in memory that is read from it at the start. Lists are
/// worked out in memory; the cards that a page shows are read from the table and kept while they are in use.
public final class StoredSearch: SearchService {
  /// Hits kept in order for lists without words, so that the first pages are one lookup.
  static let hitsKept = 240

  struct ListingKey: Hashable {
    let categories: Set<CategoryID>
    let brands: Set<BrandID>
    let merchant: MerchantID?
    let priceFrom: Money?
    let priceTo: Money?
    let inStockOnly: Bool
    let sort: SearchQuery.Sort
  }

  struct KeptListing: Sendable {
    let versions: IndexState.Versions
    let listing: Listing
  }

  let database: any Database
  let clock: WallClock
  let state = Mutex(IndexState())
  let shelves = Mutex<Shelves?>(nil)
  let listings = Mutex(RecentlyUsed<ListingKey, KeptListing>(capacity: 256))
  let faces: Mutex<RecentlyUsed<ProductID, CardFace>>
  /// Only one task merges segments at a time.
  let isTidying = Atomic<Bool>(false)
  let revisions: Atomic<Int>

  /// - Parameter cardsKept: how many cards stay in memory, at about half a kilobyte each.
  public init(database: any Database, clock: WallClock, cardsKept: Int = 6000) {
    self.database = database
    self.clock = clock
    faces = Mutex(RecentlyUsed(capacity: cardsKept))
    // Begins at the time, so that it grows over restarts too.
    revisions = Atomic(Int(clamping: clock.now.milliseconds))
  }

  public var revision: Int { revisions.load(ordering: .acquiring) }

  /// Reads all documents into memory. Called once, before anything is searched for and before events are handled;
  /// without it nothing that was indexed by an earlier process is found.
  public func load() async throws {
    let loaded = try await database.read { transaction in
      var built = IndexState()
      var builder = SegmentBuilder()
      var entries: [ColumnEntry] = []
      func flush() {
        guard !entries.isEmpty else { return }
        built.add(entries, builder.build())
        builder = SegmentBuilder()
        entries.removeAll(keepingCapacity: true)
        if let neighbours = built.mergeable, let segment = built.merged(neighbours) {
          built.replace(neighbours, with: segment)
        }
      }
      try SearchDocumentTable.forEach(in: transaction) { entry, tokens in
        entries.append(entry)
        builder.add(tokens)
        if entries.count >= Self.documentsPerLoad { flush() }
      }
      flush()
      let segment = built.merged(built.segments) ?? SegmentBuilder().build()
      return (built.columns, segment)
    }
    state.withLock { $0 = IndexState(columns: loaded.0, segment: loaded.1, after: $0.versions) }
    faces.withLock { $0.forget([]) }
    bumpRevision()
  }

  private static let documentsPerLoad = 2500

  func bumpRevision() { revisions.wrappingAdd(1, ordering: .acquiringAndReleasing) }

  /// The cards with these figures, in their order. One that was removed meanwhile is left out.
  func cards(_ figures: [ProductFigures]) async throws -> [ProductCard] {
    var found: [ProductID: CardFace] = [:]
    let (missing, age) = faces.withLock { faces in
      var missing: [ProductID] = []
      for one in figures {
        if let face = faces.value(one.product) { found[one.product] = face } else { missing.append(one.product) }
      }
      return (missing, faces.age)
    }
    if !missing.isEmpty {
      let fetched = try await database.read { try SearchDocumentTable.faces(missing, in: $0) }
      faces.withLock { faces in
        for face in fetched { faces.keep(face, for: face.product, fetchedAt: age) }
      }
      for face in fetched { found[face.product] = face }
    }
    return figures.compactMap { one in found[one.product]?.card(one) }
  }
}
