import Catalog
import Flows
import Insight
import Inventory
import Values

/// How a day goes, or went.
struct FiguresAnswer: Encodable, Sendable {
  let orders: Int64
  /// Money that came.
  let captured: MoneyAnswer
  /// Money that went back.
  let refunded: MoneyAnswer
  /// Units of paid orders.
  let units: Int64
  /// Nil for one channel, since visitors are nobody's channel's.
  @OrNull var visitors: Int64?
  /// Orders in a hundred visitors, with one decimal; nil where nobody came.
  @OrNull var conversion: Double?
  /// Accounts that were opened; nil but for the whole shop.
  @OrNull var accounts: Int64?

  init(
    _ today: Today, _ currency: Currency, count: (FigureKind) -> Int64, minor: (FigureKind) -> Int64
  ) {
    func money(_ kind: FigureKind) -> MoneyAnswer { MoneyAnswer(Money(minor: minor(kind), currency: currency)) }
    orders = count(.placed)
    captured = money(.captured)
    refunded = money(.refunded)
    units = count(.units)
    let seen = today.tellsVisitors ? count(.visitors) : nil
    _visitors = OrNull(wrappedValue: seen)
    _conversion = OrNull(
      wrappedValue: seen.flatMap { Today.conversion(count(.placed), of: $0) }.map { Double($0) / 10 })
    _accounts = OrNull(wrappedValue: today.tellsAccounts ? count(.accounts) : nil)
  }

  /// Up to the time of day that it is.
  init(soFar day: ShopDay, _ today: Today, _ currency: Currency) {
    self.init(today, currency, count: { today.count($0, on: day) }, minor: { today.minor($0, on: day) })
  }

  /// Of the whole day.
  init(of day: ShopDay, _ figures: DayFigures, _ today: Today, _ currency: Currency) {
    self.init(
      today, currency, count: { Int64(figures.count($0, on: day)) }, minor: { figures.minor($0, on: day) })
  }
}

/// What staff see first, of what the token's rights open.
struct TodayAnswer: Encodable, Sendable {
  struct Day: Encodable, Sendable {
    let day: String
    let figures: FiguresAnswer
  }

  struct Goods: Encodable, Sendable {
    let product: String
    /// Nil when the product is no more.
    @OrNull var title: LocalizedText?
    let units: Int
    let amount: MoneyAnswer
  }

  /// What had come by the end of each hour.
  struct Hours: Encodable, Sendable {
    let today: [MoneyAnswer]
    let yesterday: [MoneyAnswer]
    let lastWeek: [MoneyAnswer]
  }

  struct Figures: Encodable, Sendable {
    let today: FiguresAnswer
    /// Up to the same time of day, as the one below.
    let yesterday: FiguresAnswer
    let lastWeek: FiguresAnswer
    let capturedByHour: Hours
    /// The oldest first, today the last.
    let days: [Day]
    /// What sold best in these days.
    let goods: [Goods]
  }

  struct Short: Encodable, Sendable {
    let variant: String
    let product: String
    let sku: String
    let title: LocalizedText
    let choice: LocalizedText
    let state: String
    let free: Int
    let lowAt: Int
  }

  let day: String
  @OrNull var channel: String?
  let channels: [String]
  /// By the desk at which it waits.
  let waiting: [String: Int]
  @OrNull var figures: Figures?
  @OrNull var newest: [OrderRowAnswer]?
  @OrNull var short: [Short]?

  init(_ today: Today, waiting: [WaitingWork: Int], _ currency: Currency) {
    day = today.day.description
    _channel = OrNull(wrappedValue: today.channel?.rawValue)
    channels = today.channels.map(\.rawValue)
    self.waiting = Dictionary(uniqueKeysWithValues: waiting.map { ($0.rawValue, $1) })
    _figures = OrNull(wrappedValue: today.figures.map { Figures(today, $0, currency) })
    _newest = OrNull(wrappedValue: today.newest?.map(OrderRowAnswer.init))
    _short = OrNull(wrappedValue: today.short?.compactMap(Short.init))
  }
}

extension TodayAnswer.Figures {
  fileprivate init(_ today: Today, _ figures: DayFigures, _ currency: Currency) {
    func hours(of day: ShopDay, _ count: Int) -> [MoneyAnswer] {
      (today.hours?.minorByHour(.captured, on: day, hours: count) ?? [])
        .map { MoneyAnswer(Money(minor: $0, currency: currency)) }
    }
    self.init(
      today: FiguresAnswer(soFar: today.day, today, currency),
      yesterday: FiguresAnswer(soFar: today.yesterday, today, currency),
      lastWeek: FiguresAnswer(soFar: today.lastWeek, today, currency),
      capturedByHour: TodayAnswer.Hours(
        today: hours(of: today.day, today.stretch.hour), yesterday: hours(of: today.yesterday, 24),
        lastWeek: hours(of: today.lastWeek, 24)),
      days: today.shownDays.map {
        TodayAnswer.Day(day: $0.description, figures: FiguresAnswer(of: $0, figures, today, currency))
      },
      goods: today.goods.map {
        TodayAnswer.Goods(
          product: $0.figure.product.description, title: $0.title, units: $0.figure.units,
          amount: MoneyAnswer($0.figure.amount))
      })
  }
}

extension TodayAnswer.Short {
  /// Nil for what the catalogue has no more.
  fileprivate init?(_ line: WorkStock.Line) {
    guard let known = line.variant else { return nil }
    self.init(
      variant: known.id.description, product: known.product.description, sku: known.sku, title: known.title,
      choice: known.choice, state: line.item.state.rawValue, free: line.item.level.free, lowAt: line.item.lowAt)
  }
}
