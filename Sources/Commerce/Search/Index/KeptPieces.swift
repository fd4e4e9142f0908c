import Storage
import Synchronization

/// What the file says of tokens that were asked for lately, so that words that few goods hold are read once. About 12 MiB
/// at most.
struct KeptPieces: Sendable {
  struct Piece: Sendable {
    /// Of the segment's first document.
    let start: Int
    let count: Int
    let bytes: [UInt8]
  }

  struct Completion: Sendable {
    let token: [UInt8]
    let count: Int
  }

  /// So many tokens that begin alike are kept, of most documents.
  static let mostCompletions = 128

  /// The postings of a token are kept up to here, in bytes.
  static let largest = 4096

  /// Of the file when this was read.
  private var generation = 0
  /// In the order of documents.
  private var readPieces = RecentlyUsed<[UInt8], [Piece]>(capacity: 2048)
  /// In how many documents, also of words that were only thought of, such as corrections.
  private var readCounts = RecentlyUsed<[UInt8], Int>(capacity: 16_384)

  /// By how tokens begin: who types comes by the same few letters again and again.
  private var readCompletions = RecentlyUsed<[UInt8], [Completion]>(capacity: 512)

  mutating func pieces(of token: [UInt8]) -> [Piece]? { readPieces.value(token) }
  mutating func completions(of prefix: [UInt8]) -> [Completion]? { readCompletions.value(prefix) }
  mutating func count(of token: [UInt8]) -> Int? { readCounts.value(token) }

  mutating func keep(_ pieces: [Piece], of token: [UInt8]) {
    guard pieces.reduce(0, { $0 + $1.bytes.count }) <= Self.largest else { return }
    readPieces.keep(pieces, for: token, fetchedAt: readPieces.age)
  }

  mutating func keep(counts read: [[UInt8]: Int]) {
    for (token, count) in read { readCounts.keep(count, for: token, fetchedAt: readCounts.age) }
  }

  mutating func keep(_ completions: [Completion], of prefix: [UInt8]) {
    readCompletions.keep(completions, for: prefix, fetchedAt: readCompletions.age)
  }

  func isOf(_ generation: Int) -> Bool { generation == self.generation }

  /// Whether what was read of a generation is the newest that is known.
  mutating func advance(to generation: Int) -> Bool {
    if generation > self.generation {
      readPieces.forgetAll()
      readCounts.forgetAll()
      readCompletions.forgetAll()
      self.generation = generation
    }
    return generation == self.generation
  }
}

extension IndexStore {
  /// Nil for what isn't kept of this generation.
  func kept<Value>(_ value: (inout KeptPieces) -> Value?, at generation: Int) -> Value? {
    keptPieces.withLock { $0.isOf(generation) ? value(&$0) : nil }
  }

  func keep(at generation: Int, _ keep: (inout KeptPieces) -> Void) {
    keptPieces.withLock { if $0.advance(to: generation) { keep(&$0) } }
  }

  /// Nil when one is missing.
  func keptCounts(_ tokens: some Sequence<[UInt8]>, at generation: Int) -> [[UInt8]: Int]? {
    kept(
      { kept in
        var found: [[UInt8]: Int] = [:]
        for token in tokens {
          guard let count = kept.count(of: token) else { return nil }
          found[token] = count
        }
        return found
      }, at: generation)
  }
}

extension IndexFile {
  /// In how many documents of the ready segments each token is.
  static func counts(
    _ tokens: [[UInt8]], _ snapshot: IndexSnapshot, in transaction: any ReadTransaction
  ) throws -> [[UInt8]: Int] {
    let segments = snapshot.segments.map(\.id)
    var found: [[UInt8]: Int] = [:]
    for token in tokens { found[token] = 0 }
    for start in stride(from: 0, to: tokens.count, by: 200) {
      let part = tokens[start..<min(start + 200, tokens.count)].map { String(decoding: $0, as: UTF8.self) }
      try transaction.forEachRow(
        "SELECT token, documents FROM piece WHERE segment IN \(list: segments) AND token IN \(list: part)"
      ) { row in
        var reader = RowReader(row)
        let token: String = try reader.next()
        found[Array(token.utf8), default: 0] += try reader.next()
      }
    }
    return found
  }
}
