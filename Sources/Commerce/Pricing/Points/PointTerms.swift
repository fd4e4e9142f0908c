import Values

/// What points are worth, and how they are come by. All of it is rounded down, to whole points and whole minor units.
public struct PointTerms: Hashable, Sendable {
  /// Points for each major unit (¥1) that was paid for goods; 0 switches points off.
  public var earned: Int
  /// So many points are worth one major unit.
  public var perUnit: Int
  /// How much of what the goods cost can be paid with points, in per cent.
  public var mostPercent: Int

  public init(earned: Int, perUnit: Int = 100, mostPercent: Int = 50) {
    self.earned = earned
    self.perUnit = perUnit
    self.mostPercent = mostPercent
  }

  public static let off = PointTerms(earned: 0)

  public var areOn: Bool { earned > 0 }

  public func worth(of points: Int, in currency: Currency) -> Money {
    Money(minor: Self.scaled(Int64(points), Self.minorPerUnit(currency), over: Int64(perUnit)), currency: currency)
  }

  /// The fewest points that are worth the amount.
  public func points(worth amount: Money) -> Int {
    let minor = Self.minorPerUnit(amount.currency)
    let points = Self.scaled(amount.minor, Int64(perUnit), over: minor)
    return Int(points) + (Self.scaled(points, minor, over: Int64(perUnit)) < amount.minor ? 1 : 0)
  }

  /// For goods that cost so much in the end.
  public func points(for goods: Money) -> Int {
    Int(Self.scaled(goods.minor, Int64(earned), over: Self.minorPerUnit(goods.currency)))
  }

  /// The most that a buyer can spend on goods that cost so much; no more than what they are worth takes.
  public func most(of balance: Int, on goods: Money) -> Int {
    let limit = Money(minor: Self.scaled(goods.minor, Int64(mostPercent), over: 100), currency: goods.currency)
    let spent = min(
      max(0, balance), Int(Self.scaled(limit.minor, Int64(perUnit), over: Self.minorPerUnit(limit.currency))))
    return points(worth: worth(of: spent, in: goods.currency))
  }

  /// What goes back of points that were spent, once only a part of what they took off is on goods that stay.
  /// - Parameters:
  ///   - worth: minor units that all of them took off.
  ///   - standing: minor units of it on goods that stay.
  public static func returned(of spent: Int, worth: Int64, standing: Int64) -> Int {
    guard worth > 0 else { return 0 }
    return Int(scaled(Int64(spent), worth - min(max(0, standing), worth), over: worth))
  }

  private static func minorPerUnit(_ currency: Currency) -> Int64 {
    (0..<currency.decimals).reduce(1) { unit, _ in unit * 10 }
  }

  /// value × factor ÷ divisor, rounded down; nothing for what is below zero. What is more than a number can hold is the most
  /// that it can.
  private static func scaled(_ value: Int64, _ factor: Int64, over divisor: Int64) -> Int64 {
    guard value > 0, factor > 0, divisor > 0 else { return 0 }
    let product = UInt64(value).multipliedFullWidth(by: UInt64(factor))
    guard product.high < UInt64(divisor) else { return .max / 2 }
    return Int64(min(UInt64(divisor).dividingFullWidth(product).quotient, UInt64(Int64.max / 2)))
  }
}
