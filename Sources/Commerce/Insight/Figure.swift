import Values

/// What is counted. Money is in the shop's currency.
public enum FigureKind: String, CaseIterable, Codable, Sendable {
  /// Orders, with what was due when they were placed.
  case placed
  /// Orders on the day on which they were paid, with what is due for them now.
  case paid
  /// Units of paid orders, as they are now.
  case units
  /// The same by product, with what is due for the lines; stands with the goods alone.
  case goods
  /// Shares of payments, on the day on which the money came.
  case captured
  /// Refunds, on the day on which the money was gone.
  case refunded
  case accounts
  /// Distinct ones, as nearly as a sketch tells: of the whole shop, and of a merchant those who saw its goods or its shop.
  case visitors
  /// Pages that visitors saw; of the whole shop alone.
  case pages

  /// Whether no book holds it, so that it can't be made again.
  public var isSeen: Bool { self == .visitors || self == .pages }
  /// Whether sales through one channel are told from those through another.
  public var hasChannels: Bool { !isSeen && self != .accounts }
  /// Whether a day of it is known by its stretches too, so that it can be compared before it is over.
  public var hasStretches: Bool { self != .paid && self != .goods && self != .pages }
}

/// All that the books say of one thing.
public struct FigureSet: Hashable, Codable, Sendable {
  /// The identifier of the order, payment, refund or account; up to 40 characters.
  public let source: String
  public let entries: [FigureEntry]
  /// Grows with what happens to the source: of two readings the one with the greater is the newer.
  public let version: Int

  public init(source: String, entries: [FigureEntry], version: Int = 0) {
    self.source = source
    self.entries = entries
    self.version = version
  }
}

public struct FigureEntry: Hashable, Codable, Sendable {
  public let kind: FigureKind
  /// Tells entries of one kind in a set from one another: the raw identifier of a product or an order; else 0.
  public let part: Int64
  /// Nil where it is nobody's but the shop's.
  public let merchant: MerchantID?
  public let channel: Channel
  public let day: ShopDay
  /// When on the day; nil where that was never noted.
  public let stretch: DayStretch?
  /// In minor units of the shop's currency.
  public let minor: Int64
  public let count: Int

  public init(
    _ kind: FigureKind, part: Int64 = 0, merchant: MerchantID?, channel: Channel = .main, day: ShopDay,
    stretch: DayStretch? = nil, minor: Int64 = 0, count: Int = 1
  ) {
    self.kind = kind
    self.part = part
    self.merchant = merchant
    self.channel = channel
    self.day = day
    self.stretch = stretch
    self.minor = minor
    self.count = count
  }

  /// Of what happened at a moment.
  public init(
    _ kind: FigureKind, part: Int64 = 0, merchant: MerchantID?, channel: Channel = .main, at moment: Timestamp,
    minor: Int64 = 0, count: Int = 1
  ) {
    self.init(
      kind, part: part, merchant: merchant, channel: channel, day: ShopDay(moment), stretch: DayStretch(moment),
      minor: minor, count: count)
  }

  /// As it was noted before stretches were.
  var withoutStretch: FigureEntry {
    FigureEntry(kind, part: part, merchant: merchant, channel: channel, day: day, minor: minor, count: count)
  }
}

/// Figures that are being made anew.
public struct FigureBuild: Hashable, Sendable {
  let name: String
  /// The first day that is made anew; before 1970-01-02 all that the books hold.
  let day: ShopDay

  var isWhole: Bool { day.rawValue <= 0 }
}

public struct DayFigure: Hashable, Codable, Sendable {
  public let day: ShopDay
  public let kind: FigureKind
  public let amount: Money
  public let count: Int

  public init(day: ShopDay, kind: FigureKind, amount: Money, count: Int) {
    self.day = day
    self.kind = kind
    self.amount = amount
    self.count = count
  }
}

/// What one stretch of a day added to its figure.
public struct StretchFigure: Hashable, Codable, Sendable {
  public let day: ShopDay
  public let stretch: DayStretch
  public let kind: FigureKind
  public let amount: Money
  public let count: Int

  public init(day: ShopDay, stretch: DayStretch, kind: FigureKind, amount: Money, count: Int) {
    self.day = day
    self.stretch = stretch
    self.kind = kind
    self.amount = amount
    self.count = count
  }
}

/// Figures of some days, and of the stretches of a few of them.
public struct FigureCourse: Hashable, Codable, Sendable {
  public let days: [DayFigure]
  public let stretches: [StretchFigure]

  public init(days: [DayFigure], stretches: [StretchFigure]) {
    self.days = days
    self.stretches = stretches
  }
}

public struct GoodsFigure: Hashable, Codable, Sendable {
  public let product: ProductID
  public let amount: Money
  public let units: Int

  public init(product: ProductID, amount: Money, units: Int) {
    self.product = product
    self.amount = amount
    self.units = units
  }
}
