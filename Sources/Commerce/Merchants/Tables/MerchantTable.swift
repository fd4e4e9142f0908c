import AuditLog
import Storage
import Values

/// Rows of `merchant` as values, and back.
enum MerchantTable {
  static func merchant(_ row: Row) throws -> Merchant {
    guard let slug = Slug(rawValue: try row["slug"]) else { throw RowFault.misfit(column: "slug", type: "Slug") }
    guard let state = MerchantState(rawValue: try row["state"]) else {
      throw RowFault.misfit(column: "state", type: "MerchantState")
    }
    let (logo, language): (String?, String) = (try row["logo"], try row["language"])
    return Merchant(
      id: try row["id"], slug: slug, name: LocalizedText(en: try row["name_en"], zhHans: try row["name_zh"]),
      introduction: LocalizedText(en: try row["introduction_en"], zhHans: try row["introduction_zh"]),
      email: try row["email"], contact: try row["contact"], logo: logo.flatMap(FileKey.init(rawValue:)),
      language: Language(rawValue: language) ?? .en, state: state, reason: try row["reason"],
      openedAt: try row["opened_at"], movedAt: try row["moved_at"], application: try row["application_id"],
      version: try row["version"])
  }

  /// The row, which nobody else changes until the transaction ends. Throws `.unknownMerchant`.
  static func locked(_ id: MerchantID, in transaction: any Transaction) throws -> Merchant {
    let row = try transaction.row("SELECT * FROM merchant WHERE id = \(id) \(transaction.dialect.forUpdate)")
    guard let row else { throw MerchantRefusal.unknownMerchant }
    return try merchant(row)
  }

  static func insert(_ merchant: Merchant, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT INTO merchant (id, slug, name_en, name_zh, introduction_en, introduction_zh, email, contact, logo, language,
        state, reason, opened_at, moved_at, application_id, version)
      VALUES (\(merchant.id), \(merchant.slug.rawValue), \(merchant.name.en), \(merchant.name.zhHans),
        \(merchant.introduction.en), \(merchant.introduction.zhHans), \(merchant.email), \(merchant.contact),
        \(merchant.logo?.rawValue), \(merchant.language.rawValue), \(merchant.state.rawValue), \(merchant.reason),
        \(merchant.openedAt), \(merchant.movedAt), \(merchant.application), \(merchant.version))
      """)
  }

  static func update(_ merchant: Merchant, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      UPDATE merchant SET name_en = \(merchant.name.en), name_zh = \(merchant.name.zhHans),
        introduction_en = \(merchant.introduction.en), introduction_zh = \(merchant.introduction.zhHans),
        email = \(merchant.email), contact = \(merchant.contact), logo = \(merchant.logo?.rawValue),
        language = \(merchant.language.rawValue), state = \(merchant.state.rawValue), reason = \(merchant.reason),
        moved_at = \(merchant.movedAt), version = \(merchant.version)
      WHERE id = \(merchant.id)
      """)
  }
}

extension Merchant {
  func with(_ profile: MerchantProfile) -> Merchant {
    Merchant(
      id: id, slug: slug, name: profile.name, introduction: profile.introduction, email: profile.email,
      contact: profile.contact, logo: profile.logo, language: profile.language, state: state, reason: reason,
      openedAt: openedAt, movedAt: movedAt, application: application, version: version + 1)
  }

  func moved(to state: MerchantState, reason: String, at now: Timestamp) -> Merchant {
    Merchant(
      id: id, slug: slug, name: name, introduction: introduction, email: email, contact: contact, logo: logo,
      language: language, state: state, reason: reason, openedAt: openedAt, movedAt: now, application: application,
      version: version + 1)
  }

  var deedFields: DeedFields {
    [
      "name.en": name.en, "name.zh": name.zhHans, "introduction.en": introduction.en,
      "introduction.zh": introduction.zhHans, "email": email, "contact": contact, "logo": logo,
      "language": language.rawValue, "state": state.rawValue,
    ]
  }
}
