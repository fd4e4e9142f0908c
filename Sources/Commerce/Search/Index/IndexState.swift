import Values

/// All that is searched, as a value: a reader takes a copy and works on it in peace; arrays are shared until a writer
/// changes them while a reader still holds them.
struct IndexState: Sendable {
  struct Placed: Sendable {
    /// The number of the segment's first document.
    let start: Int
    let segment: Segment
  }

  /// Each grows when something of its kind changed; what was worked out from older ones is stale.
  struct Versions: Hashable, Sendable {
    var listing = 0
    var price = 0
    var stock = 0
    var sold = 0
    var rating = 0
  }

  private(set) var segments: [Placed] = []
  private(set) var columns = Columns()
  private(set) var versions = Versions()
  private var places: [Int64: UInt32] = [:]
  /// Hashes of the documents that came since the start, figures included as they came.
  private var digests: [Int64: Int] = [:]
  private(set) var gone = 0

  init() {}

  /// - Parameter versions: those of the state that this one takes the place of.
  init(columns: Columns, segment: Segment, after versions: Versions) {
    self.columns = columns
    self.versions = versions
    self.versions.listing += 1
    if columns.count > 0 { segments = [Placed(start: 0, segment: segment)] }
    places.reserveCapacity(columns.count)
    for number in 0..<columns.count { places[columns.product[number]] = UInt32(number) }
  }

  func number(of product: ProductID) -> Int? { places[product.raw].map(Int.init) }

  /// Adds documents in the order in which the segment numbers them; those known before are replaced.
  mutating func add(_ entries: [ColumnEntry], _ segment: Segment) {
    segments.append(Placed(start: columns.count, segment: segment))
    for entry in entries {
      retire(entry.product)
      places[entry.product.raw] = UInt32(columns.count)
      columns.append(entry)
    }
    versions.listing += 1
  }

  /// Adds documents as `add` does and remembers them. Answers whether a shopper can see the change.
  mutating func add(_ rows: [DocumentRow], _ segment: Segment) -> Bool {
    var isVisible = false
    for row in rows {
      let wasListed = number(of: row.entry.product).map(columns.isListed) ?? false
      if wasListed || row.entry.figures.price != nil { isVisible = true }
    }
    add(rows.map(\.entry), segment)
    for row in rows { digests[row.entry.product.raw] = row.hashValue }
    return isVisible
  }

  /// Whether the document came since the start and hasn't changed.
  func holds(_ row: DocumentRow) -> Bool { digests[row.entry.product.raw] == row.hashValue }

  mutating func remove(_ products: [ProductID]) {
    for product in products { retire(product) }
    versions.listing += 1
  }

  private mutating func retire(_ product: ProductID) {
    digests[product.raw] = nil
    guard let number = places.removeValue(forKey: product.raw) else { return }
    columns.remove(Int(number))
    gone += 1
  }

  /// Answers whether a shopper can see the change.
  mutating func set(_ figures: ProductFigures) -> Bool {
    guard let number = number(of: figures.product) else { return false }
    let wasListed = columns.isListed(number)
    let change = columns.set(figures, at: number)
    digests[figures.product.raw] = nil
    if change.contains(.listing) { versions.listing += 1 }
    guard wasListed || columns.isListed(number), !change.isEmpty else { return false }
    if change.contains(.price) { versions.price += 1 }
    if change.contains(.stock) { versions.stock += 1 }
    if change.contains(.sold) { versions.sold += 1 }
    if change.contains(.rating) { versions.rating += 1 }
    return true
  }

  /// Takes a merged segment in the place of neighbours, if these still stand where they stood.
  mutating func replace(_ old: [Placed], with segment: Segment) {
    guard let first = old.first, let index = segments.firstIndex(where: { $0.segment === first.segment }),
      index + old.count <= segments.count,
      zip(segments[index...], old).allSatisfy({ $0.segment === $1.segment && $0.start == $1.start })
    else { return }
    segments.replaceSubrange(index..<(index + old.count), with: [Placed(start: first.start, segment: segment)])
  }

  /// Takes the state without the documents that are gone, if no document came or went meanwhile; figures that changed
  /// meanwhile are carried over.
  mutating func replace(_ old: IndexState, with segment: Segment) {
    guard old.versions.listing == versions.listing else { return }
    let digests = digests
    self = IndexState(columns: columns.compacted(), segment: segment, after: versions)
    self.digests = digests
  }
}

// MARK: Keeping few segments

extension IndexState {
  /// The neighbours at the end that should become one: sizes are kept falling by half at least, so that there are few
  /// segments and each document is merged only so often. Nil when all is well.
  var mergeable: [Placed]? {
    var tail = 0
    var size = 0
    for placed in segments.reversed() {
      if tail > 0, placed.segment.documents > size * 2 { break }
      tail += 1
      size += placed.segment.documents
    }
    return tail > 1 ? Array(segments.suffix(tail)) : nil
  }

  /// So many are gone that numbering anew is worth while.
  var isWorn: Bool { gone > 1000 && gone * 3 > columns.count }

  func merged(_ placed: [Placed]) -> Segment? {
    // From the small end, so that large ones are copied once.
    var rest = placed
    guard var last = rest.popLast() else { return nil }
    while let previous = rest.popLast() {
      let end = previous.start + previous.segment.documents + last.segment.documents
      let isGone = (previous.start..<end).map { !columns.isAlive($0) }
      last = Placed(start: previous.start, segment: .merged(previous.segment, last.segment, isGone: isGone))
    }
    return last.segment
  }

  /// One segment of the documents that are alive, numbered anew.
  func compactedSegment() -> Segment? {
    guard let whole = merged(segments) else { return nil }
    var next: UInt32 = 0
    let numbers = (0..<columns.count).map { number -> UInt32? in
      guard columns.isAlive(number) else { return nil }
      defer { next += 1 }
      return next
    }
    return whole.renumbered(numbers, documents: Int(next))
  }
}
