import Storage
import Values

/// Reads the postings of tokens, each once, out of the file and of what lies in memory.
struct PieceReader {
  /// So many tokens stand for all that begin alike.
  static let mostCompletions = 64
  /// So many tokens are looked through for them.
  private static let mostLooked = 20_000

  private let transaction: any ReadTransaction
  private let snapshot: IndexSnapshot
  private let starts: [Int64: Int]
  /// By the token's bytes: letters written in two ways are equal as text.
  private var known: [[UInt8]: Postings] = [:]

  init(_ transaction: any ReadTransaction, _ snapshot: IndexSnapshot) {
    self.transaction = transaction
    self.snapshot = snapshot
    starts = Dictionary(snapshot.segments.map { ($0.id, $0.start) }, uniquingKeysWith: { $1 })
  }

  mutating func postings(of token: String) throws -> Postings {
    let bytes = Array(token.utf8)
    if let postings = known[bytes] { return postings }
    var pieces: [(start: Int, count: Int, bytes: [UInt8])] = []
    // What is no token in the file's form is in none.
    if !token.isEmpty, token.utf8.count <= 400 {
      try transaction.forEachRow("SELECT segment, documents, postings FROM piece WHERE token = \(token)") { row in
        var reader = RowReader(row)
        guard let start = starts[try reader.next()] else { return }
        pieces.append((start, try reader.next(), try reader.next()))
      }
    }
    var postings = Postings()
    for piece in pieces.sorted(by: { $0.start < $1.start }) {
      PieceCoding.decode(piece.bytes, count: piece.count, below: snapshot.columns.count, into: &postings)
    }
    for placed in snapshot.fresh { postings.append(placed.segment.postings(of: bytes), start: placed.start) }
    known[bytes] = postings
    return postings
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
    let bytes = Array(prefix.utf8)
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

  private mutating func postings(beginning prefix: String) throws -> Postings {
    let tokens = try tokens(beginning: prefix, most: Self.mostCompletions)
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
