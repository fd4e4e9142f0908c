import Catalog
import Flows
import Insight
import Inventory
import Orders
import Pages
import Values

/// The values of the page of today.
struct TodayModel {
  /// A change of fewer is an accident.
  private static let leastCompared: Int64 = 5

  private let today: Today
  private let currency: Currency
  private let words: Words
  private let format: Format

  init(_ today: Today, currency: Currency, _ words: Words) {
    self.today = today
    self.currency = currency
    self.words = words
    format = Format(words.language)
  }

  var model: Model {
    var model: Model = [
      "dayText": format.date(today.day.start), "hasChannels": today.channels.count > 1, "channels": channels,
    ]
    if let newest = today.newest {
      model["orders"] =
        [
          "hasNewest": !newest.isEmpty, "ordersURL": Addresses.ordersDesk,
          "newest": newest.map { OrderSummary.model($0, address: Addresses.desk($0.number), words: words) },
        ] as Model
    }
    if let figures = today.figures, let hours = today.hours {
      if today.newest?.isEmpty != true {
        model["figures"] = ["cards": cards, "plots": plots(figures, hours)] as Model
      } else if let visitors = visitorCard {
        // Beside it, a page of zeros tells nobody anything.
        model["figures"] = ["cards": [visitors]] as Model
      }
    }
    if let short = today.short { model["stock"] = stock(short) }
    if !today.owed.isEmpty {
      model["owed"] =
        ["address": Addresses.settlementsDesk, "rows": today.owed.map { SettlementsDesk.model($0, words) }] as Model
    }
    return model
  }

  private var channels: [Model] {
    func tab(_ channel: Channel?, _ name: String) -> Model {
      [
        "tabName": name, "isCurrent": channel == today.channel,
        "tabURL": Addresses.with(channel.map { [("channel", $0.rawValue)] } ?? [], Addresses.adminHome),
      ]
    }
    return [tab(nil, words["today.allChannels"] ?? "")]
      + today.channels.map { tab($0, words["today.channelNames.\($0.rawValue)"] ?? $0.rawValue) }
  }

  // MARK: Beside other days

  private var yesterday: ShopDay { today.yesterday }
  private var lastWeek: ShopDay { today.lastWeek }

  /// A card of figures that can be told by how much they changed, beside days that had enough of what is counted.
  private func card(
    _ name: String, _ value: (ShopDay) -> Int64, counted count: (ShopDay) -> Int64, _ text: (Int64) -> String
  ) -> Model {
    var model = card(name) { text(value($0)) }
    for (key, day) in [("yesterdayChange", yesterday), ("lastWeekChange", lastWeek)] {
      if let change = Self.change(from: value(day), to: value(today.day), counted: count(day), format) {
        model[key] = change
      }
    }
    return model
  }

  private func card(_ name: String, _ text: (ShopDay) -> String) -> Model {
    [
      "cardName": words["today.figures.\(name)"] ?? name, "nowText": text(today.day),
      "yesterdayText": text(yesterday), "lastWeekText": text(lastWeek),
    ]
  }

  /// Nil where nobody was here on any of the days. Visitors are nobody's channel's.
  private var visitorCard: Model? {
    let visitors: (ShopDay) -> Int64 = { today.count(.visitors, on: $0) }
    guard today.tellsVisitors, [today.day, yesterday, lastWeek].contains(where: { visitors($0) > 0 }) else {
      return nil
    }
    return card("visitors", visitors, counted: visitors) { String($0) }
  }

  private var cards: [Model] {
    func count(_ kind: FigureKind) -> (ShopDay) -> Int64 { { today.count(kind, on: $0) } }
    func minor(_ kind: FigureKind) -> (ShopDay) -> Int64 { { today.minor(kind, on: $0) } }
    func number(_ name: String, _ kind: FigureKind) -> Model {
      card(name, count(kind), counted: count(kind)) { String($0) }
    }
    func money(_ name: String, _ kind: FigureKind) -> Model {
      card(name, minor(kind), counted: count(kind)) { amount($0) }
    }
    var cards = [
      number("orders", .placed), money("captured", .captured), money("refunded", .refunded), number("units", .units),
    ]
    guard today.tellsVisitors else { return cards }
    let (orders, visitors) = (count(.placed), count(.visitors))
    cards.append(number("visitors", .visitors))
    cards.append(card("conversion") { conversion(orders($0), of: visitors($0)) })
    if today.tellsAccounts { cards.append(number("accounts", .accounts)) }
    return cards
  }

  private func amount(_ minor: Int64) -> String { format.money(Money(minor: minor, currency: currency)) }

  /// Nil where there was too little to compare with.
  static func change(from before: Int64, to now: Int64, counted count: Int64, _ format: Format) -> String? {
    guard before > 0, count >= leastCompared else { return nil }
    return format.change(percent: Int64((Double(now - before) * 100 / Double(before)).rounded()))
  }

  /// Orders in a hundred visitors, with one decimal at most.
  private func conversion(_ orders: Int64, of visitors: Int64) -> String {
    Today.conversion(orders, of: visitors).map { format.percent(tenths: $0) } ?? "–"
  }

  // MARK: Plots

  private func plots(_ figures: DayFigures, _ hours: HourFigures) -> Model {
    [
      "hoursPlot": hoursPlot(hours), "moneyPlot": moneyPlot(figures), "ordersPlot": ordersPlot(figures),
      "goodsName": words["today.goods"] ?? "", "goods": goods,
    ]
  }

  private func hoursPlot(_ hours: HourFigures) -> Model {
    let (format, currency) = (format, currency)
    let over = today.stretch.hour
    let days = [("now", today.day, over), ("yesterday", yesterday, 24), ("last-week", lastWeek, 24)].map {
      look, day, count in
      HourPlot.Day(
        look: look, name: words["today.days.\(look)"] ?? "", soFar: hours.minor(.captured, on: day),
        hours: hours.minorByHour(.captured, on: day, hours: count))
    }
    return HourPlot(
      words["today.hoursPlot"] ?? "", of: days,
      at: Double(today.stretch.rawValue + 1) / Double(DayStretch.perHour), hue: "money"
    ) { format.money(Money(minor: $0, currency: currency)) }.model
  }

  // MARK: Over thirty days

  private func points(_ value: (ShopDay) -> Int64) -> [DayPlot.Point] {
    today.shownDays.map { DayPlot.Point(label: format.date($0.start), value: value($0)) }
  }

  private func moneyPlot(_ figures: DayFigures) -> Model {
    let (format, currency) = (format, currency)
    return DayPlot(
      words["today.moneyPlot"] ?? "", .columns, of: points { figures.minor(.captured, on: $0) }, hue: "money", words
    ) { format.money(Money(minor: $0, currency: currency)) }.model
  }

  private func ordersPlot(_ figures: DayFigures) -> Model {
    DayPlot(
      words["today.ordersPlot"] ?? "", .line, of: points { Int64(figures.count(.placed, on: $0)) }, hue: "orders",
      words
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

  private func stock(_ short: [WorkStock.Line]) -> Model {
    let rows = short.map { line -> LevelPlot.Row in
      let (free, low) = (line.item.level.free, line.item.lowAt)
      let choice = line.variant?.choice[words.language] ?? ""
      return LevelPlot.Row(
        name: line.variant?.title[words.language] ?? "", more: choice.isEmpty ? nil : choice,
        address: Addresses.desk(line.item.variant), value: free, full: low,
        text: words.phrase(free > 0 ? "today.left" : "today.gone", ["count": String(free), "low": String(low)]))
    }
    var model = LevelPlot(rows).model
    model["lowURL"] = Addresses.with([("state", "low")], Addresses.stockDesk)
    model["goneURL"] = Addresses.with([("state", "out")], Addresses.stockDesk)
    return model
  }
}
