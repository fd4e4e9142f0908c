import Values

/// A find with what it is sorted by; greater ones come first, and of equal ones the newer product.
struct Hit: Sendable {
  let first: Int64
  let second: Int64
  let product: Int64
  let number: UInt32

  @inline(__always)
  func precedes(_ other: Hit) -> Bool {
    if first != other.first { return first > other.first }
    if second != other.second { return second > other.second }
    return product > other.product
  }

  /// - Parameter score: nil where nothing is weighed.
  @inline(__always)
  init(_ sort: SearchQuery.Sort, _ number: Int, score: Int64?, _ view: ColumnView) {
    self.number = UInt32(number)
    product = view.product[number]
    switch sort {
    case .relevance:
      first = score ?? Int64(view.sold[number])
      second = score == nil ? Int64(view.createdAt[number]) : Int64(view.sold[number])
    case .newest: (first, second) = (Int64(view.createdAt[number]), 0)
    case .bestSelling: (first, second) = (Int64(view.sold[number]), Int64(view.createdAt[number]))
    case .priceUp: (first, second) = (-view.price[number], 0)
    case .priceDown: (first, second) = (view.price[number], 0)
    case .rating: (first, second) = (Int64(view.rating[number]), Int64(view.reviews[number]))
    }
  }

  /// - Parameter frame: what was weighed with, so that the next page weighs alike.
  func cursor(_ sort: SearchQuery.Sort, frame: String?) -> Cursor {
    Cursor([sort.rawValue, String(first), String(second), String(product)] + [frame].compactMap(\.self))
  }

  /// Nil for a cursor of another sort, or none at all.
  init?(_ cursor: Cursor, _ sort: SearchQuery.Sort) {
    guard (4...5).contains(cursor.parts.count), cursor.parts[0] == sort.rawValue,
      let first = Int64(cursor.parts[1]), let second = Int64(cursor.parts[2]), let product = Int64(cursor.parts[3])
    else { return nil }
    self.first = first
    self.second = second
    self.product = product
    number = 0
  }
}

/// The first so many hits of any number, in order, without sorting them all.
struct Leaders: Sendable {
  private let most: Int
  private var hits: [Hit] = []
  private var last: Hit?
  /// A hit whose `first` is smaller is none of them any more.
  private(set) var least = Int64.min

  init(most: Int) {
    self.most = max(1, most)
    hits.reserveCapacity(min(self.most * 2, 8192))
  }

  @inline(__always)
  mutating func offer(_ hit: Hit) {
    if let last, !hit.precedes(last) { return }
    hits.append(hit)
    if hits.count >= most * 2 { cut() }
  }

  private mutating func cut() {
    hits.sort { $0.precedes($1) }
    if hits.count > most { hits.removeLast(hits.count - most) }
    last = hits.count == most ? hits[most - 1] : nil
    least = last?.first ?? .min
  }

  mutating func finish() -> [Hit] {
    cut()
    return hits
  }
}
