import Storage
import Synchronization
import Values

extension LocalEngine {
  private static let mostAttempts = 200
  /// With fewer finds that hold everything, those that hold most of it follow on them.
  private static let fewFinds = 10
  /// The newest documents, which are looked through before all are, where so many finds are enough as these may hold.
  private static let newest = 131_072
  /// Where all that begins with a letter is asked for, words of so many documents are enough.
  private static let mostCompleted = 40_000
  /// So high that no score reaches it.
  private static let pinnedScore: Int64 = 1 << 60

  /// What a question needs of the file.
  private struct Fetched: Sendable {
    /// The first document that was looked at.
    let first: Int
    let lists: [WantList]
    /// Numbers of those that stand first, in order, and last.
    let pinned: [Int]
    let buried: Set<Int>
  }

  public func find(_ ask: EngineAsk) async throws -> EngineAnswer {
    for _ in 0..<Self.mostAttempts {
      guard let store = current else { return EngineAnswer(products: [], total: 0, next: nil) }
      let exchange = exchange
      let snapshot = store.snapshot
      do {
        if let answer = try await answer(ask, store, snapshot, exchange) { return answer }
      } catch StorageFault.closed where current !== store {
        // Another index came into its place meanwhile.
      } catch StorageFault.damaged(let words) {
        store.note(damage: words)
        throw TemporarilyUnavailable()
      }
      await Task.yield()
    }
    throw TemporarilyUnavailable()
  }

  /// Nil when the file's pieces aren't those of the snapshot any more.
  private func answer(
    _ ask: EngineAsk, _ store: IndexStore, _ snapshot: IndexSnapshot, _ exchange: Int
  ) async throws -> EngineAnswer? {
    var ask = ask
    ask.limit = min(max(ask.limit, 1), 100)
    // By price or age what is pinned is found, and stands where it belongs.
    if ask.sort != .relevance { (ask.pinned, ask.buried) = (ask.tree.wants.isEmpty ? [] : ask.pinned, []) }
    if ask.tree.wants.isEmpty, ask.pinned.isEmpty, ask.buried.isEmpty {
      return broad(ask, snapshot, exchange)
    }
    if ask.enough < .max, snapshot.columns.count > Self.newest {
      let first = snapshot.columns.count - Self.newest
      var whole = ask
      whole.tree.allowsPart = false
      guard let near = try await answer(whole, store, snapshot, from: first) else { return nil }
      if near.total >= ask.enough { return near }
    }
    return try await answer(ask, store, snapshot, from: 0)
  }

  /// Of the documents from the first on.
  private func answer(
    _ ask: EngineAsk, _ store: IndexStore, _ snapshot: IndexSnapshot, from first: Int
  ) async throws -> EngineAnswer? {
    if let fetched = try Self.fetchKept(ask, store, snapshot, from: first) {
      return found(ask, fetched, snapshot.columns)
    }
    let fetched = try await store.file.read { transaction -> Fetched? in
      guard try IndexFile.generation(in: transaction) == snapshot.generation else { return nil }
      var reader = Self.reader(ask, store, snapshot, transaction, from: first)
      return try Self.fetch(ask, &reader, snapshot, in: transaction)
    }
    return fetched.map { found(ask, $0, snapshot.columns) }
  }

  private static func reader(
    _ ask: EngineAsk, _ store: IndexStore, _ snapshot: IndexSnapshot, _ transaction: (any ReadTransaction)?,
    from first: Int
  ) -> PieceReader {
    PieceReader(
      store, snapshot, transaction, from: first, mostCompleted: ask.enough == .max ? .max : Self.mostCompleted)
  }

  /// Without the file, where all that is asked for is kept.
  private static func fetchKept(
    _ ask: EngineAsk, _ store: IndexStore, _ snapshot: IndexSnapshot, from first: Int
  ) throws -> Fetched? {
    guard ask.pinned.isEmpty, ask.buried.isEmpty else { return nil }
    var reader = reader(ask, store, snapshot, nil, from: first)
    do {
      return Fetched(first: first, lists: try lists(ask, &reader), pinned: [], buried: [])
    } catch is PieceReader.NotKept {
      return nil
    }
  }

  private static func lists(_ ask: EngineAsk, _ reader: inout PieceReader) throws -> [WantList] {
    let worths = RankingWorth(ask.weights)
    return try ask.tree.wants.map { want in
      let ways = try want.ways.map { try reader.postings(of: $0) }
      return WantList(ways, weight: want.weight) { way, bits in Float(want.ways[way].worth) * worths[bits] }
    }
  }

  private static func fetch(
    _ ask: EngineAsk, _ reader: inout PieceReader, _ snapshot: IndexSnapshot, in transaction: any ReadTransaction
  ) throws -> Fetched {
    let lists = try lists(ask, &reader)
    let special = ask.pinned.prefix(100).map(\.raw) + ask.buried.prefix(1000).map(\.raw)
    let numbers = special.isEmpty ? [:] : try IndexFile.numbers(of: special, in: transaction)
    let count = snapshot.columns.count
    func known(_ product: ProductID) -> Int? { numbers[product.raw].flatMap { $0 < count ? $0 : nil } }
    return Fetched(
      first: reader.first, lists: lists, pinned: ask.pinned.prefix(100).compactMap(known),
      buried: Set(ask.buried.compactMap(known)))
  }

  // MARK: With words

  private func found(_ ask: EngineAsk, _ fetched: Fetched, _ columns: Columns) -> EngineAnswer {
    let (offset, after, given) = place(ask)
    let lists = fetched.lists
    var frame = given ?? ScoreFrame(lists, columns, of: columns.count - fetched.first, now: clock.now)
    let candidates = Self.candidates(lists, ask, columns.count, &frame, isGiven: given != nil)
    let isWeighed = ask.sort == .relevance && !lists.isEmpty
    let codes = isWeighed ? lists.map { Candidates.codes(of: candidates, in: $0) } : []
    if isWeighed, given == nil { frame.kinds = Scorer.kinds(candidates, codes: codes, columns) }
    let listing = columns.withView { view -> Listing in
      let tally = Tally(
        ask, Filter(ask, columns), columns, view, most: min(offset, columns.count) + ask.limit, after: after)
      let scorer = isWeighed ? Scorer(frame, ask.tree, ask.weights, columns) : nil
      return Self.weighed(candidates, codes, tally, scorer, fetched, columns, view)
    }
    let cursorFrame = isWeighed ? frame.text : nil
    return answer(ask, listing ?? .empty, offset: offset, frame: cursorFrame, holdsAll: frame.holdsAll)
  }

  private static func candidates(
    _ lists: [WantList], _ ask: EngineAsk, _ count: Int, _ frame: inout ScoreFrame, isGiven: Bool
  ) -> [UInt32] {
    guard !lists.isEmpty else { return (0..<UInt32(count)).map { $0 } }
    let all = Candidates.inAll(lists)
    if !isGiven {
      // By price or age, what holds only some would stand in between.
      let enough = ask.sort == .relevance ? fewFinds : 1
      frame.isPart = ask.tree.allowsPart && lists.count > 1 && all.count < enough
      frame.holdsAll = !all.isEmpty || !frame.isPart
    }
    guard frame.isPart else { return all }
    // By score those that hold more stand first.
    let total = Float(lists.reduce(0) { $0 + $1.weight })
    return Candidates.inSome(lists, of: count) { most in min(0.5 * total, most) }
  }

  private static func weighed(
    _ candidates: [UInt32], _ codes: [[UInt16]], _ given: Tally, _ scorer: Scorer?, _ fetched: Fetched,
    _ columns: Columns, _ view: ColumnView
  ) -> Listing {
    var tally = given
    let pinned = Dictionary(
      fetched.pinned.enumerated().map { ($1, pinnedScore - Int64($0)) }, uniquingKeysWith: { first, _ in first }
    )
    let hasSpecial = !pinned.isEmpty || !fetched.buried.isEmpty
    withPointers(codes) { codes in
      tally.walk(candidates) { tally, run in
        guard let scorer else { return hasSpecial ? tally.offer(run) { pinned[$0] } : tally.offer(run) }
        guard hasSpecial else { return tally.offer(run, scorer, codes) }
        tally.offer(run) { number, place in
          if let first = pinned[number] { return first }
          // Among themselves they keep their order.
          let lengths = view.lengths(of: number)
          let score = scorer.score(number, lengths, codes: codes, at: place, view, least: .min)
          return fetched.buried.contains(number) ? score.map { $0 - pinnedScore } : score
        }
      }
    }
    let missing = pinned.keys.filter { !holds(candidates, UInt32($0)) }.sorted()
    tally.walk(missing.map { UInt32($0) }) { tally, run in tally.offer(run) { pinned[$0] } }
    return tally.finish(columns)
  }

  private static func holds(_ numbers: [UInt32], _ number: UInt32) -> Bool {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low < numbers.count && numbers[low] == number
  }

  private static func withPointers(_ lists: [[UInt16]], _ body: ([UnsafePointer<UInt16>]) -> Void) {
    func next(_ index: Int, _ pointers: [UnsafePointer<UInt16>]) {
      guard index < lists.count else { return body(pointers) }
      lists[index].withUnsafeBufferPointer { buffer in
        // An empty list has no document to look at.
        if let base = buffer.baseAddress { next(index + 1, pointers + [base]) }
      }
    }
    next(0, [])
  }

  // MARK: Places

  func place(_ ask: EngineAsk) -> (offset: Int, after: Hit?, frame: ScoreFrame?) {
    switch ask.start {
    case .page(let page): return ((min(max(page, 1), 1_000_000) - 1) * ask.limit, nil, nil)
    case .after(let cursor):
      let after = Hit(cursor, ask.sort)
      let text = after == nil || cursor.parts.count < 5 ? nil : cursor.parts[4]
      return (0, after, text.flatMap { ScoreFrame($0, wants: ask.tree.wants.map(\.ways.count)) })
    }
  }

  func answer(
    _ ask: EngineAsk, _ listing: Listing, offset: Int, frame: String?, holdsAll: Bool
  ) -> EngineAnswer {
    let hits = listing.hits.dropFirst(offset).prefix(ask.limit)
    let hasMore = listing.remaining > offset + hits.count
    return EngineAnswer(
      products: hits.map { ProductID(raw: $0.product) }, total: listing.total,
      next: hasMore ? hits.last?.cursor(ask.sort, frame: frame) : nil, holdsAll: holdsAll,
      brandFacet: listing.brandFacet, categoryFacet: listing.categoryFacet, attributeFacets: listing.attributeFacets,
      ratingFacet: listing.ratingFacet)
  }
}

/// What fields are worth about, for choosing between ways that both find a document.
struct RankingWorth {
  private let worth: [Float]

  init(_ weights: RankingWeights) {
    let fields = [weights.title, weights.brand, weights.category, weights.attributes, weights.body].map { Float($0) }
    worth = (0..<64).map { bits in
      let sum = fields.indices.filter { bits & (1 << $0) != 0 }.reduce(Float(0)) { $0 + fields[$1] }
      return sum / (sum + 4)
    }
  }

  subscript(_ bits: UInt8) -> Float { worth[Int(bits & 63)] }
}
