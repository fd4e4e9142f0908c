import Insight
import Values

extension Today {
  public var yesterday: ShopDay { day.adding(-1) }
  /// The same day a week ago.
  public var lastWeek: ShopDay { day.adding(-7) }
  /// Those that the plots show, the oldest first.
  public var shownDays: [ShopDay] { (0..<ViewToday.days).map { day.adding($0 + 1 - ViewToday.days) } }

  /// Visitors are nobody's channel's.
  public var tellsVisitors: Bool { channel == nil }
  public var tellsAccounts: Bool { channel == nil && isOfAll }

  /// Up to the time of day that it is; zero for those who may not see any. Today is as the day's figures have it, also
  /// where its hours aren't known.
  public func count(_ kind: FigureKind, on other: ShopDay) -> Int64 {
    Int64((other == day ? figures?.count(kind, on: other) : hours?.count(kind, on: other)) ?? 0)
  }

  /// The same, in minor units of the shop's currency.
  public func minor(_ kind: FigureKind, on other: ShopDay) -> Int64 {
    (other == day ? figures?.minor(kind, on: other) : hours?.minor(kind, on: other)) ?? 0
  }

  /// Orders in a thousand visitors; nil where nobody came.
  public static func conversion(_ orders: Int64, of visitors: Int64) -> Int64? {
    visitors > 0 ? (orders * 1000 + visitors / 2) / visitors : nil
  }
}
