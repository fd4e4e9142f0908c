import Storage
import Synchronization
import Values

/// The words of an index in this process.
struct FileVocabulary: Vocabulary {
  private static let mostSpellable = 200_000
  /// `spellable` is worth reading again when so many documents came or went.
  private static let step = 4096

  let engine: LocalEngine

  var revision: Int {
    guard let store = engine.current else { return 0 }
    let count = store.live.withLock { $0.columns.count }
    // The first words of a small shop count at once.
    let grown = count < Self.step ? (count + 127) / 128 : 32 + count / Self.step
    return engine.exchange << 32 | grown
  }

  func counts(_ tokens: [String]) async throws -> [Int] {
    // By their bytes: letters written in two ways are equal as text.
    let asked = Set(tokens.filter { $0.utf8.count <= 400 }.map { Array($0.utf8) })
    if let store = engine.current {
      let snapshot = store.snapshot
      if let kept = store.keptCounts(asked, at: snapshot.generation) {
        return Self.counts(tokens, kept, snapshot)
      }
    }
    return try await read { transaction, store, snapshot in
      let counts = try IndexFile.counts(Array(asked), snapshot, in: transaction)
      store.keep(at: snapshot.generation) { $0.keep(counts: counts) }
      return Self.counts(tokens, counts, snapshot)
    } ?? tokens.map { _ in 0 }
  }

  private static func counts(
    _ tokens: [String], _ inFile: [[UInt8]: Int], _ snapshot: IndexSnapshot
  ) -> [Int] {
    tokens.map { token in
      let bytes = Array(token.utf8)
      return snapshot.fresh.reduce(inFile[bytes] ?? 0) { $0 + $1.segment.postings(of: bytes).count }
    }
  }

  func words(beginning prefix: String, limit: Int) async throws -> [(token: String, count: Int)] {
    if let store = engine.current {
      do {
        return try PieceReader(store, store.snapshot, nil).tokens(beginning: prefix, most: limit)
      } catch is PieceReader.NotKept {}
    }
    return try await read { transaction, store, snapshot in
      try PieceReader(store, snapshot, transaction).tokens(beginning: prefix, most: limit)
    } ?? []
  }

  func written(beginning prefix: String, limit: Int) async throws -> [(token: String, count: Int)] {
    try await words(beginning: Analyser.written + prefix, limit: limit).map {
      (String($0.token.dropFirst(Analyser.written.count)), $0.count)
    }
  }

  func spellable() async throws -> [(token: String, count: Int)] {
    try await read { transaction, _, snapshot -> [(token: String, count: Int)] in
      var counts: [String: Int] = [:]
      let (first, end) = (Analyser.written + "a", Analyser.written + "{")
      let (firstPair, lastPair) = ("\u{3400}", "\u{9FFF}\u{9FFF}")
      for segment in snapshot.segments {
        let words: SQL = "segment = \(segment.id) AND token >= \(first) AND token < \(end)"
        let pairs: SQL =
          "segment = \(segment.id) AND token >= \(firstPair) AND token <= \(lastPair) AND length(token) = 2"
        for part in [words, pairs] {
          try transaction.forEachRow("SELECT token, naming FROM piece WHERE naming > 0 AND \(part)") { row in
            var reader = RowReader(row)
            counts[try reader.next(), default: 0] += try reader.next()
          }
        }
      }
      func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
      func isSpellable(_ token: String) -> Bool {
        !precedes(token, first) && precedes(token, end)
          || !precedes(token, firstPair) && !precedes(lastPair, token) && token.unicodeScalars.count == 2
      }
      for placed in snapshot.fresh {
        let segment = placed.segment
        for index in 0..<segment.tokens.count {
          let token = String(decoding: segment.tokens.token(index), as: UTF8.self)
          guard isSpellable(token) else { continue }
          let naming = segment.postings[segment.range(of: index)].count { UInt8($0 & 63) & Field.naming != 0 }
          if naming > 0 { counts[token, default: 0] += naming }
        }
      }
      return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostSpellable)
        .map {
          ($0.key.hasPrefix(Analyser.written) ? String($0.key.dropFirst(Analyser.written.count)) : $0.key, $0.value)
        }
    } ?? []
  }

  /// Nil without an index.
  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (any ReadTransaction, IndexStore, IndexSnapshot) throws -> Value
  ) async throws -> Value? {
    for _ in 0..<200 {
      guard let store = engine.current else { return nil }
      let snapshot = store.snapshot
      do {
        let value = try await store.file.read { transaction -> Value? in
          guard try IndexFile.generation(in: transaction) == snapshot.generation else { return nil }
          return try body(transaction, store, snapshot)
        }
        if let value { return value }
      } catch StorageFault.closed where engine.current !== store {
        // Another index came into its place meanwhile.
      } catch StorageFault.damaged(let words) {
        store.note(damage: words)
        throw TemporarilyUnavailable()
      }
      await Task.yield()
    }
    throw TemporarilyUnavailable()
  }
}
