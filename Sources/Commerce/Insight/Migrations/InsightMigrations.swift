import Storage

extension StoredInsight {
  public static let migrations = [
    Migration("insight", 1, "001_CreateFigures") { transaction in
      for table in [entry, figure, goods, day, mark] { try transaction.create(table) }
      try transaction.createIndex("figure_entry_day", on: "figure_entry", ["day", "kind", "merchant_id"])
      // What is made anew, and what is audited, goes day by day.
      try transaction.createIndex("daily_figure_day", on: "daily_figure", ["day", "kind", "merchant_id"])
      try transaction.createIndex("goods_figure_day", on: "goods_figure", ["day", "merchant_id", "product_id"])
    },
    Migration("insight", 2, "002_AddChannelsAndStretches") { transaction in
      // Of entries from before nobody knows when on the day they were.
      try transaction.addColumn(.text("channel", 32, default: "main"), to: "figure_entry")
      try transaction.addColumn(.integer("stretch", nullable: true), to: "figure_entry")
      for table in [stretch, channelFigure, channelGoods, visitors] { try transaction.create(table) }
      try transaction.createIndex("stretch_figure_day", on: "stretch_figure", ["day", "kind", "merchant_id"])
      try transaction.createIndex("channel_figure_day", on: "channel_figure", ["day", "kind", "merchant_id"])
      try transaction.createIndex("channel_goods_day", on: "channel_goods", ["day", "merchant_id", "product_id"])
    },
  ]

  /// What the figures follow from: the raw identifier of the merchant, or 0.
  private static let entry = TableDefinition(
    "figure_entry",
    [
      .text("source", 40), .text("kind", 12), .integer("part"), .integer("merchant_id"), .integer("day"),
      .integer("amount"), .integer("count"), .integer("version"),
    ],
    primaryKey: ["source", "kind", "part"])

  /// Of a merchant, and under 0 of the whole shop.
  private static let figure = TableDefinition(
    "daily_figure",
    [.integer("merchant_id"), .integer("day"), .text("kind", 12), .integer("amount"), .integer("count")],
    primaryKey: ["merchant_id", "day", "kind"])

  private static let goods = TableDefinition(
    "goods_figure",
    [.integer("merchant_id"), .integer("day"), .integer("product_id"), .integer("amount"), .integer("count")],
    primaryKey: ["merchant_id", "day", "product_id"])

  /// What each ten minutes added, of all channels under an empty name, and of each but the main one.
  private static let stretch = TableDefinition(
    "stretch_figure",
    [
      .integer("merchant_id"), .text("channel", 32), .integer("day"), .integer("stretch"), .text("kind", 12),
      .integer("amount"), .integer("count"),
    ],
    primaryKey: ["merchant_id", "channel", "day", "stretch", "kind"])

  /// Of each channel but the main one, whose figures are what is left of all: a shop with one channel has no rows here.
  private static let channelFigure = TableDefinition(
    "channel_figure",
    [
      .integer("merchant_id"), .text("channel", 32), .integer("day"), .text("kind", 12), .integer("amount"),
      .integer("count"),
    ],
    primaryKey: ["merchant_id", "channel", "day", "kind"])

  private static let channelGoods = TableDefinition(
    "channel_goods",
    [
      .integer("merchant_id"), .text("channel", 32), .integer("day"), .integer("product_id"), .integer("amount"),
      .integer("count"),
    ],
    primaryKey: ["merchant_id", "channel", "day", "product_id"])

  /// Who saw a merchant's pages; of today, and of yesterday for programs that write late.
  private static let visitors = TableDefinition(
    "figure_visitors",
    [.integer("day"), .integer("merchant_id"), .blob("visitors", VisitorSketch.merchantSize)],
    primaryKey: ["day", "merchant_id"])

  /// Whoever changes figures of a day holds its row.
  private static let day = TableDefinition(
    "figure_day", [.integer("day"), .blob("visitors", VisitorSketch.size, nullable: true)], primaryKey: ["day"])

  private static let mark = TableDefinition(
    "figure_mark", [.text("name", 20), .integer("value")], primaryKey: ["name"])
}
