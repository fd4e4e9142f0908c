import Storage
import Values

extension BannerPlace: SQLConvertible {}

enum BannerTable {
  private static let columns: SQL = """
    id, place, position, title_en, title_zh, words_en, words_zh, action_en, action_zh, link, picture, picture_phone,
    begins_at, ends_at, is_on, version
    """

  /// In the order in which they are shown.
  static func banners(
    _ condition: SQL, limit: Int, in transaction: any ReadTransaction, lock: SQL = ""
  ) throws -> [Banner] {
    try transaction.rows(
      "SELECT \(columns) FROM banner WHERE \(condition) ORDER BY place, position, id LIMIT \(limit) \(lock)"
    ).map(banner)
  }

  static func write(_ banner: Banner, isNew: Bool, at now: Timestamp, by actor: Actor, in transaction: any Transaction)
    throws
  {
    if isNew {
      try transaction.execute(
        """
        INSERT INTO banner (id, place, position, title_en, title_zh, words_en, words_zh, action_en, action_zh, link,
          picture, picture_phone, begins_at, ends_at, is_on, version, changed_at, changed_by)
        VALUES (\(banner.id), \(banner.place), \(banner.position), \(banner.title.en), \(banner.title.zhHans),
          \(banner.text.en), \(banner.text.zhHans), \(banner.action.en), \(banner.action.zhHans), \(banner.link),
          \(banner.picture.rawValue), \(banner.picturePhone?.rawValue), \(banner.from), \(banner.until),
          \(banner.isOn), \(banner.version), \(now), \(actor.text))
        """)
    } else {
      try transaction.execute(
        """
        UPDATE banner SET place = \(banner.place), position = \(banner.position), title_en = \(banner.title.en),
          title_zh = \(banner.title.zhHans), words_en = \(banner.text.en), words_zh = \(banner.text.zhHans),
          action_en = \(banner.action.en), action_zh = \(banner.action.zhHans), link = \(banner.link),
          picture = \(banner.picture.rawValue), picture_phone = \(banner.picturePhone?.rawValue),
          begins_at = \(banner.from), ends_at = \(banner.until), is_on = \(banner.isOn), version = \(banner.version),
          changed_at = \(now), changed_by = \(actor.text)
        WHERE id = \(banner.id)
        """)
    }
  }

  static func move(_ id: BannerID, to position: Int, in transaction: any Transaction) throws {
    try transaction.execute("UPDATE banner SET position = \(position) WHERE id = \(id)")
  }

  static func delete(_ id: BannerID, in transaction: any Transaction) throws {
    try transaction.execute("DELETE FROM banner WHERE id = \(id)")
  }

  private static func banner(_ row: Row) throws -> Banner {
    guard let picture = FileKey(rawValue: try row["picture"]) else {
      throw RowFault.misfit(column: "picture", type: "FileKey")
    }
    let phone: String? = try row["picture_phone"]
    return Banner(
      id: try row["id"], place: try row["place"],
      title: LocalizedText(en: try row["title_en"], zhHans: try row["title_zh"]),
      text: LocalizedText(en: try row["words_en"], zhHans: try row["words_zh"]),
      action: LocalizedText(en: try row["action_en"], zhHans: try row["action_zh"]), link: try row["link"],
      picture: picture, picturePhone: phone.flatMap(FileKey.init(rawValue:)), from: try row["begins_at"],
      until: try row["ends_at"], isOn: try row["is_on"], position: try row["position"], version: try row["version"])
  }
}
