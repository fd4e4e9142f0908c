import Storage
import Values

extension MenuPlace: SQLConvertible {}

enum MenuTable {
  static func menu(_ place: MenuPlace, in transaction: any ReadTransaction) throws -> Menu {
    let version: Int? = try transaction.value("SELECT version FROM menu WHERE place = \(place)")
    let lines = try transaction.rows(
      """
      SELECT is_nested, title_en, title_zh, address FROM menu_line WHERE place = \(place)
      ORDER BY position LIMIT \(StoredContent.mostMenuLines)
      """
    ).map { row in
      MenuLine(
        title: LocalizedText(en: try row["title_en"], zhHans: try row["title_zh"]), address: try row["address"],
        isNested: try row["is_nested"])
    }
    return Menu(place: place, lines: lines, version: version ?? 0)
  }

  /// The version of the menu, which stays as it is until the transaction ends.
  static func lock(_ place: MenuPlace, at now: Timestamp, by actor: Actor, in transaction: any Transaction) throws
    -> Int
  {
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "menu",
        [
          ("place", place.sqlValue), ("version", 0.sqlValue), ("changed_at", now.sqlValue),
          ("changed_by", actor.text.sqlValue),
        ]))
    return try transaction.value("SELECT version FROM menu WHERE place = \(place) \(transaction.dialect.forUpdate)")
      ?? 0
  }

  static func write(_ menu: Menu, at now: Timestamp, by actor: Actor, in transaction: any Transaction) throws {
    try transaction.execute("DELETE FROM menu_line WHERE place = \(menu.place)")
    for (position, line) in menu.lines.enumerated() {
      try transaction.execute(
        """
        INSERT INTO menu_line (place, position, is_nested, title_en, title_zh, address)
        VALUES (\(menu.place), \(position), \(line.isNested), \(line.title.en), \(line.title.zhHans), \(line.address))
        """)
    }
    try transaction.execute(
      """
      UPDATE menu SET version = \(menu.version), changed_at = \(now), changed_by = \(actor.text)
      WHERE place = \(menu.place)
      """)
  }
}
