import Accounts
import Catalog
import Insight
import Merchants
import Orders
import Settlement
import Values

/// What staff see first: how the day goes beside the same hours of other days, what sells, what runs short, and what came in
/// last. Figures are for those with the right to reports, orders for those who work on them; a merchant's staff see their own.
public struct ViewToday: Sendable {
  /// Days that the plots show, today among them.
  public static let days = 30
  private static let shownGoods = 6
  private static let shownOrders = 6
  private static let shownShort = 10

  private let contexts: Contexts
  private let clock: WallClock

  public init(_ contexts: Contexts, clock: WallClock) {
    self.contexts = contexts
    self.clock = clock
  }

  /// - Parameter channel: nil for all; one where nothing was ever sold is taken for that.
  public func run(for staff: Staff, in channel: Channel? = nil) async throws -> Today {
    let now = clock.now
    var today = Today(day: ShopDay(now), stretch: DayStretch(now), isOfAll: staff.merchant == nil)
    if WorkOrder.opens(to: staff) {
      today.newest = try await contexts.orders.orders(
        WorkOrder.scope(of: staff), matching: OrderFilter(), PageRequest(limit: Self.shownOrders)
      ).items
    }
    if WorkStock.opens(to: staff) {
      today.short = try await WorkStock(contexts).lowest(for: staff, limit: Self.shownShort)
    }
    today.owed = try await WorkSettlements(contexts, clock: clock).balance(for: staff)
    guard staff.rights.contains(.reportsView) else { return today }
    today.channels = try await contexts.insight.channels(of: staff.merchant)
    today.channel = channel.flatMap { today.channels.contains($0) ? $0 : nil }
    try await addFigures(to: &today, of: staff.merchant)
    return today
  }

  private func addFigures(to today: inout Today, of merchant: MerchantID?) async throws {
    let (insight, day, channel) = (contexts.insight, today.day, today.channel)
    let first = day.adding(1 - Self.days)
    let course = try await insight.course(
      of: merchant, in: channel, from: first, through: day,
      stretchesOn: [day, day.adding(-1), day.adding(-7)])
    today.figures = DayFigures(course.days)
    today.hours = HourFigures(course.stretches, through: today.stretch)
    let goods = try await insight.topGoods(
      of: merchant, in: channel, from: first, through: day, limit: Self.shownGoods)
    let products = try await contexts.catalog.products(goods.map(\.product))
    today.goods = goods.map { Today.Goods(figure: $0, title: products[$0.product]?.content.title) }
  }

  /// What a merchant has done of what it takes to sell, for one that has no orders yet; nil for the platform.
  public func firstSteps(for staff: Staff, currency: Currency) async throws -> FirstSteps? {
    guard let id = staff.merchant, let merchant = try await contexts.merchants.merchant(id) else { return nil }
    return try await contexts.firstSteps(of: merchant, currency: currency)
  }
}

public struct Today: Sendable {
  public struct Goods: Sendable {
    public let figure: GoodsFigure
    /// Nil when the product is no more.
    public let title: LocalizedText?
  }

  public let day: ShopDay
  /// The one that runs.
  public let stretch: DayStretch
  /// Of the whole shop rather than of a merchant.
  public let isOfAll: Bool
  /// Of the last thirty days; nil for those who may not see any.
  public internal(set) var figures: DayFigures?
  /// Of today, yesterday and the same day a week ago; nil for those who may not see any.
  public internal(set) var hours: HourFigures?
  /// Where anything was sold, the main one first.
  public internal(set) var channels: [Channel] = []
  /// Whose figures these are; nil for those of all.
  public internal(set) var channel: Channel?
  public internal(set) var goods: [Goods] = []
  /// The newest first; nil for those who may not see any.
  public internal(set) var newest: [Order]?
  /// What is owed to the merchant, by currency; empty for the platform and for those who may not see it.
  public internal(set) var owed: [MerchantBalance] = []
  /// Items to look after first; nil for those who may not see stock.
  public internal(set) var short: [WorkStock.Line]?
}

/// Figures of some days, by day and kind; those that aren't there are zero.
public struct DayFigures: Sendable {
  private let byDay: [ShopDay: [FigureKind: DayFigure]]

  init(_ figures: [DayFigure]) {
    byDay = Dictionary(grouping: figures, by: \.day).mapValues { figures in
      Dictionary(figures.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
    }
  }

  public func count(_ kind: FigureKind, on day: ShopDay) -> Int { byDay[day]?[kind]?.count ?? 0 }
  /// In minor units of the shop's currency.
  public func minor(_ kind: FigureKind, on day: ShopDay) -> Int64 { byDay[day]?[kind]?.amount.minor ?? 0 }
}

/// How some days went by the hour; what isn't there is zero.
public struct HourFigures: Sendable {
  private struct Place: Hashable {
    let day: ShopDay
    let kind: FigureKind
    let hour: Int
  }

  private struct Sum {
    var minor: Int64 = 0
    var count = 0

    mutating func add(_ figure: StretchFigure) {
      minor += figure.amount.minor
      count += figure.count
    }
  }

  private var soFar: [Place: Sum] = [:]
  private var hours: [Place: Sum] = [:]

  /// - Parameter last: the stretch up to whose end days are compared.
  init(_ figures: [StretchFigure], through last: DayStretch) {
    for figure in figures {
      hours[Place(day: figure.day, kind: figure.kind, hour: figure.stretch.hour), default: Sum()].add(figure)
      guard figure.stretch <= last else { continue }
      soFar[Place(day: figure.day, kind: figure.kind, hour: 0), default: Sum()].add(figure)
    }
  }

  /// Up to the time of day that it is.
  public func count(_ kind: FigureKind, on day: ShopDay) -> Int {
    soFar[Place(day: day, kind: kind, hour: 0)]?.count ?? 0
  }
  /// The same, in minor units of the shop's currency.
  public func minor(_ kind: FigureKind, on day: ShopDay) -> Int64 {
    soFar[Place(day: day, kind: kind, hour: 0)]?.minor ?? 0
  }

  /// What had come by the end of each hour from the first on, in minor units.
  public func minorByHour(_ kind: FigureKind, on day: ShopDay, hours count: Int = 24) -> [Int64] {
    var sum: Int64 = 0
    return (0..<count).map { hour in
      sum += hours[Place(day: day, kind: kind, hour: hour)]?.minor ?? 0
      return sum
    }
  }
}
