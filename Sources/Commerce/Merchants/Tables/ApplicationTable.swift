import AuditLog
import Storage
import Values

/// Rows of `merchant_application` as values, and back.
enum ApplicationTable {
  static func application(_ row: Row) throws -> MerchantApplication {
    guard let slug = Slug(rawValue: try row["slug"]) else { throw RowFault.misfit(column: "slug", type: "Slug") }
    guard let key = ApplicationKey(rawValue: try row["secret"]) else {
      throw RowFault.misfit(column: "secret", type: "ApplicationKey")
    }
    guard let state = MerchantApplication.State(rawValue: try row["state"]) else {
      throw RowFault.misfit(column: "state", type: "MerchantApplication.State")
    }
    let (picture, language): (String?, String) = (try row["licence_picture"], try row["language"])
    return MerchantApplication(
      id: try row["id"], key: key, name: LocalizedText(en: try row["name_en"], zhHans: try row["name_zh"]), slug: slug,
      contact: try row["contact"], phone: try row["phone"], email: try row["email"], goods: try row["goods"],
      licence: try row["licence"], licencePicture: picture.flatMap(FileKey.init(rawValue:)),
      language: Language(rawValue: language) ?? .en,
      state: state, answer: try row["answer"], appliedAt: try row["applied_at"], movedAt: try row["moved_at"],
      revision: try row["revision"], merchant: try row["merchant_id"])
  }

  /// The row, which nobody else changes until the transaction ends. Throws `.unknownApplication`.
  static func locked(_ id: MerchantApplicationID, in transaction: any Transaction) throws -> MerchantApplication {
    let row = try transaction.row(
      "SELECT * FROM merchant_application WHERE id = \(id) \(transaction.dialect.forUpdate)")
    guard let row else { throw MerchantRefusal.unknownApplication }
    return try application(row)
  }

  static func insert(_ application: MerchantApplication, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT INTO merchant_application (id, secret, name_en, name_zh, slug, contact, phone, email, open_email, goods,
        licence, licence_picture, language, state, answer, applied_at, moved_at, revision, merchant_id)
      VALUES (\(application.id), \(application.key.rawValue), \(application.name.en), \(application.name.zhHans),
        \(application.slug.rawValue), \(application.contact), \(application.phone), \(application.email),
        \(application.openEmail), \(application.goods), \(application.licence), \(application.licencePicture?.rawValue),
        \(application.language.rawValue), \(application.state.rawValue), \(application.answer),
        \(application.appliedAt), \(application.movedAt), \(application.revision), \(application.merchant))
      """)
  }

  static func update(_ application: MerchantApplication, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      UPDATE merchant_application SET name_en = \(application.name.en), name_zh = \(application.name.zhHans),
        slug = \(application.slug.rawValue), contact = \(application.contact), phone = \(application.phone),
        open_email = \(application.openEmail), goods = \(application.goods), licence = \(application.licence),
        licence_picture = \(application.licencePicture?.rawValue), language = \(application.language.rawValue),
        state = \(application.state.rawValue), answer = \(application.answer), moved_at = \(application.movedAt),
        revision = \(application.revision), merchant_id = \(application.merchant)
      WHERE id = \(application.id)
      """)
  }
}

extension MerchantApplication {
  fileprivate var openEmail: String? { State.over.contains(state) ? nil : email }

  func moved(
    to state: State, answer: String? = nil, merchant: MerchantID? = nil, at now: Timestamp
  ) -> MerchantApplication {
    MerchantApplication(
      id: id, key: key, name: name, slug: slug, contact: contact, phone: phone, email: email, goods: goods,
      licence: licence, licencePicture: licencePicture, language: language, state: state,
      answer: answer ?? self.answer, appliedAt: appliedAt, movedAt: now, revision: revision + 1, merchant: merchant)
  }

  /// Whom to call isn't part of it: that is for those who decide.
  var deedFields: DeedFields {
    [
      "name.en": name.en, "name.zh": name.zhHans, "slug": slug.rawValue, "state": state.rawValue,
      "merchant": merchant,
    ]
  }
}
