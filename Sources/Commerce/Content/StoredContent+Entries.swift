import Events
import Storage
import Values

extension StoredContent {
  private static let slugAttempts = 5

  public func entries(_ filter: EntryFilter, _ page: PageRequest) async throws -> Page<Entry> {
    var conditions: [SQL] = ["kind = \(filter.kind)"]
    if let state = filter.state { conditions.append("state = \(state)") }
    if !filter.title.isEmpty { conditions.append(EntryTable.titleHas(filter.title)) }
    if let (at, id) = Self.place(page.after) {
      conditions.append("changed_at < \(at) OR (changed_at = \(at) AND content_entry.id < \(id))")
    }
    let condition = SQL.all(conditions)
    return try await database.read { transaction in
      Page(fetched: try EntryTable.entries(condition, limit: page.limit + 1, in: transaction), limit: page.limit) {
        Cursor([String($0.changedAt.milliseconds), String($0.id.raw)])
      }
    }
  }

  public func entry(_ id: EntryID) async throws -> Entry? {
    try await database.read { try EntryTable.entry("content_entry.id = \(id)", in: $0) }
  }

  public func entry(_ kind: EntryKind, _ slug: Slug) async throws -> Entry? {
    try await database.read { try EntryTable.entry("kind = \(kind) AND slug = \(slug.rawValue)", in: $0) }
  }

  public func begin(_ draft: EntryDraft, _ kind: EntryKind, publishes: Bool, by actor: Actor) async throws -> Entry {
    let now = clock.now
    var check = EntryCheck(now: now)
    let text = check.text(draft.text, of: kind, publishes: publishes)
    let typed = check.slug(draft.slug)
    try check.faults.throwIfAny()
    // Of those who begin with one title at once, each takes the next address; at last one that nobody else can want.
    for attempt in 1...Self.slugAttempts {
      do {
        return try await insert(
          text, kind, typed, namedByTitle: attempt < Self.slugAttempts, publishes: publishes, by: actor)
      } catch StorageFault.duplicateKey where typed == nil && attempt < Self.slugAttempts {
        continue
      } catch StorageFault.duplicateKey {
        break
      }
    }
    throw FieldFaults(field: "slug", code: "taken")
  }

  /// - Parameter namedByTitle: where no address was typed; else by its identifier.
  private func insert(
    _ text: EntryText, _ kind: EntryKind, _ typed: Slug?, namedByTitle: Bool, publishes: Bool, by actor: Actor
  ) async throws -> Entry {
    let (id, now): (EntryID, Timestamp) = (ids.next(), clock.now)
    return try await database.write { [self] transaction in
      guard try EntryTable.count(in: transaction) < Self.mostEntries else {
        throw ContentRefusal.tooMuchContent(max: Self.mostEntries)
      }
      let made = try namedByTitle && typed == nil ? Self.freeSlug(for: text.title, kind, in: transaction) : nil
      guard let slug = typed ?? made ?? Slug(from: id.description) else {
        throw FieldFaults(field: "slug", code: "missing")
      }
      let entry = Entry(
        id: id, kind: kind, slug: slug, state: .draft, version: 0, shownVersion: nil, shownFrom: nil,
        shownUntil: nil, changedAt: now, changedBy: actor, text: text
      ).saved(text, slug: slug, publishes: publishes, at: now, by: actor)
      try EntryTable.insert(entry, in: transaction)
      try keep(entry, publishes: publishes, in: transaction)
      try note(
        publishes ? "content.publishEntry" : "content.beginEntry", from: nil, to: entry, by: actor, in: transaction)
      return entry
    }
  }

  public func save(
    _ draft: EntryDraft, over id: EntryID, version: Int, publishes: Bool, by actor: Actor
  ) async throws -> Entry {
    let now = clock.now
    guard let kind = try await entry(id)?.kind else { throw ContentRefusal.unknownContent }
    var check = EntryCheck(now: now)
    let text = check.text(draft.text, of: kind, publishes: publishes)
    let typed = check.slug(draft.slug)
    try check.faults.throwIfAny()
    do {
      return try await database.write { [self] transaction in
        let old = try Self.locked(id, version: version, in: transaction)
        let slug = typed ?? old.slug
        if slug != old.slug, old.wasPublished { throw FieldFaults(field: "slug", code: "fixed") }
        let entry = old.saved(text, slug: slug, publishes: publishes, at: now, by: actor)
        try EntryTable.update(entry, in: transaction)
        try keep(entry, publishes: publishes, in: transaction)
        try note(
          publishes ? "content.publishEntry" : "content.saveEntry", from: old, to: entry, by: actor, in: transaction)
        return entry
      }
    } catch StorageFault.duplicateKey {
      throw FieldFaults(field: "slug", code: "taken")
    }
  }

  public func restore(_ number: Int, of id: EntryID, version: Int, by actor: Actor) async throws -> Entry {
    let now = clock.now
    return try await database.write { [self] transaction in
      let old = try Self.locked(id, version: version, in: transaction)
      guard var text = try RevisionTable.revision(number, of: id, in: transaction)?.text else {
        throw ContentRefusal.unknownContent
      }
      (text.from, text.until) = (old.text.from, old.text.until)
      let entry = old.saved(text, slug: old.slug, publishes: false, at: now, by: actor)
      try EntryTable.update(entry, in: transaction)
      try keep(entry, publishes: false, in: transaction)
      try note("content.restoreEntry", from: old, to: entry, by: actor, in: transaction)
      return entry
    }
  }

  public func withdraw(_ id: EntryID, by actor: Actor) async throws -> Entry {
    let now = clock.now
    return try await database.write { [self] transaction in
      let old = try Self.locked(id, in: transaction)
      guard old.state == .published else { throw ContentRefusal.notPublished }
      let entry = old.withdrawn(at: now, by: actor)
      try EntryTable.update(entry, in: transaction)
      try outbox.tell(EntryWithdrawn(entry: id), in: transaction)
      transaction.afterCommit { [weak self] in self?.forget() }
      try note("content.withdrawEntry", from: old, to: entry, by: actor, in: transaction)
      return entry
    }
  }

  public func remove(_ id: EntryID, by actor: Actor) async throws {
    try await database.write { [self] transaction in
      let old = try Self.locked(id, in: transaction)
      guard old.state != .published else { throw ContentRefusal.stillPublished }
      try EntryTable.delete(id, in: transaction)
      try note("content.removeEntry", from: old, to: nil, by: actor, in: transaction)
    }
  }

  public func revisions(of id: EntryID) async throws -> [EntryRevision] {
    try await database.read { try RevisionTable.revisions(of: id, limit: Self.revisionsKept + 1, in: $0) }
  }

  public func revision(_ number: Int, of id: EntryID) async throws -> EntryRevision? {
    try await database.read { try RevisionTable.revision(number, of: id, in: $0) }
  }

  /// The entry as it is until the transaction ends.
  /// - Parameter version: nil where any will do.
  private static func locked(_ id: EntryID, version: Int? = nil, in transaction: any Transaction) throws -> Entry {
    let lock = transaction.dialect.forUpdate
    guard let entry = try EntryTable.entry("content_entry.id = \(id)", in: transaction, lock: lock) else {
      throw ContentRefusal.unknownContent
    }
    if let version, entry.version != version { throw ContentRefusal.contentChanged }
    return entry
  }

  /// Writes the version beside its entry, and tells where visitors see it.
  private func keep(_ entry: Entry, publishes: Bool, in transaction: any Transaction) throws {
    let revision = EntryRevision(
      number: entry.version, text: entry.text, savedAt: entry.changedAt, savedBy: entry.changedBy)
    try RevisionTable.insert(revision, of: entry.id, in: transaction)
    try RevisionTable.prune(entry, keeping: Self.revisionsKept, in: transaction)
    guard publishes else { return }
    try outbox.tell(EntryPublished(entry: entry.id, version: entry.version), in: transaction)
    transaction.afterCommit { [weak self] in self?.forget() }
  }

  /// Made of the title, with a number behind it where another entry has the same; nil where none is free.
  private static func freeSlug(
    for title: LocalizedText, _ kind: EntryKind, in transaction: any ReadTransaction
  ) throws -> Slug? {
    let words = String(title[.en].prefix(80))
    for attempt in 1...20 {
      guard let slug = Slug(from: attempt == 1 ? words : "\(words) \(attempt)") else { return nil }
      if try !EntryTable.isTaken(slug, kind, in: transaction) { return slug }
    }
    return nil
  }
}

extension Entry {
  /// With another version on top, which visitors see from its time on if it is published.
  fileprivate func saved(
    _ text: EntryText, slug: Slug, publishes: Bool, at now: Timestamp, by actor: Actor
  ) -> Entry {
    // What is changed later keeps the date on which it came out.
    let since = shownFrom.map { min($0, now) } ?? now
    return Entry(
      id: id, kind: kind, slug: slug, state: publishes ? .published : state, version: version + 1,
      shownVersion: publishes ? version + 1 : shownVersion, shownFrom: publishes ? text.from ?? since : shownFrom,
      shownUntil: publishes ? text.until : shownUntil, changedAt: now, changedBy: actor, text: text)
  }

  fileprivate func withdrawn(at now: Timestamp, by actor: Actor) -> Entry {
    Entry(
      id: id, kind: kind, slug: slug, state: .withdrawn, version: version, shownVersion: nil, shownFrom: shownFrom,
      shownUntil: shownUntil, changedAt: now, changedBy: actor, text: text)
  }
}
