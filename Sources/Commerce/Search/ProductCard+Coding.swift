import Values

// Cards cross between processes by the list, and are written as rows of plain values: what a list costs is, but for those,
// the containers.

extension ProductCard {
  public func encode(to encoder: any Encoder) throws {
    var row = encoder.unkeyedContainer()
    try row.encode(product.raw)
    try row.encode(handle.rawValue)
    try row.encode(merchant.raw)
    try row.encode(title.en)
    try row.encode(title.zhHans)
    try row.write(category?.raw)
    try row.write(brand?.raw)
    try figures.write(to: &row)
    if let picture { try row.encode(picture) } else { try row.encodeNil() }
  }

  public init(from decoder: any Decoder) throws {
    var row = try decoder.unkeyedContainer()
    product = ProductID(raw: try row.decode(Int64.self))
    let text = try row.decode(String.self)
    guard let handle = Slug(rawValue: text) else {
      throw DecodingError.dataCorruptedError(in: row, debugDescription: "'\(text)' is no slug")
    }
    self.handle = handle
    merchant = MerchantID(raw: try row.decode(Int64.self))
    title = LocalizedText(en: try row.decode(String.self), zhHans: try row.decode(String.self))
    category = try row.number().map { CategoryID(raw: $0) }
    brand = try row.number().map { BrandID(raw: $0) }
    figures = try ProductFigures(from: &row)
    picture = try row.decodeNil() ? nil : row.decode(Picture.self)
  }
}

extension ProductFigures {
  public func encode(to encoder: any Encoder) throws {
    var row = encoder.unkeyedContainer()
    try write(to: &row)
  }

  public init(from decoder: any Decoder) throws {
    var row = try decoder.unkeyedContainer()
    try self.init(from: &row)
  }

  fileprivate func write(to row: inout any UnkeyedEncodingContainer) throws {
    try row.encode(product.raw)
    try row.write(price)
    try row.write(listPrice)
    try row.encode(hasPriceRange)
    try row.encode(inStock)
    try row.encode(sold)
    try row.encode(ratingTenths)
    try row.encode(reviewCount)
  }

  fileprivate init(from row: inout any UnkeyedDecodingContainer) throws {
    self.init(
      product: ProductID(raw: try row.decode(Int64.self)), price: try row.money(), listPrice: try row.money(),
      hasPriceRange: try row.decode(Bool.self), inStock: try row.decode(Bool.self), sold: try row.decode(Int.self),
      ratingTenths: try row.decode(Int.self), reviewCount: try row.decode(Int.self))
  }
}

extension UnkeyedEncodingContainer {
  fileprivate mutating func write(_ number: Int64?) throws {
    if let number { try encode(number) } else { try encodeNil() }
  }

  fileprivate mutating func write(_ money: Money?) throws {
    try write(money?.minor)
    if let money { try encode(money.currency.code) }
  }
}

extension UnkeyedDecodingContainer {
  fileprivate mutating func number() throws -> Int64? { try decodeNil() ? nil : decode(Int64.self) }

  fileprivate mutating func money() throws -> Money? {
    guard let minor = try number() else { return nil }
    let code = try decode(String.self)
    guard let currency = Currency(code) else {
      throw DecodingError.dataCorruptedError(in: self, debugDescription: "'\(code)' is not an ISO 4217 code")
    }
    return Money(minor: minor, currency: currency)
  }
}
