import Storage
import Synchronization
import Values

/// An index: its file, and in memory what is read of every document. Readers take a snapshot; writers come one after
/// another, and what one wrote is seen as soon as it has returned.
final class IndexStore: Sendable {
  /// So many documents that came lately lie in memory before they go into the file's pieces.
  static let mostFresh = 8192

  private static let eras = Atomic<Int>(0)

  let file: any Database
  let path: String
  let live: Mutex<IndexSnapshot>
  let keptPieces = Mutex(KeptPieces())
  private let tokenBook = Mutex(TokenBook())
  let turns = Turns()
  /// For whoever makes pieces of what lies in memory.
  let pieceTurns = Turns()
  let isTidying = Atomic<Bool>(false)
  let hasSwept = Atomic<Bool>(false)
  private let damages = Atomic<Bool>(false)
  private let tell: @Sendable (String) -> Void

  private init(file: any Database, path: String, _ snapshot: IndexSnapshot, tell: @escaping @Sendable (String) -> Void)
  {
    self.file = file
    self.path = path
    // No two indexes have a version in common, so that what was worked out from one isn't taken for another's.
    var snapshot = snapshot
    snapshot.versions.listing += Self.eras.wrappingAdd(1, ordering: .relaxed).newValue << 32
    live = Mutex(snapshot)
    self.tell = tell
  }

  /// An index without documents; not whole until `finish` when it is filled beside another.
  static func create(
    _ file: any Database, path: String, isWhole: Bool, tell: @escaping @Sendable (String) -> Void
  ) async throws -> IndexStore {
    try await file.write { try IndexFile.create(isWhole: isWhole, in: $0) }
    return IndexStore(file: file, path: path, IndexSnapshot(), tell: tell)
  }

  /// What the last process left. Throws `IndexFileFault` and the engine's errors when it can't be used.
  static func open(
    _ file: any Database, path: String, tell: @escaping @Sendable (String) -> Void
  ) async throws -> IndexStore {
    let snapshot = try await file.read { transaction in
      let state = try IndexFile.state(in: transaction)
      let (columns, fresh) = try IndexFile.load(in: transaction)
      var snapshot = IndexSnapshot()
      snapshot.columns = columns
      snapshot.segments = try IndexFile.segments(in: transaction)
      snapshot.generation = state.generation
      snapshot.applied = state.applied
      snapshot.mark = state.mark
      snapshot.versions.listing = 1
      for placed in fresh {
        snapshot.fresh.append(placed)
        snapshot.tidy()
      }
      return snapshot
    }
    let store = IndexStore(file: file, path: path, snapshot, tell: tell)
    store.tidyBeside()
    return store
  }

  /// The same after all that was written is on the disk, which closing a file sees to. Nobody may read or write meanwhile.
  func reopened(_ opening: (String) throws -> any Database) async throws -> IndexStore {
    let snapshot = snapshot
    try await file.close()
    return IndexStore(file: try opening(path), path: path, snapshot, tell: tell)
  }

  var snapshot: IndexSnapshot { live.withLock { $0 } }

  /// One product's change, of which the last word counts.
  private struct Pending: Sendable {
    var document: SearchDocument?
    var figures: ProductFigures?
    var isRemoved = false
    var version: Int64 = 0
  }

  private struct Put: Sendable {
    let version: Int64
    let entry: ColumnEntry
  }

  /// Takes over all of them in one transaction.
  func apply(_ changes: [DocumentChange]) async throws {
    guard !changes.isEmpty else { return }
    let pending = Self.pending(changes)
    try await turns.run { try await self.take(pending) }
    tidyBeside()
    // Whoever writes faster than pieces are made waits for them.
    guard live.withLock({ $0.freshDocuments }) > Self.mostFresh * 4 else { return }
    try await pieceTurns.run {
      if self.live.withLock({ $0.freshDocuments }) > Self.mostFresh { try await self.flush() }
    }
  }

  private static func pending(_ changes: [DocumentChange]) -> [ProductID: Pending] {
    var pending: [ProductID: Pending] = [:]
    for change in changes {
      switch change {
      case .put(let document, let version):
        pending[document.card.product] = Pending(document: document, version: version)
      case .figures(let figures, let version):
        pending[figures.product, default: Pending()].figures = figures
        pending[figures.product, default: Pending()].version = version
      case .remove(let product, let version): pending[product] = Pending(isRemoved: true, version: version)
      }
    }
    return pending
  }

  /// What the file has taken over and memory hasn't yet.
  private struct Written: Sendable {
    let puts: [Put]
    let segment: Segment?
    /// Nil when no choice came or changed its name.
    let book: ChoiceBook?
    let known: [Int64: Int]
    let applied: Int64
  }

  private func take(_ pending: [ProductID: Pending]) async throws {
    // The snapshot that this works on is gone before memory changes: columns that nobody reads are changed in place.
    let written = try await write(pending)
    adopt(pending, written)
  }

  private func write(_ pending: [ProductID: Pending]) async throws -> Written {
    let snapshot = snapshot
    var book = snapshot.columns.book
    var builder = SegmentBuilder(takeBook())
    var puts: [Put] = []
    var news: [UInt32] = []
    for (_, one) in pending.sorted(by: { $0.key < $1.key }) {
      guard let document = one.document else { continue }
      var entry = Self.entry(document, lengths: builder.add(document), &book, &news)
      if let figures = one.figures { entry.set(figures) }
      puts.append(Put(version: one.version, entry: entry))
    }
    let segment = puts.isEmpty ? nil : builder.build()
    putBack(builder.book)
    let applied = max(snapshot.applied, pending.values.map(\.version).max() ?? 0)
    let (written, noted, added) = (puts, book, Set(news).sorted())
    let known = try await file.write { transaction in
      let known = try IndexFile.numbers(of: pending.keys.map(\.raw), in: transaction)
      let gone = pending.filter { $0.value.document != nil || $0.value.isRemoved }.compactMap { known[$0.key.raw] }
      try IndexFile.remove(gone.sorted(), in: transaction)
      for choice in added { try IndexFile.write(noted.choices[Int(choice)], choice, in: transaction) }
      try Self.write(written, segment, from: snapshot.columns.count, in: transaction)
      try Self.revise(pending, known, snapshot.columns, in: transaction)
      try transaction.execute(
        """
        UPDATE state SET applied = \(applied), next = \(snapshot.columns.count + written.count) WHERE id = 1
        """)
      return known
    }
    return Written(puts: written, segment: segment, book: added.isEmpty ? nil : noted, known: known, applied: applied)
  }

  /// Nobody else has it meanwhile, so that it is added to where it lies.
  private func takeBook() -> TokenBook {
    tokenBook.withLock { book in
      defer { book = TokenBook() }
      return book
    }
  }

  private func putBack(_ book: TokenBook) {
    guard !book.isFull else { return }
    tokenBook.withLock { $0 = book }
  }

  static func entry(
    _ document: SearchDocument, lengths: [UInt8], _ book: inout ChoiceBook, _ news: inout [UInt32]
  ) -> ColumnEntry {
    var choices: [UInt32] = []
    for choice in document.choices {
      guard let (number, isNews) = book.note(choice), !choices.contains(number) else { continue }
      choices.append(number)
      if isNews { news.append(number) }
    }
    // Those of one attribute stand together, so that a document is counted once for it.
    choices.sort { (book.attributeOf[Int($0)], $0) < (book.attributeOf[Int($1)], $1) }
    return ColumnEntry(document, lengths: lengths, choices: choices)
  }

  private static func write(
    _ puts: [Put], _ segment: Segment?, from start: Int, in transaction: any Transaction
  ) throws {
    guard let segment else { return }
    try IndexFile.insert(
      puts.enumerated().map { IndexFile.DocumentLine(number: start + $0, version: $1.version, entry: $1.entry) },
      in: transaction)
    try transaction.execute(
      "INSERT INTO fresh (start, documents, bytes) VALUES (\(start), \(segment.documents), \(segment.bytes))")
  }

  private static func revise(
    _ pending: [ProductID: Pending], _ known: [Int64: Int], _ columns: Columns, in transaction: any Transaction
  ) throws {
    for (product, one) in pending where one.document == nil && !one.isRemoved {
      guard let figures = one.figures, let number = known[product.raw], number < columns.count else { continue }
      var entry = columns.entry(number)
      entry.set(figures)
      try IndexFile.revise(
        IndexFile.DocumentLine(number: number, version: one.version, entry: entry), in: transaction)
    }
  }

  /// Brings into memory what is in the file.
  private func adopt(_ pending: [ProductID: Pending], _ written: Written) {
    live.withLock { live in
      if let book = written.book { live.columns.adopt(book) }
      for (product, one) in pending {
        guard let number = written.known[product.raw] else { continue }
        if one.document != nil || one.isRemoved {
          live.columns.remove(number)
          live.versions.listing += 1
        } else if let figures = one.figures {
          var entry = live.columns.entry(number)
          let wasListed = entry.price != nil
          entry.set(figures)
          live.note(live.columns.set(entry, at: number), wasListed: wasListed, isListed: entry.price != nil)
        }
      }
      if let segment = written.segment {
        live.fresh.append(PlacedSegment(start: live.columns.count, segment: segment))
        for put in written.puts { live.columns.append(put.entry) }
        live.versions.listing += 1
        live.tidy()
      }
      live.applied = written.applied
    }
  }

  func note(mark: Int64) async throws {
    try await turns.run {
      try await self.file.write { try $0.execute("UPDATE state SET mark = \(mark) WHERE id = 1") }
      self.live.withLock { $0.mark = mark }
    }
  }

  /// A look-up found the file damaged: it is to be made anew.
  var isDamaged: Bool { damages.load(ordering: .acquiring) }

  func note(damage: String) {
    guard !damages.exchange(true, ordering: .acquiringAndReleasing) else { return }
    tell("the index \(path) is damaged and made anew: \(damage)")
  }

  func say(_ text: String) { tell(text) }
}
