import Events
import Storage
import Synchronization
import Values

/// Content over a database. What stands around pages is few and kept whole in memory with its schedule, so that it begins
/// and ends by the clock; entries that visitors ask for are kept as well.
public final class StoredContent: ContentService {
  static let mostEntries = 5000
  static let revisionsKept = 20
  static let mostBanners = 24
  static let mostMenuLines = 60
  static let mostPictures = 10_000
  private static let mostAnnouncements = 50
  private static let entriesKept = 200

  private struct Memory {
    var known: KnownContent?
    /// Whether something has changed since it was read.
    var isStale = true
    /// Grows with each change, so that what was read before isn't kept after.
    var age = 0
    var shown: (content: ShownContent, from: Timestamp, until: Timestamp?)?
  }

  let database: any Database
  let outbox: Outbox
  let ids: IDGenerator
  let clock: WallClock
  private let memory = Mutex(Memory())
  private let entries = ReadCache<String, PublishedEntry>(capacity: entriesKept)

  public init(database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
  }

  public func shown() async throws -> ShownContent {
    let now = clock.now
    let (known, kept, age) = memory.withLock { memory in
      let kept: ShownContent? = memory.shown.flatMap { shown in
        !memory.isStale && shown.from <= now && shown.until.map { now < $0 } ?? true ? shown.content : nil
      }
      return (memory.isStale ? nil : memory.known, kept, memory.age)
    }
    if let kept { return kept }
    let content: KnownContent
    do {
      content = if let known { known } else { try await readKnown(at: now) }
    } catch let fault as any PassingFault where fault.mayPass {
      // What was shown last is better than no page.
      guard let old = memory.withLock({ $0.known }) else { throw fault }
      return old.shown(at: now).content
    }
    let shown = content.shown(at: now)
    memory.withLock { memory in
      guard memory.age == age else { return }
      memory.known = content
      memory.isStale = false
      memory.shown = (shown.content, now, shown.until)
    }
    return shown.content
  }

  private func readKnown(at now: Timestamp) async throws -> KnownContent {
    try await database.read { transaction in
      KnownContent(
        announcements: try EntryTable.published(
          "kind = \(EntryKind.announcement) AND (shown_until IS NULL OR shown_until > \(now))",
          limit: Self.mostAnnouncements, withBodies: true, in: transaction),
        banners: try BannerTable.banners(
          "is_on = 1", limit: Self.mostBanners * BannerPlace.allCases.count, in: transaction),
        menus: try MenuPlace.allCases.map { try MenuTable.menu($0, in: transaction) })
    }
  }

  public func published(_ kind: EntryKind, _ slug: Slug) async throws -> PublishedEntry? {
    let entry = try await entries.value("\(kind.rawValue)/\(slug)") {
      try await self.database.read { transaction in
        try EntryTable.published(
          "kind = \(kind) AND slug = \(slug.rawValue)", limit: 1, withBodies: true, in: transaction
        ).first
      }
    }
    return entry.flatMap { $0.isShown(at: clock.now) ? $0 : nil }
  }

  public func published(_ kind: EntryKind, _ page: PageRequest) async throws -> Page<PublishedEntry> {
    let now = clock.now
    var conditions: [SQL] = [
      "kind = \(kind)", "shown_from <= \(now)", "shown_until IS NULL OR shown_until > \(now)",
    ]
    if let (at, id) = Self.place(page.after) {
      conditions.append("shown_from < \(at) OR (shown_from = \(at) AND content_entry.id < \(id))")
    }
    let condition = SQL.all(conditions)
    return try await database.read { transaction in
      Page(
        fetched: try EntryTable.published(condition, limit: page.limit + 1, withBodies: false, in: transaction),
        limit: page.limit
      ) { Cursor([String($0.shownFrom.milliseconds), String($0.id.raw)]) }
    }
  }

  /// A time and an id out of a cursor; nil where it holds neither.
  static func place(_ cursor: Cursor?) -> (at: Int64, id: Int64)? {
    let parts = cursor?.parts.compactMap { Int64($0) } ?? []
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }

  /// Drops what is kept in memory: after each commit of this process, and when another has changed something.
  public func forget() {
    memory.withLock { memory in
      memory.age += 1
      memory.isStale = true
    }
    entries.forgetAll()
  }
}
