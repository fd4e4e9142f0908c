import Values

/// The conditions of a query as numbers, checked against columns.
struct Filter: Sendable {
  /// By category number; nil lets all pass.
  let categories: [Bool]?
  let brands: [Bool]?
  private let merchant: UInt32?
  private let currency: UInt32?
  private let price: ClosedRange<Int64>
  private let inStockOnly: Bool

  init(_ query: SearchQuery, _ columns: Columns) {
    func mask<Value>(_ wanted: Set<Value>, _ interner: Interner<Value>) -> [Bool]? {
      guard !wanted.isEmpty else { return nil }
      var mask = [Bool](repeating: false, count: interner.count)
      for value in wanted { mask[Int(interner.known(value))] = true }
      mask[0] = false
      return mask
    }
    categories = mask(query.categories, columns.categories)
    brands = mask(query.brands, columns.brands)
    // An unknown merchant has the number 0, which no document has.
    merchant = query.merchant.map { columns.merchants.known($0) }
    let low = query.priceFrom?.minor ?? Int64.min
    let high = query.priceTo?.minor ?? Int64.max
    price = low...max(low, high)
    let units = Set([query.priceFrom?.currency, query.priceTo?.currency].compactMap(\.self))
    // Bounds that contradict each other, or in two currencies, find nothing: no price has the number of no currency.
    currency = low > high || units.count > 1 ? UInt32.max : units.first.map { columns.currencies.known($0) }
    inStockOnly = query.inStockOnly
  }

  /// Nothing beside category and brand is asked for.
  var isOpen: Bool { merchant == nil && currency == nil && !inStockOnly }

  func passesCategory(_ number: Int, _ columns: Columns) -> Bool { categories?[Int(columns.category[number])] ?? true }
  func passesBrand(_ number: Int, _ columns: Columns) -> Bool { brands?[Int(columns.brand[number])] ?? true }

  func passesRest(_ number: Int, _ columns: Columns) -> Bool {
    if let merchant, columns.merchant[number] != merchant { return false }
    if let currency, columns.currency[number] != currency || !price.contains(columns.price[number]) { return false }
    return !inStockOnly || columns.isInStock(number)
  }
}

/// A find with what it is sorted by; greater ones come first, and of equal ones the newer product.
struct Hit: Sendable {
  let first: Int64
  let second: Int64
  let product: Int64
  let number: UInt32

  func precedes(_ other: Hit) -> Bool {
    if first != other.first { return first > other.first }
    if second != other.second { return second > other.second }
    return product > other.product
  }

  init(_ sort: SearchQuery.Sort, _ number: Int, score: Int32?, _ columns: Columns) {
    self.number = UInt32(number)
    product = columns.product[number]
    switch sort {
    case .relevance:
      first = Int64(score ?? columns.sold[number])
      second = score == nil ? columns.createdAt[number] : Int64(columns.sold[number])
    case .newest: (first, second) = (columns.createdAt[number], 0)
    case .bestSelling: (first, second) = (Int64(columns.sold[number]), columns.createdAt[number])
    case .priceUp: (first, second) = (-columns.price[number], 0)
    case .priceDown: (first, second) = (columns.price[number], 0)
    case .rating: (first, second) = (Int64(columns.rating[number]), Int64(columns.reviews[number]))
    }
  }

  func cursor(_ sort: SearchQuery.Sort) -> Cursor {
    Cursor([sort.rawValue, String(first), String(second), String(product)])
  }

  /// Nil for a cursor of another sort, or none at all.
  init?(_ cursor: Cursor, _ sort: SearchQuery.Sort) {
    guard cursor.parts.count == 4, cursor.parts[0] == sort.rawValue, let first = Int64(cursor.parts[1]),
      let second = Int64(cursor.parts[2]), let product = Int64(cursor.parts[3])
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

  init(most: Int) {
    self.most = max(1, most)
    hits.reserveCapacity(min(self.most * 2, 8192))
  }

  mutating func offer(_ hit: Hit) {
    if let last, !hit.precedes(last) { return }
    hits.append(hit)
    if hits.count >= most * 2 { cut() }
  }

  private mutating func cut() {
    hits.sort { $0.precedes($1) }
    if hits.count > most { hits.removeLast(hits.count - most) }
    last = hits.count == most ? hits[most - 1] : nil
  }

  mutating func finish() -> [Hit] {
    cut()
    return hits
  }
}
