import Storage
import Synchronization
import Values

extension StoredInsight {
  public func course(
    of merchant: MerchantID?, in channel: Channel?, from: ShopDay, through: ShopDay, stretchesOn: [ShopDay]
  ) async throws -> FigureCourse {
    let from = max(from, through.adding(1 - Self.mostDays))
    let parts = Self.parts(
      of: merchant, in: channel, table: "daily_figure", channels: "channel_figure", item: "kind",
      where: ["day >= \(from)", "day <= \(through)"] + (channel == nil ? [] : [Self.ofChannels]))
    var query: SQL = """
      SELECT day, -1 AS stretch, kind, SUM(amount) AS amount, SUM(count) AS count FROM (\(parts)) AS parts
      GROUP BY day, kind
      """
    if !stretchesOn.isEmpty { query = query + " UNION ALL " + Self.stretches(of: merchant, in: channel, stretchesOn) }
    let most = (Self.mostDays + Self.mostStretchedDays * DayStretch.perDay) * FigureKind.allCases.count
    let read = query + " ORDER BY day, stretch, kind LIMIT \(most)"
    return try await database.read { [currency] transaction in
      var (days, stretches): ([DayFigure], [StretchFigure]) = ([], [])
      for row in try transaction.rows(read) {
        let (day, stretch, kind): (ShopDay, Int, FigureKind) = (try row["day"], try row["stretch"], try row["kind"])
        let (amount, count) = (Money(minor: try row["amount"], currency: currency), try row["count"] as Int)
        if stretch < 0 {
          days.append(DayFigure(day: day, kind: kind, amount: amount, count: count))
        } else {
          stretches.append(
            StretchFigure(
              day: day, stretch: DayStretch(rawValue: stretch), kind: kind, amount: amount, count: count))
        }
      }
      return FigureCourse(days: days, stretches: stretches)
    }
  }

  private static func stretches(of merchant: MerchantID?, in channel: Channel?, _ days: [ShopDay]) -> SQL {
    var conditions: [SQL] = [
      "merchant_id = \(merchant?.raw ?? 0)", "day IN \(list: days.prefix(mostStretchedDays))",
    ]
    // What is left of all is the main one's.
    switch channel {
    case nil: conditions.append("channel = ''")
    case Channel.main?: conditions.append(ofChannels)
    case let channel?: conditions += ["channel = \(channel.rawValue)", ofChannels]
    }
    let sign: SQL = channel == .main ? "CASE WHEN channel = '' THEN 1 ELSE -1 END" : "1"
    return """
      SELECT day, stretch, kind, SUM(amount * \(sign)) AS amount, SUM(count * \(sign)) AS count FROM stretch_figure
      WHERE \(SQL.all(conditions)) GROUP BY day, stretch, kind
      """
  }

  public func topGoods(
    of merchant: MerchantID?, in channel: Channel?, from: ShopDay, through: ShopDay, limit: Int
  ) async throws -> [GoodsFigure] {
    let key = GoodsKey(
      merchant: merchant, channel: channel, from: from, through: through, limit: min(max(limit, 1), 100))
    let now = clock.now
    let kept = goods.withLock { $0[key] }
    if let kept, kept.at <= now, now < kept.at.adding(Self.keptAge) { return kept.figures }
    let parts = Self.parts(
      of: merchant, in: channel, table: "goods_figure", channels: "channel_goods", item: "product_id",
      where: ["day >= \(from)", "day <= \(through)"])
    let figures = try await database.read { [currency] transaction in
      try transaction.rows(
        """
        SELECT product_id, SUM(amount) AS amount, SUM(count) AS units FROM (\(parts)) AS parts
        GROUP BY product_id HAVING SUM(count) > 0 ORDER BY units DESC, product_id LIMIT \(key.limit)
        """
      ).map { row in
        GoodsFigure(
          product: try row["product_id"], amount: Money(minor: try row["amount"], currency: currency),
          units: try row["units"])
      }
    }
    goods.withLock { goods in
      if goods.count >= Self.mostKept { goods = [:] }
      goods[key] = (figures, now)
    }
    return figures
  }

  public func channels(of merchant: MerchantID?) async throws -> [Channel] {
    let now = clock.now
    let kept = channels.withLock { $0[merchant] }
    if let kept, kept.at <= now, now < kept.at.adding(Self.keptAge) { return kept.channels }
    let others: [Channel] = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT DISTINCT channel FROM channel_figure WHERE merchant_id = \(merchant?.raw ?? 0)
        ORDER BY channel LIMIT \(Self.mostChannels - 1)
        """
      ).compactMap { Channel(rawValue: try $0["channel"]) }
    }
    channels.withLock { channels in
      if channels.count >= Self.mostKept { channels = [:] }
      channels[merchant] = ([.main] + others, now)
    }
    return [.main] + others
  }

  /// What is nobody's channel's is left out.
  private static let ofChannels: SQL = "kind NOT IN \(list: FigureKind.allCases.filter { !$0.hasChannels })"

  /// Rows that add up to the figures: of all channels, of one, or what the others leave of all to the main one.
  private static func parts(
    of merchant: MerchantID?, in channel: Channel?, table: StaticString, channels: StaticString, item: StaticString,
    where conditions: [SQL]
  ) -> SQL {
    let conditions = conditions + ["merchant_id = \(merchant?.raw ?? 0)"]
    let all: SQL = "SELECT day, \(name: item), amount, count FROM \(name: table) WHERE \(SQL.all(conditions))"
    switch channel {
    case nil: return all
    case Channel.main?:
      return """
        \(all) UNION ALL SELECT day, \(name: item), 0 - amount AS amount, 0 - count AS count
        FROM \(name: channels) WHERE \(SQL.all(conditions))
        """
    case let channel?:
      return """
        SELECT day, \(name: item), amount, count FROM \(name: channels)
        WHERE \(SQL.all(conditions + ["channel = \(channel.rawValue)"]))
        """
    }
  }
}
