import Values

/// What lists sort, filter and show of every document, column by column. A document's number is its place.
struct Columns: Sendable {
  /// What a change of figures touched.
  struct Change: OptionSet, Sendable {
    let rawValue: Int
    static let price = Change(rawValue: 1)
    static let stock = Change(rawValue: 2)
    static let sold = Change(rawValue: 4)
    static let rating = Change(rawValue: 8)
    /// It came to be listed, or ceased to be.
    static let listing = Change(rawValue: 16)
  }

  private enum Flag {
    static let listed: UInt8 = 1
    static let inStock: UInt8 = 2
    static let hasRange: UInt8 = 4
    static let alive: UInt8 = 8
  }

  private static let noListPrice = Int64.min

  private(set) var product: [Int64] = []
  private(set) var merchant: [UInt32] = []
  private(set) var category: [UInt32] = []
  private(set) var brand: [UInt32] = []
  private(set) var createdAt: [Int64] = []
  private(set) var price: [Int64] = []
  private var listPrice: [Int64] = []
  private(set) var currency: [UInt32] = []
  private var flags: [UInt8] = []
  private(set) var sold: [Int32] = []
  private(set) var rating: [Int16] = []
  private(set) var reviews: [Int32] = []
  private(set) var categories = Interner<CategoryID>()
  private(set) var brands = Interner<BrandID>()
  private(set) var merchants = Interner<MerchantID>()
  private(set) var currencies = Interner<Currency>()

  var count: Int { product.count }

  /// In the shop's lists: not removed, and with a price.
  func isListed(_ number: Int) -> Bool { flags[number] & Flag.listed != 0 }
  func isInStock(_ number: Int) -> Bool { flags[number] & Flag.inStock != 0 }
  func isAlive(_ number: Int) -> Bool { flags[number] & Flag.alive != 0 }

  mutating func append(_ entry: ColumnEntry) {
    product.append(entry.product.raw)
    merchant.append(merchants.number(of: entry.merchant))
    category.append(entry.category.map { categories.number(of: $0) } ?? 0)
    brand.append(entry.brand.map { brands.number(of: $0) } ?? 0)
    createdAt.append(entry.createdAt.milliseconds)
    price.append(0)
    listPrice.append(Self.noListPrice)
    currency.append(0)
    flags.append(Flag.alive)
    sold.append(0)
    rating.append(0)
    reviews.append(0)
    set(entry.figures, at: count - 1)
  }

  mutating func remove(_ number: Int) { flags[number] = 0 }

  func figures(_ number: Int) -> ProductFigures {
    let unit = currencies[currency[number]]
    let isPriced = isListed(number)
    let list = listPrice[number]
    return ProductFigures(
      product: ProductID(raw: product[number]),
      price: isPriced ? unit.map { Money(minor: price[number], currency: $0) } : nil,
      listPrice: list == Self.noListPrice ? nil : unit.map { Money(minor: list, currency: $0) },
      hasPriceRange: flags[number] & Flag.hasRange != 0, inStock: isInStock(number), sold: Int(sold[number]),
      ratingTenths: Int(rating[number]), reviewCount: Int(reviews[number]))
  }

  /// What setting these figures would change.
  func changes(_ figures: ProductFigures, at number: Int) -> Change {
    var change: Change = []
    let money = figures.price ?? figures.listPrice
    let unit = money.map { currencies.known($0.currency) } ?? currency[number]
    if isListed(number) != (figures.price != nil) { change.insert([.price, .listing]) }
    if price[number] != figures.price?.minor ?? 0 || listPrice[number] != figures.listPrice?.minor ?? Self.noListPrice
      || unit != currency[number] || (flags[number] & Flag.hasRange != 0) != figures.hasPriceRange
    {
      change.insert(.price)
    }
    if isInStock(number) != figures.inStock { change.insert(.stock) }
    if sold[number] != Int32(clamping: figures.sold) { change.insert(.sold) }
    if rating[number] != Int16(clamping: figures.ratingTenths)
      || reviews[number] != Int32(clamping: figures.reviewCount)
    {
      change.insert(.rating)
    }
    return change
  }

  /// Writes only the columns that differ, so that those shared with readers aren't copied for nothing.
  @discardableResult
  mutating func set(_ figures: ProductFigures, at number: Int) -> Change {
    let change = changes(figures, at: number)
    if change.contains(.price) {
      price[number] = figures.price?.minor ?? 0
      listPrice[number] = figures.listPrice?.minor ?? Self.noListPrice
      if let money = figures.price ?? figures.listPrice { currency[number] = currencies.number(of: money.currency) }
    }
    if !change.isDisjoint(with: [.price, .stock]) {
      flags[number] =
        Flag.alive | (figures.price == nil ? 0 : Flag.listed) | (figures.inStock ? Flag.inStock : 0)
        | (figures.hasPriceRange ? Flag.hasRange : 0)
    }
    if change.contains(.sold) { sold[number] = Int32(clamping: figures.sold) }
    if change.contains(.rating) {
      rating[number] = Int16(clamping: figures.ratingTenths)
      reviews[number] = Int32(clamping: figures.reviewCount)
    }
    return change
  }

  /// The columns of the documents that are alive, in the same order.
  func compacted() -> Columns {
    var compact = Columns()
    for number in 0..<count where isAlive(number) { compact.append(entry(number)) }
    return compact
  }

  private func entry(_ number: Int) -> ColumnEntry {
    ColumnEntry(
      product: ProductID(raw: product[number]), merchant: merchants[merchant[number]] ?? MerchantID(raw: 0),
      category: categories[category[number]], brand: brands[brand[number]],
      createdAt: Timestamp(milliseconds: createdAt[number]), figures: figures(number))
  }
}

/// One document as the columns take it.
struct ColumnEntry: Hashable, Sendable {
  let product: ProductID
  let merchant: MerchantID
  let category: CategoryID?
  let brand: BrandID?
  let createdAt: Timestamp
  let figures: ProductFigures
}

/// Small numbers for values that repeat; 0 stands for none.
struct Interner<Value: Hashable & Sendable>: Sendable {
  private var values: [Value] = []
  private var numbers: [Value: UInt32] = [:]

  /// One more than the largest number.
  var count: Int { values.count + 1 }

  subscript(_ number: UInt32) -> Value? { number == 0 ? nil : values[Int(number) - 1] }

  /// 0 when it was never numbered.
  func known(_ value: Value) -> UInt32 { numbers[value] ?? 0 }

  mutating func number(of value: Value) -> UInt32 {
    if let known = numbers[value] { return known }
    values.append(value)
    let number = UInt32(values.count)
    numbers[value] = number
    return number
  }
}
