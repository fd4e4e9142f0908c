import AuditLog
import Foundation
import Storage
import Values

/// Merchants over a database, all kept in memory: they are few and on every page.
public final class StoredMerchants: MerchantService, Sendable {
  private let database: any Database
  private let ids: IDGenerator
  private let clock: WallClock
  private let known = ReadCache<String, [Merchant]>(capacity: 4)

  public init(database: any Database, ids: IDGenerator, clock: WallClock) {
    self.database = database
    self.ids = ids
    self.clock = clock
  }

  public func open(_ draft: MerchantDraft) async throws -> Merchant {
    var faults = FieldFaults()
    for (language, text) in [("en", draft.name.en), ("zh-Hans", draft.name.zhHans)] {
      _ = faults.text(text, "name.\(language)", max: 100, required: draft.name.isEmpty)
    }
    if draft.introduction.en.count > 1000 || draft.introduction.zhHans.count > 1000 {
      faults.add("introduction", "tooLong", ["max": "1000"])
    }
    let email = faults.text(draft.email, "email", max: 254)
    try faults.throwIfAny()
    let merchant = Merchant(
      id: ids.next(), slug: draft.slug, name: draft.name, introduction: draft.introduction, email: email,
      openedAt: clock.now)
    do {
      try await database.write { transaction in
        try transaction.execute(
          """
          INSERT INTO merchant (id, slug, name_en, name_zh, introduction_en, introduction_zh, email, opened_at)
          VALUES (\(merchant.id), \(merchant.slug.rawValue), \(merchant.name.en), \(merchant.name.zhHans),
            \(merchant.introduction.en), \(merchant.introduction.zhHans), \(email), \(merchant.openedAt))
          """)
        transaction.afterCommit { [known = self.known] in known.forgetAll() }
        let deed = Deed(
          "merchants.open", on: merchant.id, named: merchant.slug.rawValue, of: merchant.id,
          after: [
            "name.en": merchant.name.en, "name.zh": merchant.name.zhHans, "introduction.en": merchant.introduction.en,
            "introduction.zh": merchant.introduction.zhHans, "email": email,
          ])
        try DeedLog.note(deed, at: merchant.openedAt, in: transaction)
      }
    } catch StorageFault.duplicateKey {
      throw MerchantRefusal.slugTaken
    }
    return merchant
  }

  public func merchant(_ id: MerchantID) async throws -> Merchant? { try await merchants().first { $0.id == id } }
  public func merchant(slug: Slug) async throws -> Merchant? { try await merchants().first { $0.slug == slug } }

  public func merchants() async throws -> [Merchant] {
    try await known.value("all") {
      try await self.database.read { transaction in
        try transaction.rows("SELECT * FROM merchant ORDER BY id LIMIT 10000").map { row in
          guard let slug = Slug(rawValue: try row["slug"]) else { throw RowFault.misfit(column: "slug", type: "Slug") }
          return Merchant(
            id: try row["id"], slug: slug, name: LocalizedText(en: try row["name_en"], zhHans: try row["name_zh"]),
            introduction: LocalizedText(en: try row["introduction_en"], zhHans: try row["introduction_zh"]),
            email: try row["email"], openedAt: try row["opened_at"])
        }
      }
    } ?? []
  }

  /// Drops what is kept in memory, when another process has changed it.
  public func forget() { known.forgetAll() }

  public static let migrations = [
    Migration("merchants", 1, "001_CreateMerchant") { transaction in
      try transaction.create(
        TableDefinition(
          "merchant",
          [
            .integer("id"), .text("slug", 200), .text("name_en", 100), .text("name_zh", 100),
            .text("introduction_en", 1000),
            .text("introduction_zh", 1000), .text("email", 254), .integer("opened_at"),
          ],
          unique: [["slug"]]))
    }
  ]
}
