/// An ISO 4217 currency code with the number of decimals that its minor unit has.
public struct Currency: Hashable, Codable, Sendable, CustomStringConvertible {
  /// Three capital letters, as in ISO 4217.
  public let code: String

  public static let cny = Currency(knownCode: "CNY")
  public static let usd = Currency(knownCode: "USD")
  public static let eur = Currency(knownCode: "EUR")
  public static let jpy = Currency(knownCode: "JPY")

  /// Decimals between the major and the minor unit; currencies outside this list have two.
  private static let otherDecimals: [String: Int] = [
    "JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3, "JOD": 3,
  ]

  private init(knownCode: String) { code = knownCode }

  /// Nil unless the code is three ASCII letters; lower case is accepted.
  public init?(_ code: String) {
    // Checked before the change of case, which makes three letters out of the two of "ßa".
    guard code.utf8.count == 3, code.utf8.allSatisfy({ (65...90).contains($0) || (97...122).contains($0) }) else {
      return nil
    }
    self.code = code.uppercased()
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Currency(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not an ISO 4217 code")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(code)
  }

  public var decimals: Int { Self.otherDecimals[code] ?? 2 }
  public var description: String { code }
}

/// An amount of money in integer minor units (fen, cents) of one currency. May be negative, for refunds and corrections.
public struct Money: Hashable, Codable, Sendable, CustomStringConvertible {
  /// Minor units: 8800 is ¥88.00.
  public let minor: Int64
  public let currency: Currency

  public init(minor: Int64, currency: Currency) {
    self.minor = minor
    self.currency = currency
  }

  public static func zero(_ currency: Currency) -> Money { Money(minor: 0, currency: currency) }

  public var isZero: Bool { minor == 0 }
  public var isNegative: Bool { minor < 0 }
  public var isPositive: Bool { minor > 0 }

  public var description: String { "\(decimalText) \(currency.code)" }
}

/// What arithmetic on money refuses.
public enum MoneyFault: Error, Hashable, Sendable {
  case overflow
  case currencyMismatch(Currency, Currency)
}

extension Money {
  public func adding(_ other: Money) throws -> Money {
    try requireSameCurrency(other)
    let (sum, overflow) = minor.addingReportingOverflow(other.minor)
    guard !overflow else { throw MoneyFault.overflow }
    return Money(minor: sum, currency: currency)
  }

  public func subtracting(_ other: Money) throws -> Money {
    try requireSameCurrency(other)
    let (difference, overflow) = minor.subtractingReportingOverflow(other.minor)
    guard !overflow else { throw MoneyFault.overflow }
    return Money(minor: difference, currency: currency)
  }

  public func times(_ factor: Int) throws -> Money {
    let (product, overflow) = minor.multipliedReportingOverflow(by: Int64(factor))
    guard !overflow else { throw MoneyFault.overflow }
    return Money(minor: product, currency: currency)
  }

  /// The sum of the amounts, zero in `currency` when there are none.
  public static func sum(_ amounts: some Sequence<Money>, currency: Currency) throws -> Money {
    try amounts.reduce(.zero(currency)) { try $0.adding($1) }
  }

  /// Splits the amount in proportion to the weights so that the parts add up to the whole: every part is rounded toward
  /// zero, and the minor units left over go one each to the parts with the largest remainder, earlier parts first.
  /// Weights that are all zero count as equal. The same rule spreads discounts, freight and refunds over lines.
  public func spread(over weights: [Int64]) throws -> [Money] {
    guard !weights.isEmpty else { return [] }
    guard minor != .min else { throw MoneyFault.overflow }
    let even = weights.allSatisfy { $0 == 0 }
    let shares = even ? weights.map { _ in Int64(1) } : weights
    var total: Int64 = 0
    for share in shares {
      precondition(share >= 0, "a weight can't be negative")
      let (sum, overflow) = total.addingReportingOverflow(share)
      guard !overflow else { throw MoneyFault.overflow }
      total = sum
    }
    var parts: [Int64] = []
    var remainders: [(index: Int, size: UInt64)] = []
    for (index, share) in shares.enumerated() {
      let product = minor.magnitude.multipliedFullWidth(by: UInt64(share))
      let (quotient, remainder) = UInt64(total).dividingFullWidth(product)
      parts.append(Int64(quotient))
      remainders.append((index, remainder))
    }
    var left = Int64(minor.magnitude) - parts.reduce(0, +)
    for (index, _) in remainders.sorted(by: { ($0.size, $1.index) > ($1.size, $0.index) }) where left > 0 {
      parts[index] += 1
      left -= 1
    }
    let sign: Int64 = minor < 0 ? -1 : 1
    return parts.map { Money(minor: sign * $0, currency: currency) }
  }

  private func requireSameCurrency(_ other: Money) throws {
    guard currency == other.currency else { throw MoneyFault.currencyMismatch(currency, other.currency) }
  }
}

extension Money {
  /// Plain decimal text without sign of the currency or grouping: `88.00`, `-0.05`, `120` for yen.
  public var decimalText: String {
    let decimals = currency.decimals
    let digits = String(minor.magnitude)
    let sign = minor < 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// Reads decimal text such as `88`, `88.8` or `88.80`; nil for signs, exponents, blanks, separators or more decimals
  /// than the currency has. No floating point is involved.
  public init?(decimalText text: String, currency: Currency) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : ""
    guard let whole = parts.first, !whole.isEmpty, whole.count <= 15, fraction.count <= currency.decimals,
      parts.count == 1 || !fraction.isEmpty,
      whole.utf8.allSatisfy({ (48...57).contains($0) }), fraction.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    let padded = fraction + String(repeating: "0", count: currency.decimals - fraction.count)
    guard let minor = Int64(whole + padded) else { return nil }
    self.init(minor: minor, currency: currency)
  }
}

extension Money: Comparable {
  /// Orders amounts of one currency; comparing two currencies is a programming error.
  public static func < (left: Money, right: Money) -> Bool {
    precondition(left.currency == right.currency, "amounts in two currencies have no order")
    return left.minor < right.minor
  }
}
