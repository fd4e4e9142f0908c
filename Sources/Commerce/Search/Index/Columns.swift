import Values

/// What lists sort, filter and weigh of every document, column by column. A document's number is its place. A value: who
/// reads takes a copy, and a writer copies only the columns whose values it changes while somebody reads.
struct Columns: Sendable {
  /// What a change touched.
  struct Change: OptionSet, Sendable {
    let rawValue: Int
    static let price = Change(rawValue: 1)
    static let stock = Change(rawValue: 2)
    static let sold = Change(rawValue: 4)
    static let rating = Change(rawValue: 8)
    /// It came to be listed, or ceased to be.
    static let listing = Change(rawValue: 16)
  }

  enum Flag {
    static let listed: UInt8 = 1
    static let inStock: UInt8 = 2
    static let alive: UInt8 = 4
  }

  private(set) var product = Column<Int64>()
  private(set) var price = Column<Int64>()
  private(set) var merchant = Column<UInt32>()
  private(set) var category = Column<UInt32>()
  private(set) var brand = Column<UInt32>()
  private(set) var createdAt = Column<UInt32>()
  private(set) var sold = Column<Int32>()
  private(set) var reviews = Column<UInt32>()
  private(set) var currency = Column<UInt8>()
  private(set) var flags = Column<UInt8>()
  private(set) var rating = Column<UInt8>()
  /// `Field.count` of each document.
  private(set) var lengths = Column<UInt8>()
  private(set) var choices = Column<UInt32>()
  /// Where each document's choices end.
  private(set) var choiceEnds = Column<UInt32>()
  private(set) var categories = Interner<CategoryID>()
  private(set) var brands = Interner<BrandID>()
  private(set) var merchants = Interner<MerchantID>()
  private(set) var currencies = Interner<Currency>()
  private(set) var book = ChoiceBook()
  /// Of the documents that are alive, the sum of each field's lengths, and how many have it.
  private(set) var lengthSums = [Int](repeating: 0, count: Field.count)
  private(set) var filled = [Int](repeating: 0, count: Field.count)
  private(set) var alive = 0
  /// The most that any document was ever sold.
  private(set) var mostSold: Int32 = 0

  var count: Int { product.count }

  func isListed(_ number: Int) -> Bool { flags[number] & Flag.listed != 0 }
  func isAlive(_ number: Int) -> Bool { flags[number] & Flag.alive != 0 }

  mutating func reserve(_ count: Int) {
    product.reserve(count)
    merchant.reserve(count)
    category.reserve(count)
    brand.reserve(count)
    createdAt.reserve(count)
    lengths.reserve(count * Field.count)
    choiceEnds.reserve(count)
    price.reserve(count)
    sold.reserve(count)
    reviews.reserve(count)
    currency.reserve(count)
    flags.reserve(count)
    rating.reserve(count)
  }

  mutating func append(_ entry: ColumnEntry) {
    product.append(entry.product.raw)
    price.append(entry.price ?? 0)
    merchant.append(merchants.number(of: entry.merchant))
    category.append(entry.category.map { categories.number(of: $0) } ?? 0)
    brand.append(entry.brand.map { brands.number(of: $0) } ?? 0)
    createdAt.append(entry.createdAt)
    sold.append(entry.sold)
    reviews.append(entry.reviews)
    currency.append(number(of: entry.currency))
    flags.append(Self.flags(entry))
    rating.append(entry.rating)
    for length in entry.lengths { lengths.append(length) }
    for choice in entry.choices { choices.append(choice) }
    choiceEnds.append(UInt32(choices.count))
    count(entry.lengths, by: 1)
    alive += 1
    mostSold = max(mostSold, entry.sold)
  }

  /// Leaves a number without a document.
  mutating func appendGap() {
    append(ColumnEntry.gap)
    remove(count - 1)
  }

  mutating func remove(_ number: Int) {
    guard number < count, isAlive(number) else { return }
    flags[number] = 0
    count(lengths(of: number), by: -1)
    alive -= 1
  }

  private mutating func count(_ lengths: [UInt8], by sign: Int) {
    for (field, code) in lengths.enumerated() where code > 0 {
      lengthSums[field] += sign * Field.length(code: code)
      filled[field] += sign
    }
  }

  private mutating func number(of unit: Currency?) -> UInt8 {
    // There are fewer currencies than that in the world.
    unit.map { UInt8(clamping: currencies.number(of: $0)) } ?? 0
  }

  private static func flags(_ entry: ColumnEntry) -> UInt8 {
    Flag.alive | (entry.price == nil ? 0 : Flag.listed) | (entry.inStock ? Flag.inStock : 0)
  }

  private func lengths(of number: Int) -> [UInt8] {
    lengths.slice((number * Field.count)..<((number + 1) * Field.count))
  }

  private func choices(of number: Int) -> [UInt32] {
    choices.slice((number == 0 ? 0 : Int(choiceEnds[number - 1]))..<Int(choiceEnds[number]))
  }

  func entry(_ number: Int) -> ColumnEntry {
    ColumnEntry(
      product: ProductID(raw: product[number]), merchant: merchants[merchant[number]] ?? MerchantID(raw: 0),
      category: categories[category[number]], brand: brands[brand[number]], createdAt: createdAt[number],
      price: isListed(number) ? price[number] : nil, currency: currencies[UInt32(currency[number])],
      inStock: flags[number] & Flag.inStock != 0, sold: sold[number], rating: rating[number],
      reviews: reviews[number],
      lengths: lengths(of: number), choices: choices(of: number))
  }

  /// Writes only the columns that differ, so that those shared with readers aren't copied for nothing.
  mutating func set(_ entry: ColumnEntry, at number: Int) -> Change {
    var change: Change = []
    let flags = Self.flags(entry)
    if isListed(number) != (entry.price != nil) { change.insert(.listing) }
    if (self.flags[number] ^ flags) & Flag.inStock != 0 { change.insert(.stock) }
    if self.flags[number] != flags { self.flags[number] = flags }
    let unit = entry.price == nil ? currency[number] : self.number(of: entry.currency)
    if price[number] != entry.price ?? 0 || currency[number] != unit {
      change.insert(.price)
      price[number] = entry.price ?? 0
      if currency[number] != unit { currency[number] = unit }
    }
    if sold[number] != entry.sold {
      change.insert(.sold)
      sold[number] = entry.sold
      mostSold = max(mostSold, entry.sold)
    }
    if rating[number] != entry.rating || reviews[number] != entry.reviews {
      change.insert(.rating)
      rating[number] = entry.rating
      reviews[number] = entry.reviews
    }
    return change
  }

  mutating func note(_ choice: AttributeChoice) -> (number: UInt32, isNews: Bool)? { book.note(choice) }
  mutating func adopt(_ book: ChoiceBook) { self.book = book }
}

extension ColumnEntry {
  /// Stands where a document was.
  static let gap = ColumnEntry(
    product: ProductID(raw: 0), merchant: MerchantID(raw: 0), category: nil, brand: nil, createdAt: 0, price: nil,
    currency: nil, inStock: false, sold: 0, rating: 0, reviews: 0,
    lengths: [UInt8](repeating: 0, count: Field.count), choices: [])

  init(
    product: ProductID, merchant: MerchantID, category: CategoryID?, brand: BrandID?, createdAt: UInt32, price: Int64?,
    currency: Currency?, inStock: Bool, sold: Int32, rating: UInt8, reviews: UInt32, lengths: [UInt8], choices: [UInt32]
  ) {
    self.product = product
    self.merchant = merchant
    self.category = category
    self.brand = brand
    self.createdAt = createdAt
    self.price = price
    self.currency = currency
    self.inStock = inStock
    self.sold = sold
    self.rating = rating
    self.reviews = reviews
    self.lengths = lengths
    self.choices = choices
  }
}
