import Flows
import Insight
import Orders
import Pages
import Values

/// The values of the page of today.
struct TodayModel {
  private let today: Today
  private let currency: Currency
  /// Of the whole shop, whose visitors are known.
  private let isOfAll: Bool
  private let words: Words
  private let format: Format

  init(_ today: Today, currency: Currency, isOfAll: Bool, _ words: Words) {
    self.today = today
    self.currency = currency
    self.isOfAll = isOfAll
    self.words = words
    format = Format(words.language)
  }

  var model: Model {
    var model: Model = [
      "dayText": format.date(today.day.start), "hasNewest": !today.newest.isEmpty,
      "newest": today.newest.map {
        OrderSummary.model($0, address: Addresses.desk($0.number), words: words)
      },
      "ordersURL": Addresses.ordersDesk,
    ]
    if let figures = today.figures {
      model["figures"] =
        [
          "cards": cards(figures), "moneyPlot": moneyPlot(figures), "ordersPlot": ordersPlot(figures),
          "goodsName": words["today.goods"] ?? "", "goods": goods,
        ] as Model
    }
    return model
  }

  // MARK: Beside other days

  private struct Days {
    let now: String
    let yesterday: String
    let lastWeek: String
  }

  private func days(_ text: (ShopDay) -> String) -> Days {
    Days(now: text(today.day), yesterday: text(today.day.adding(-1)), lastWeek: text(today.day.adding(-7)))
  }

  private func cards(_ figures: DayFigures) -> [Model] {
    func money(_ kind: FigureKind) -> Days { days { amount(figures.minor(kind, on: $0)) } }
    func count(_ kind: FigureKind) -> Days { days { String(figures.count(kind, on: $0)) } }
    var cards = [
      card("orders", count(.placed)), card("captured", money(.captured)), card("refunded", money(.refunded)),
      card("units", count(.units)),
    ]
    if isOfAll {
      cards += [
        card("visitors", count(.visitors)),
        card("conversion", days { conversion(figures.count(.placed, on: $0), of: figures.count(.visitors, on: $0)) }),
        card("accounts", count(.accounts)),
      ]
    }
    return cards
  }

  private func card(_ name: String, _ days: Days) -> Model {
    [
      "cardName": words["today.figures.\(name)"] ?? name, "nowText": days.now, "yesterdayText": days.yesterday,
      "lastWeekText": days.lastWeek,
    ]
  }

  private func amount(_ minor: Int64) -> String { format.money(Money(minor: minor, currency: currency)) }

  /// Orders in a hundred visitors, with one decimal.
  private func conversion(_ orders: Int, of visitors: Int) -> String {
    guard visitors > 0 else { return "–" }
    let tenths = (orders * 1000 + visitors / 2) / visitors
    return "\(tenths / 10).\(tenths % 10) %"
  }

  // MARK: Over thirty days

  private var shownDays: [ShopDay] { (0..<ViewToday.days).map { today.day.adding($0 + 1 - ViewToday.days) } }

  private func points(_ value: (ShopDay) -> Int64) -> [DayPlot.Point] {
    shownDays.map { DayPlot.Point(label: format.date($0.start), value: value($0)) }
  }

  private func moneyPlot(_ figures: DayFigures) -> Model {
    let (format, currency) = (format, currency)
    return DayPlot(
      words["today.moneyPlot"] ?? "", .columns, of: points { figures.minor(.captured, on: $0) }, hue: "money"
    ) { format.money(Money(minor: $0, currency: currency)) }.model
  }

  private func ordersPlot(_ figures: DayFigures) -> Model {
    DayPlot(
      words["today.ordersPlot"] ?? "", .line, of: points { Int64(figures.count(.placed, on: $0)) }, hue: "orders"
    ) { String($0) }.model
  }

  private var goods: Model {
    RankPlot(
      today.goods.map { goods in
        let units = words.phrase("order.units", count: goods.figure.units)
        return RankPlot.Row(
          name: goods.title?[words.language] ?? words["today.goneGoods"] ?? "",
          address: goods.title == nil ? nil : "/products/\(goods.figure.product)", value: Int64(goods.figure.units),
          text: "\(units) · \(format.money(goods.figure.amount))")
      }, hue: "goods"
    ).model
  }
}
