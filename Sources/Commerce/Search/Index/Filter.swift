import Values

/// The conditions of a question as numbers, checked against columns. Those that have a facet are told apart, so that each
/// facet is counted without its own.
struct Filter: Sendable {
  static let categoryBit: UInt64 = 1
  static let brandBit: UInt64 = 2
  static let ratingBit: UInt64 = 4
  /// More attributes at once than this aren't looked at.
  static let mostAttributes = 24
  private static let firstAttributeBit: UInt64 = 8

  /// By number; nil lets all pass.
  let categories: [Bool]?
  private let brands: [Bool]?
  private let rating: UInt8
  private let merchant: UInt32?
  private let currency: UInt32?
  private let price: ClosedRange<Int64>
  private let flags: UInt8
  /// The bits of all attributes that are asked for.
  private let attributeBits: UInt64
  /// By choice, the bit of the attribute that it satisfies.
  private let satisfied: [UInt64]
  /// The numbers of attributes that are asked for, in the order of their bits.
  let attributes: [UInt32]

  init(_ ask: EngineAsk, _ columns: Columns) {
    func mask<Value>(_ wanted: Set<Value>, _ interner: Interner<Value>) -> [Bool]? {
      guard !wanted.isEmpty else { return nil }
      var mask = [Bool](repeating: false, count: interner.count)
      for value in wanted { mask[Int(interner.known(value))] = true }
      mask[0] = false
      return mask
    }
    categories = mask(ask.categories, columns.categories)
    brands = mask(ask.brands, columns.brands)
    rating = UInt8(clamping: ask.ratingFrom ?? 0)
    // An unknown merchant has the number 0, which no document has.
    merchant = ask.merchant.map { columns.merchants.known($0) }
    let low = ask.priceFrom?.minor ?? Int64.min
    let high = ask.priceTo?.minor ?? Int64.max
    price = low...max(low, high)
    let units = Set([ask.priceFrom?.currency, ask.priceTo?.currency].compactMap(\.self))
    // Bounds that contradict each other, or in two currencies, find nothing: no price has the number of no currency.
    currency = low > high || units.count > 1 ? UInt32.max : units.first.map { Self.wanted($0, columns) }
    flags = Columns.Flag.listed | (ask.inStockOnly ? Columns.Flag.inStock : 0)
    var bits: UInt64 = 0
    var numbers: [UInt32] = []
    var satisfied: [UInt64] = []
    for (attribute, values) in ask.attributes.sorted(by: { $0.key < $1.key }).prefix(Self.mostAttributes)
    where !values.isEmpty {
      let bit = Self.firstAttributeBit << UInt64(numbers.count)
      bits |= bit
      numbers.append(columns.book.attributes.known(attribute))
      if satisfied.isEmpty { satisfied = [UInt64](repeating: 0, count: columns.book.count) }
      for value in values {
        if let choice = columns.book.known(attribute, value) { satisfied[Int(choice)] = bit }
      }
    }
    attributeBits = bits
    attributes = numbers
    self.satisfied = satisfied
  }

  private static func wanted(_ unit: Currency, _ columns: Columns) -> UInt32 {
    let number = columns.currencies.known(unit)
    return number == 0 ? .max : number
  }

  /// Nothing is asked for that has no facet, and of those nothing but categories.
  var asksCategoriesAlone: Bool {
    brands == nil && rating == 0 && merchant == nil && currency == nil && attributeBits == 0
      && flags == Columns.Flag.listed
  }

  /// Leaves those of a run for which the conditions without a facet hold.
  @inline(__always)
  func sift(_ run: inout Run, _ view: ColumnView) {
    run.keep { number in view.flags[number] & flags == flags }
    if let merchant { run.keep { number in view.merchant[number] == merchant } }
    guard let currency else { return }
    run.keep { number in (UInt32(view.currency[number]) == currency) && price.contains(view.price[number]) }
  }

  /// Whether anything is asked for that has a facet.
  var asksFacets: Bool { categories != nil || brands != nil || rating > 0 || attributeBits != 0 }

  /// The bits of the conditions with a facet that don't hold.
  @inline(__always)
  func failures(_ number: Int, _ view: ColumnView) -> UInt64 {
    var failures: UInt64 = 0
    if let categories, !categories[Int(view.category[number])] { failures |= Self.categoryBit }
    if let brands, !brands[Int(view.brand[number])] { failures |= Self.brandBit }
    if view.rating[number] < rating { failures |= Self.ratingBit }
    if attributeBits != 0 {
      var held: UInt64 = 0
      for choice in view.choices(of: number) { held |= satisfied[Int(choice)] }
      failures |= attributeBits & ~held
    }
    return failures
  }

  /// The attribute whose bit alone is set; nil for other conditions.
  func attribute(of failure: UInt64) -> UInt32? {
    guard failure & attributeBits != 0 else { return nil }
    let place = failure.trailingZeroBitCount - Self.firstAttributeBit.trailingZeroBitCount
    return attributes.indices.contains(place) ? attributes[place] : nil
  }
}
