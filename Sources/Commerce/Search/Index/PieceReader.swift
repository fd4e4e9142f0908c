import Storage
import Synchronization
import Values

/// Reads the postings of tokens, each once, out of the file and of what lies in memory.
struct PieceReader {
  /// So many tokens stand for all that begin alike.
  static let mostCompletions = 64
  /// So many tokens are looked through for them.
  private static let mostLooked = 20_000

  /// Nil where all that is asked for is kept.
  private let transaction: (any ReadTransaction)?
  private let snapshot: IndexSnapshot
  private let mostCompleted: Int
  /// Where completions are kept; nil keeps none.
  private let store: IndexStore?
  private let starts: [Int64: Int]
  private let kept: [[UInt8]: [KeptPieces.Piece]]
  /// What was read of the file.
  private(set) var read: [[UInt8]: [KeptPieces.Piece]] = [:]
  /// By the token's bytes: letters written in two ways are equal as text.
  private var known: [[UInt8]: Postings] = [:]

  /// - Parameter mostCompleted: with so many documents, those of the commonest tokens, completions are enough.
  init(
    _ transaction: (any ReadTransaction)?, _ snapshot: IndexSnapshot, kept: [[UInt8]: [KeptPieces.Piece]] = [:],
    mostCompleted: Int = .max, keptIn store: IndexStore? = nil
  ) {
    self.store = store
    self.transaction = transaction
    self.snapshot = snapshot
    self.mostCompleted = mostCompleted
    self.kept = kept
    starts =
      transaction == nil ? [:] : Dictionary(snapshot.segments.map { ($0.id, $0.start) }, uniquingKeysWith: { $1 })
  }

  mutating func postings(of token: String) throws -> Postings {
    let bytes = Array(token.utf8)
    if let postings = known[bytes] { return postings }
    var postings = PieceCoding.decoded(try kept[bytes] ?? pieces(of: token, bytes), below: snapshot.columns.count)
    for placed in snapshot.fresh { postings.append(placed.segment.postings(of: bytes), start: placed.start) }
    known[bytes] = postings
    return postings
  }

  private mutating func pieces(of token: String, _ bytes: [UInt8]) throws -> [KeptPieces.Piece] {
    // What is no token in the file's form is in none.
    guard let transaction, !token.isEmpty, bytes.count <= 400 else { return [] }
    var pieces: [KeptPieces.Piece] = []
    try transaction.forEachRow("SELECT segment, documents, postings FROM piece WHERE token = \(token)") { row in
      var reader = RowReader(row)
      guard let start = starts[try reader.next()] else { return }
      pieces.append(KeptPieces.Piece(start: start, count: try reader.next(), bytes: try reader.next()))
    }
    pieces.sort { $0.start < $1.start }
    read[bytes] = pieces
    return pieces
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
    let generation = snapshot.generation
    if let kept = store?.kept.withLock({ $0.isOf(generation) ? $0.completions(of: bytes) : nil }) { return kept }
    guard let transaction else { return [] }
    var counts: [[UInt8]: Int] = [:]
    let end = prefix + "\u{10FFFF}"
    try transaction.forEachRow(
      """
      SELECT token, segment, documents FROM piece WHERE token >= \(prefix) AND token < \(end)
      ORDER BY token LIMIT \(Self.mostLooked)
      """
    ) { row in
      var reader = RowReader(row)
      let token: String = try reader.next()
      if starts[try reader.next()] != nil { counts[Array(token.utf8), default: 0] += try reader.next() }
    }
    let found = counts.map { KeptPieces.Completion(token: $0.key, count: $0.value) }.sorted { left, right in
      left.count != right.count ? left.count > right.count : left.token.lexicographicallyPrecedes(right.token)
    }.prefix(KeptPieces.mostCompletions)
    store?.kept.withLock { $0.keep(Array(found), of: bytes, at: generation) }
    return Array(found)
  }

  private mutating func postings(beginning prefix: String) throws -> Postings {
    var documents = 0
    let tokens = try tokens(beginning: prefix, most: Self.mostCompletions).prefix { token in
      defer { documents += token.count }
      return documents < mostCompleted
    }
    if tokens.count < 2 { return try tokens.first.map { try postings(of: $0.token) } ?? Postings() }
    var bits = [UInt8](repeating: 0, count: snapshot.columns.count)
    for token in tokens {
      let postings = try postings(of: token.token)
      for (number, held) in zip(postings.numbers, postings.bits) where Int(number) < bits.count {
        bits[Int(number)] |= held
      }
    }
    var united = Postings()
    for (number, held) in bits.enumerated() where held != 0 { united.append(UInt32(number), held) }
    return united
  }
}
