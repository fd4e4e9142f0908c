import Storage
import Synchronization
import Values

/// Reads the postings of tokens, each once, out of what is kept, the file, and what lies in memory.
struct PieceReader {
  /// Something isn't kept, and there is no file to look into.
  struct NotKept: Error {}

  /// So many tokens stand for all that begin alike.
  static let mostCompletions = 64
  /// So many tokens are looked through for them.
  private static let mostLooked = 20_000
  /// Fewer are looked through again each time, and leave room for those that take long.
  private static let fewLooked = 400

  private let store: IndexStore
  private let snapshot: IndexSnapshot
  private let transaction: (any ReadTransaction)?
  let first: Int
  private let mostCompleted: Int
  private let starts: [Int64: Int]
  /// By the token's bytes: letters written in two ways are equal as text.
  private var known: [[UInt8]: Postings] = [:]

  /// - Parameters:
  ///   - transaction: nil for what is kept alone; what isn't throws `NotKept`.
  ///   - first: documents before it are passed over.
  ///   - mostCompleted: with so many documents, those of the commonest tokens, completions are enough.
  init(
    _ store: IndexStore, _ snapshot: IndexSnapshot, _ transaction: (any ReadTransaction)?, from first: Int = 0,
    mostCompleted: Int = .max
  ) {
    self.store = store
    self.snapshot = snapshot
    self.transaction = transaction
    self.first = first
    self.mostCompleted = mostCompleted
    starts =
      transaction == nil ? [:] : Dictionary(snapshot.segments.map { ($0.id, $0.start) }, uniquingKeysWith: { $1 })
  }

  mutating func postings(of token: String) throws -> Postings {
    try read([token])
    return known[Array(token.utf8)] ?? Postings()
  }

  /// Takes in the postings of all of them; what isn't kept is read out of the file in one go.
  private mutating func read(_ tokens: [String]) throws {
    var pieces: [[UInt8]: [KeptPieces.Piece]] = [:]
    var missing: [String] = []
    for token in tokens {
      let bytes = Array(token.utf8)
      guard known[bytes] == nil, pieces[bytes] == nil else { continue }
      pieces[bytes] = []
      // What is no token in the file's form is in none.
      guard !token.isEmpty, bytes.count <= 400 else { continue }
      if let kept = store.kept({ $0.pieces(of: bytes) }, at: snapshot.generation) {
        pieces[bytes] = kept
      } else {
        missing.append(token)
      }
    }
    if !missing.isEmpty {
      for (bytes, found) in try fetch(missing) {
        pieces[bytes] = found
        store.keep(at: snapshot.generation) { $0.keep(found, of: bytes) }
      }
    }
    for (bytes, pieces) in pieces {
      var postings = PieceCoding.decoded(pieces, in: first..<snapshot.columns.count)
      for placed in snapshot.fresh {
        postings.append(placed.segment.postings(of: bytes), start: placed.start, from: first)
      }
      known[bytes] = postings
    }
  }

  /// Of the file, in the order of documents.
  private func fetch(_ tokens: [String]) throws -> [[UInt8]: [KeptPieces.Piece]] {
    guard let transaction else { throw NotKept() }
    var pieces: [[UInt8]: [KeptPieces.Piece]] = [:]
    for token in tokens { pieces[Array(token.utf8)] = [] }
    try transaction.forEachRow(
      """
      SELECT token, segment, documents, postings FROM piece WHERE segment IN \(list: snapshot.segments.map(\.id))
      AND token IN \(list: tokens)
      """
    ) { row in
      var reader = RowReader(row)
      let token: String = try reader.next()
      guard let start = starts[try reader.next()] else { return }
      pieces[Array(token.utf8), default: []].append(
        KeptPieces.Piece(start: start, count: try reader.next(), bytes: try reader.next()))
    }
    return pieces.mapValues { $0.sorted { $0.start < $1.start } }
  }

  mutating func postings(of way: QueryTree.Way) throws -> Postings {
    guard let last = way.tokens.last else { return Postings() }
    var all: [Postings] = []
    for token in way.tokens.dropLast() { all.append(try postings(of: token)) }
    all.append(way.isPrefix ? try postings(beginning: last) : try postings(of: last))
    return all.count == 1 ? all[0] : Candidates.common(all)
  }

  /// Tokens that begin so, those of most documents first, with how many these are.
  func tokens(beginning prefix: String, most: Int) throws -> [(token: String, count: Int)] {
    guard !prefix.isEmpty, prefix.utf8.count <= 400 else { return [] }
    let bytes = Array(prefix.utf8)
    var counts = Dictionary(
      try completions(of: prefix, bytes).map { ($0.token, $0.count) }, uniquingKeysWith: { $0 + $1 })
    for placed in snapshot.fresh {
      let segment = placed.segment
      for index in segment.tokens.range(prefix: bytes).prefix(Self.mostLooked) {
        counts[Array(segment.tokens.token(index)), default: 0] += segment.range(of: index).count
      }
    }
    return counts.sorted { left, right in
      left.value != right.value ? left.value > right.value : left.key.lexicographicallyPrecedes(right.key)
    }.prefix(most).map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
  }

  /// Of the file.
  private func completions(of prefix: String, _ bytes: [UInt8]) throws -> [KeptPieces.Completion] {
    if let kept = store.kept({ $0.completions(of: bytes) }, at: snapshot.generation) { return kept }
    guard let transaction else { throw NotKept() }
    var counts: [[UInt8]: Int] = [:]
    var looked = 0
    let end = prefix + "\u{10FFFF}"
    let documents = max(snapshot.segments.reduce(0) { $0 + $1.documents }, 1)
    for segment in snapshot.segments {
      // As many of each as it has of the documents, so that a large shop's many small segments don't make it long.
      let most = max(Self.fewLooked, Self.mostLooked * segment.documents / documents)
      try transaction.forEachRow(
        """
        SELECT token, documents FROM piece WHERE segment = \(segment.id) AND token >= \(prefix) AND token < \(end)
        ORDER BY token LIMIT \(most)
        """
      ) { row in
        var reader = RowReader(row)
        looked += 1
        let token: String = try reader.next()
        counts[Array(token.utf8), default: 0] += try reader.next()
      }
    }
    let found = counts.map { KeptPieces.Completion(token: $0.key, count: $0.value) }.sorted { left, right in
      left.count != right.count ? left.count > right.count : left.token.lexicographicallyPrecedes(right.token)
    }.prefix(KeptPieces.mostCompletions)
    if looked >= Self.fewLooked { store.keep(at: snapshot.generation) { $0.keep(Array(found), of: bytes) } }
    return Array(found)
  }

  private mutating func postings(beginning prefix: String) throws -> Postings {
    var documents = 0
    let tokens = try tokens(beginning: prefix, most: Self.mostCompletions).prefix { token in
      defer { documents += token.count }
      return documents < mostCompleted
    }
    if tokens.count < 2 { return try tokens.first.map { try postings(of: $0.token) } ?? Postings() }
    try read(tokens.map(\.token))
    var bits = [UInt8](repeating: 0, count: snapshot.columns.count - first)
    for token in tokens {
      let postings = try postings(of: token.token)
      for (number, held) in zip(postings.numbers, postings.bits) where Int(number) < snapshot.columns.count {
        bits[Int(number) - first] |= UInt8(truncatingIfNeeded: held)
      }
    }
    return Postings(bits, start: first, atMost: documents)
  }
}
