import Storage

extension StoredInsight {
  public static let migrations = [
    Migration("insight", 1, "001_CreateFigures") { transaction in
      for table in [entry, figure, goods, day, mark] { try transaction.create(table) }
      try transaction.createIndex("figure_entry_day", on: "figure_entry", ["day", "kind", "merchant_id"])
      // What is made anew, and what is audited, goes day by day.
      try transaction.createIndex("daily_figure_day", on: "daily_figure", ["day", "kind", "merchant_id"])
      try transaction.createIndex("goods_figure_day", on: "goods_figure", ["day", "merchant_id", "product_id"])
    }
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

  /// Whoever changes figures of a day holds its row.
  private static let day = TableDefinition(
    "figure_day", [.integer("day"), .blob("visitors", VisitorSketch.size, nullable: true)], primaryKey: ["day"])

  private static let mark = TableDefinition(
    "figure_mark", [.text("name", 20), .integer("value")], primaryKey: ["name"])
}
