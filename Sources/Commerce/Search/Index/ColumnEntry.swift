import Values

/// One document as the columns take it.
struct ColumnEntry: Hashable, Sendable {
  let product: ProductID
  let merchant: MerchantID
  let category: CategoryID?
  let brand: BrandID?
  /// Seconds since 1970.
  let createdAt: UInt32
  var price: Int64?
  var currency: Currency?
  var inStock: Bool
  var sold: Int32
  var rating: UInt8
  var reviews: UInt32
  /// Of each field, as `Field.code` writes it.
  let lengths: [UInt8]
  /// Numbers in the book of choices.
  let choices: [UInt32]

  init(_ document: SearchDocument, lengths: [UInt8], choices: [UInt32]) {
    let card = document.card
    product = card.product
    merchant = card.merchant
    category = card.category
    brand = card.brand
    createdAt = UInt32(clamping: document.createdAt.milliseconds / 1000)
    price = nil
    currency = nil
    (inStock, sold, rating, reviews) = (false, 0, 0, 0)
    self.lengths = lengths
    self.choices = choices
    set(card.figures)
  }

  mutating func set(_ figures: ProductFigures) {
    price = figures.price?.minor
    currency = figures.price?.currency
    inStock = figures.inStock
    sold = Int32(clamping: figures.sold)
    rating = UInt8(clamping: figures.ratingTenths)
    reviews = UInt32(clamping: figures.reviewCount)
  }
}

// MARK: As bytes of the file

extension ColumnEntry {
  private static let fixed = 8 * 4 + 4 + 1 + 3 + 4 + 1 + 4 + Field.count

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.fixed + 4 * choices.count)
    func add(_ number: some FixedWidthInteger) {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    add(merchant.raw)
    add(category?.raw ?? .min)
    add(brand?.raw ?? .min)
    add(price ?? 0)
    add(createdAt)
    add(UInt8((price == nil ? 0 : 1) | (inStock ? 2 : 0)))
    let unit = Array((currency?.code ?? "").utf8.prefix(3))
    bytes += unit + [UInt8](repeating: 0, count: 3 - unit.count)
    add(sold)
    add(rating)
    add(reviews)
    bytes += lengths.prefix(Field.count) + [UInt8](repeating: 0, count: Swift.max(0, Field.count - lengths.count))
    for choice in choices { add(choice) }
    return bytes
  }

  /// Nil when the bytes aren't an entry's.
  init?(product: ProductID, bytes: [UInt8]) {
    guard bytes.count >= Self.fixed, (bytes.count - Self.fixed) % 4 == 0 else { return nil }
    var place = 0
    func next<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) -> Number {
      defer { place += MemoryLayout<Number>.size }
      return bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self)) }
    }
    func known(_ raw: Int64) -> Int64? { raw == .min ? nil : raw }
    self.product = product
    merchant = MerchantID(raw: next(Int64.self))
    category = known(next(Int64.self)).map { CategoryID(raw: $0) }
    brand = known(next(Int64.self)).map { BrandID(raw: $0) }
    let amount = next(Int64.self)
    createdAt = next(UInt32.self)
    let flags = next(UInt8.self)
    let unit = bytes[place..<(place + 3)].prefix { $0 != 0 }
    place += 3
    currency = unit.isEmpty ? nil : Currency(String(decoding: unit, as: UTF8.self))
    price = flags & 1 == 0 ? nil : amount
    inStock = flags & 2 != 0
    sold = next(Int32.self)
    rating = next(UInt8.self)
    reviews = next(UInt32.self)
    lengths = Array(bytes[place..<(place + Field.count)])
    place += Field.count
    var numbers: [UInt32] = []
    while place < bytes.count { numbers.append(next(UInt32.self)) }
    choices = numbers
  }
}
