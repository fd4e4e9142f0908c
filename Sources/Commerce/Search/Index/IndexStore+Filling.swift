import Storage
import Synchronization
import Values

extension IndexStore {
  /// So many documents are analysed as one piece of work.
  private static let perGroup = 2000
  /// So many are brought into pieces at once, in a file that nobody reads yet.
  private static let perSegment = 32_000

  private struct Group: Sendable {
    let documents: [(SearchDocument, Int64)]
    let lengths: [[UInt8]]
    let segment: Segment
  }

  /// Fills an index that nobody reads yet. Two groups are analysed while a third is read and written, so that the memory
  /// that it takes is bounded.
  func fill(_ page: @Sendable (_ after: ProductID?) async throws -> [(SearchDocument, Int64)]) async throws {
    var last: ProductID?
    var waiting: [Task<Group, Never>] = []
    var isAtEnd = false
    var flushing: Task<Void, any Error>?
    var unflushed = 0
    // Nothing writes on into a file that is given up.
    defer { flushing?.cancel() }
    func flushed() async throws {
      guard let task = flushing else { return }
      try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    }
    while !isAtEnd || !waiting.isEmpty {
      try Task.checkCancellation()
      while !isAtEnd, waiting.count < 2 {
        var documents: [(SearchDocument, Int64)] = []
        while documents.count < Self.perGroup {
          let part = try await page(last)
          guard let end = part.last else {
            isAtEnd = true
            break
          }
          documents += part
          last = end.0.card.product
        }
        guard !documents.isEmpty else { break }
        let taken = documents
        waiting.append(Task { Self.group(taken) })
      }
      guard !waiting.isEmpty else { break }
      let group = await waiting.removeFirst().value
      try await add(group)
      unflushed += group.documents.count
      guard unflushed >= Self.perSegment else { continue }
      // While one segment is written the next is gathered.
      try await flushed()
      flushing = Task { try await flush() }
      unflushed = 0
    }
    try await flushed()
    try await flush()
  }

  private static func group(_ documents: [(SearchDocument, Int64)]) -> Group {
    var builder = SegmentBuilder()
    let lengths = documents.map { builder.add($0.0) }
    return Group(documents: documents, lengths: lengths, segment: builder.build())
  }

  private func add(_ group: Group) async throws {
    let (start, standing) = live.withLock { ($0.columns.count, $0.columns.book) }
    var book = standing
    var news: [UInt32] = []
    let lines = group.documents.enumerated().map { index, one in
      IndexFile.DocumentLine(
        number: start + index, version: one.1,
        entry: Self.entry(one.0, lengths: group.lengths[index], &book, &news))
    }
    let (noted, added) = (book, Set(news).sorted())
    try await file.write { transaction in
      for choice in added { try IndexFile.write(noted.choices[Int(choice)], choice, in: transaction) }
      try IndexFile.insert(lines, in: transaction)
    }
    live.withLock { live in
      if !news.isEmpty { live.columns.adopt(book) }
      live.fresh.append(PlacedSegment(start: start, segment: group.segment))
      for line in lines { live.columns.append(line.entry) }
      live.tidy()
    }
  }

  /// Takes over what came meanwhile.
  func catchUp(_ changes: @Sendable (_ after: Int64) async throws -> [DocumentChange]) async throws {
    while true {
      try Task.checkCancellation()
      let next = try await changes(live.withLock { $0.applied })
      guard !next.isEmpty else { return }
      try await apply(next)
    }
  }

  /// From here on the file counts.
  func finish(applied: Int64, mark: Int64) async throws {
    let next = live.withLock { live in
      live.applied = applied
      live.mark = mark
      live.versions.listing += 1
      return live.columns.count
    }
    try await file.write {
      try $0.execute(
        "UPDATE state SET applied = \(applied), next = \(next), mark = \(mark), is_whole = 1 WHERE id = 1")
    }
  }
}
