import Storage
import Synchronization
import Values

extension IndexStore {
  private static let piecesPerStep = 4000
  /// Of all segments that are joined together, which are in memory then.
  private static let piecesPerMerge = 4096
  /// So many neighbours of about the same size become one.
  private static let neighbours = 6
  /// And so many at most, so that a step holds all pieces of some tokens.
  private static let mostMerged = 64

  /// Brings what came lately into pieces, and pieces together, while reading and writing go on.
  func tidyBeside() {
    let needsWork = live.withLock { $0.freshDocuments >= Self.mostFresh || Self.tail($0) != nil }
    guard needsWork || !hasSwept.load(ordering: .acquiring),
      isTidying.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    else { return }
    Task.detached(priority: .utility) { [weak self] in
      guard let self else { return }
      defer { isTidying.store(false, ordering: .releasing) }
      do {
        try await pieceTurns.run {
          if !self.hasSwept.exchange(true, ordering: .acquiringAndReleasing) { try await self.sweep() }
        }
        try await flushIfMuch()
        // Beside whoever writes new ones, since it may take minutes.
        while let tail = live.withLock({ Self.tail($0) }) {
          try await merge(tail)
          try await flushIfMuch()
        }
      } catch StorageFault.closed {
        // Another index took its place, or the program ends.
      } catch {
        // What it has left goes with the next try.
        hasSwept.store(false, ordering: .releasing)
        if case StorageFault.damaged(let words) = error { return note(damage: words) }
        say("the index's pieces couldn't be put together: \(error)")
      }
    }
  }

  private func flushIfMuch() async throws {
    try await pieceTurns.run {
      if self.live.withLock({ $0.freshDocuments }) >= Self.mostFresh { try await self.flush() }
    }
  }

  /// Takes away what a process that ended in the midst has left.
  private func sweep() async throws {
    let ids = try await file.read { try $0.rows("SELECT id FROM segment WHERE is_ready = 0 ORDER BY id") }
      .map { row -> Int64 in try row["id"] }
    for id in ids { try await drop(id) }
  }

  private func drop(_ segment: Int64) async throws {
    while try await file.write({ try IndexFile.drop(piecesOf: segment, most: 5000, in: $0) }) {}
  }

  private static func tail(_ snapshot: IndexSnapshot) -> [IndexFile.SegmentRow]? {
    func tier(_ row: IndexFile.SegmentRow) -> Int {
      var (size, tier) = (row.documents / mostFresh, 0)
      while size >= neighbours {
        size /= neighbours
        tier += 1
      }
      return tier
    }
    guard let last = snapshot.segments.last else { return nil }
    let tail = snapshot.segments.reversed().prefix { tier($0) <= tier(last) }
    return tail.count >= neighbours ? Array(snapshot.segments.suffix(tail.count).prefix(mostMerged)) : nil
  }

  /// Writes everything that lies in memory as a segment of pieces, which counts once it is whole.
  func flush() async throws {
    // Not the whole snapshot: figures that somebody holds are copied by whoever changes them.
    let taken = live.withLock { live -> (fresh: [PlacedSegment], flags: Column<UInt8>, end: Int)? in
      // Another flush is on its way.
      guard live.frozen <= live.fresh.first?.start ?? Int.max, !live.fresh.isEmpty else { return nil }
      live.frozen = live.columns.count
      return (live.fresh, live.columns.flags, live.columns.count)
    }
    guard let (fresh, flags, end) = taken,
      let whole = IndexSnapshot.merged(fresh[...], isAlive: { flags[$0] & Columns.Flag.alive != 0 })
    else { return }
    do {
      let row = try await begin(start: whole.start, documents: whole.segment.documents)
      try await write(whole, of: row.id)
      try await file.write { transaction in
        try transaction.execute("UPDATE segment SET is_ready = 1 WHERE id = \(row.id)")
        try transaction.execute("DELETE FROM fresh WHERE start < \(end)")
        try transaction.execute("UPDATE state SET generation = generation + 1 WHERE id = 1")
        let generation = try IndexFile.generation(in: transaction)
        transaction.afterCommit { [weak self] in
          self?.live.withLock { live in
            live.segments.append(row)
            live.fresh.removeAll { $0.start < end }
            live.generation = generation
          }
        }
      }
    } catch {
      live.withLock { $0.frozen = 0 }
      hasSwept.store(false, ordering: .releasing)
      throw error
    }
  }

  private func begin(start: Int, documents: Int) async throws -> IndexFile.SegmentRow {
    try await file.write { transaction in
      let last: Int64? = try transaction.value("SELECT MAX(id) FROM segment", as: Int64?.self) ?? nil
      let id = (last ?? 0) + 1
      try transaction.execute(
        "INSERT INTO segment (id, start, documents, is_ready) VALUES (\(id), \(start), \(documents), 0)")
      return IndexFile.SegmentRow(id: id, start: start, documents: documents)
    }
  }

  private func write(_ placed: PlacedSegment, of id: Int64) async throws {
    let segment = placed.segment
    for start in stride(from: 0, to: segment.tokens.count, by: Self.piecesPerStep) {
      try await file.write { transaction in
        let pieces = (start..<min(start + Self.piecesPerStep, segment.tokens.count)).map { token in
          let postings = segment.postings[segment.range(of: token)]
          let (bytes, last, naming) = PieceCoding.encode(postings, start: placed.start)
          return IndexFile.Piece(
            token: String(decoding: segment.tokens.token(token), as: UTF8.self), documents: postings.count,
            naming: naming, last: last, postings: bytes)
        }
        try IndexFile.insert(pieces[...], of: id, at: start, in: transaction)
      }
    }
  }

  /// Makes one segment of neighbours in the file.
  private func merge(_ rows: [IndexFile.SegmentRow]) async throws {
    guard let first = rows.first, let last = rows.last else { return }
    let row = try await begin(start: first.start, documents: last.start + last.documents - first.start)
    var (token, place): (String, Int) = ("", 0)
    while true {
      let (after, from) = (token, place)
      let began = ContinuousClock.now
      let step = try await file.write { transaction -> (token: String, count: Int)? in
        guard let step = try Self.joined(rows, after: after, in: transaction) else { return nil }
        try IndexFile.insert(step.pieces[...], of: row.id, at: from, in: transaction)
        return (step.last, step.pieces.count)
      }
      guard let step else { break }
      token = step.token
      place += step.count
      // As long as it took: whoever asks and writes meanwhile comes first.
      try await Task.sleep(for: began.duration(to: .now))
    }
    let old = Set(rows.map(\.id))
    try await file.write { transaction in
      try transaction.execute("UPDATE segment SET is_ready = 0 WHERE id IN \(list: rows.map(\.id))")
      try transaction.execute("UPDATE segment SET is_ready = 1 WHERE id = \(row.id)")
      try transaction.execute("UPDATE state SET generation = generation + 1 WHERE id = 1")
      let generation = try IndexFile.generation(in: transaction)
      transaction.afterCommit { [weak self] in
        self?.live.withLock { live in
          live.segments = (live.segments.filter { !old.contains($0.id) } + [row]).sorted { $0.start < $1.start }
          live.generation = generation
        }
      }
    }
    for id in rows.map(\.id) { try await drop(id) }
  }

  /// The next tokens' pieces of all of the segments, each token's as one; nil at the end.
  private static func joined(
    _ rows: [IndexFile.SegmentRow], after token: String, in transaction: any ReadTransaction
  ) throws -> (pieces: [IndexFile.Piece], last: String)? {
    let starts = Dictionary(rows.map { ($0.id, $0.start) }, uniquingKeysWith: { $1 })
    var found: [(start: Int, piece: IndexFile.Piece)] = []
    let upTo: SQL = try end(of: rows, after: token, in: transaction).map { "AND token <= \($0)" } ?? ""
    try transaction.forEachRow(
      """
      SELECT segment, token, documents, naming, last, postings FROM piece
      WHERE segment IN \(list: rows.map(\.id)) AND token > \(token) \(upTo) ORDER BY token
      """
    ) { row in
      var reader = RowReader(row)
      let segment: Int64 = try reader.next()
      let token: String = try reader.next()
      let (documents, naming, last): (Int, Int, Int) = (try reader.next(), try reader.next(), try reader.next())
      found.append(
        (
          starts[segment] ?? 0,
          IndexFile.Piece(
            token: token, documents: documents, naming: naming, last: UInt32(clamping: last),
            postings: try reader.next())
        ))
    }
    guard let last = found.last?.piece.token else { return nil }
    var pieces: [IndexFile.Piece] = []
    var index = 0
    while index < found.count {
      let token = found[index].piece.token
      // Letters written in two ways are equal as text and two tokens in the file.
      let end = found[index...].firstIndex { !$0.piece.token.utf8.elementsEqual(token.utf8) } ?? found.count
      pieces.append(join(found[index..<end].sorted { $0.start < $1.start }.map(\.piece), token))
      index = end
    }
    return (pieces, last)
  }

  /// The token up to which no segment has more pieces than are read at once; nil when that is all they have.
  private static func end(
    of rows: [IndexFile.SegmentRow], after token: String, in transaction: any ReadTransaction
  ) throws -> String? {
    let most = max(piecesPerMerge / rows.count, 1)
    let ends = try rows.compactMap { row -> String? in
      try transaction.value(
        """
        SELECT token FROM piece WHERE segment = \(row.id) AND token > \(token) ORDER BY token LIMIT 1
        OFFSET \(most - 1)
        """)
    }
    return ends.min { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func join(_ parts: [IndexFile.Piece], _ token: String) -> IndexFile.Piece {
    guard parts.count > 1, var last = parts.first?.last, var bytes = parts.first?.postings else { return parts[0] }
    for part in parts.dropFirst() {
      PieceCoding.join(&bytes, last: last, with: part.postings)
      last = part.last
    }
    return IndexFile.Piece(
      token: token, documents: parts.reduce(0) { $0 + $1.documents }, naming: parts.reduce(0) { $0 + $1.naming },
      last: last, postings: bytes)
  }
}
