import Values

/// All that a reader needs beside the file, as a value: a reader takes a copy and works on it in peace.
struct IndexSnapshot: Sendable {
  /// Each grows when something of its kind changed; what was worked out from older ones is stale.
  struct Versions: Hashable, Sendable {
    var listing = 0
    var price = 0
    var stock = 0
    var sold = 0
    var rating = 0
  }

  var columns = Columns()
  /// What came lately, in the order of documents; the file's pieces hold what came before.
  var fresh: [PlacedSegment] = []
  var segments: [IndexFile.SegmentRow] = []
  /// Of the file when its pieces were those of `segments`.
  var generation = 0
  var applied: Int64 = 0
  /// Of the table that it is made of.
  var mark: Int64 = 0
  var versions = Versions()
  /// Segments that begin before it are on their way into the file and stay as they are.
  var frozen = 0

  var freshDocuments: Int { fresh.reduce(0) { $0 + $1.segment.documents } }
  var dead: Int { columns.count - columns.alive }

  /// So many documents are gone that making the index anew is worth while.
  var isWorn: Bool { dead > 1000 && dead * 3 > columns.count }

  /// The neighbours at the end that should become one: sizes are kept falling by half at least, so that there are few
  /// segments and each document is merged only so often.
  var mergeable: ArraySlice<PlacedSegment> {
    var tail = 0
    var size = 0
    for placed in fresh.reversed() where placed.start >= frozen {
      if tail > 0, placed.segment.documents > size * 2 { break }
      tail += 1
      size += placed.segment.documents
    }
    return fresh.suffix(tail)
  }

  /// One of neighbours.
  static func merged(_ placed: ArraySlice<PlacedSegment>, isAlive: (Int) -> Bool) -> PlacedSegment? {
    // From the small end, so that large ones are copied once.
    guard var last = placed.last else { return nil }
    for previous in placed.dropLast().reversed() {
      let end = previous.start + previous.segment.documents + last.segment.documents
      let isGone = (previous.start..<end).map { !isAlive($0) }
      last = PlacedSegment(start: previous.start, segment: .merged(previous.segment, last.segment, isGone: isGone))
    }
    return last
  }

  /// Makes few of many small segments at the end.
  mutating func tidy() {
    let tail = mergeable
    guard tail.count > 1, let whole = Self.merged(tail, isAlive: columns.isAlive) else { return }
    fresh.removeLast(tail.count)
    fresh.append(whole)
  }

  mutating func note(_ change: Columns.Change, wasListed: Bool, isListed: Bool) {
    if change.contains(.listing) { versions.listing += 1 }
    guard wasListed || isListed, !change.isEmpty else { return }
    if change.contains(.price) { versions.price += 1 }
    if change.contains(.stock) { versions.stock += 1 }
    if change.contains(.sold) { versions.sold += 1 }
    if change.contains(.rating) { versions.rating += 1 }
  }
}
