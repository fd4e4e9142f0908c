import Accounts
import Catalog
import Insight
import Orders
import Values

/// What staff see first: how the day goes beside other days, what sells, and what came in last. Figures are for those with the
/// right to reports; a merchant's staff see their own.
public struct ViewToday: Sendable {
  /// Days that the plots show, today among them.
  public static let days = 30
  private static let shownGoods = 6
  private static let shownOrders = 6

  private let contexts: Contexts
  private let clock: WallClock

  public init(_ contexts: Contexts, clock: WallClock) {
    self.contexts = contexts
    self.clock = clock
  }

  public func run(for staff: Staff) async throws -> Today {
    let day = ShopDay(clock.now)
    let newest = try await contexts.orders.orders(
      WorkOrder.scope(of: staff), matching: OrderFilter(), PageRequest(limit: Self.shownOrders)
    ).items
    guard staff.rights.contains(.reportsView) else {
      return Today(day: day, figures: nil, goods: [], newest: newest)
    }
    let first = day.adding(1 - Self.days)
    let figures = try await contexts.insight.figures(of: staff.merchant, from: first, through: day)
    let goods = try await contexts.insight.topGoods(
      of: staff.merchant, from: first, through: day, limit: Self.shownGoods)
    let products = try await contexts.catalog.products(goods.map(\.product))
    return Today(
      day: day, figures: DayFigures(figures),
      goods: goods.map { Today.Goods(figure: $0, title: products[$0.product]?.content.title) }, newest: newest)
  }
}

public struct Today: Sendable {
  public struct Goods: Sendable {
    public let figure: GoodsFigure
    /// Nil when the product is no more.
    public let title: LocalizedText?
  }

  public let day: ShopDay
  /// Of the last thirty days; nil for those who may not see any.
  public let figures: DayFigures?
  public let goods: [Goods]
  /// The newest first.
  public let newest: [Order]
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
