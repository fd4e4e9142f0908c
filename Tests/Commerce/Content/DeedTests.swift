import AuditLog
import Content
import Storage
import TestKit
import Testing
import Values

/// What staff do to the shop's own words and pictures stands in the log.
@Suite struct DeedTests {
  private static let mei = Actor.staff(StaffID(raw: 7))
  private let store: TestStore
  private let content: StoredContent

  init() async throws {
    store = try await TestStore(StoredContent.migrations)
    content = StoredContent(database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
  }

  private func deeds() async throws -> [DeedEntry] {
    try await DeedLog(database: store.database, clock: store.clock.clock)
      .entries(matching: DeedFilter(), after: 0, limit: 100)
  }

  private func draft(_ title: String) -> EntryDraft {
    EntryDraft(text: EntryText(title: LocalizedText(en: title), body: LocalizedText(en: "<p>Hello</p>")))
  }

  // req: 2.3.3-3
  @Test func `entries are noted from their beginning to their removal, and what the shop itself does isn't`()
    async throws
  {
    _ = try await content.begin(draft("Delivery"), .page, publishes: true, by: .system)
    let entry = try await content.begin(draft("About"), .page, publishes: false, by: Self.mei)
    _ = try await content.save(draft("About us"), over: entry.id, version: 1, publishes: false, by: Self.mei)
    _ = try await content.save(draft("All about us"), over: entry.id, version: 2, publishes: true, by: Self.mei)
    _ = try await content.restore(1, of: entry.id, version: 3, by: Self.mei)
    _ = try await content.withdraw(entry.id, by: Self.mei)
    try await content.remove(entry.id, by: Self.mei)
    let entries = try await deeds()
    try #require(
      entries.map(\.verb) == [
        "content.beginEntry", "content.saveEntry", "content.publishEntry", "content.restoreEntry",
        "content.withdrawEntry", "content.removeEntry",
      ])
    #expect(entries.allSatisfy { $0.who == Self.mei.text && $0.merchant == nil && $0.subject == "\(entry.id)" })
    #expect(entries[0].before == nil && entries[0].fieldsAfter["title.en"] == "About")
    #expect(entries[1].fieldsBefore["title.en"] == "About" && entries[1].fieldsAfter["title.en"] == "About us")
    #expect(entries[2].fieldsBefore["state"] == "draft" && entries[2].fieldsAfter["state"] == "published")
    #expect(entries[3].fieldsAfter["title.en"] == "About")
    #expect(entries[4].fieldsAfter["state"] == "withdrawn")
    #expect(entries[5].fieldsBefore == entries[4].fieldsAfter && entries[5].after == nil)
  }

  // req: 2.3.3-3
  @Test func `banners, menus and pictures are noted with what was there before`() async throws {
    let file = try #require(FileKey(rawValue: String(repeating: "0a", count: 32) + ".png"))
    func banner(_ title: String) -> BannerDraft {
      BannerDraft(place: .home, title: LocalizedText(en: title), link: "/c/tea", picture: file)
    }
    for words in ["A bowl", "A blue bowl"] {
      _ = try await content.add(file, alternative: LocalizedText(en: words), by: Self.mei)
    }
    let first = try await content.add(banner("Spring"), by: Self.mei)
    let second = try await content.add(banner("Summer"), by: Self.mei)
    _ = try await content.change(first.id, to: banner("Autumn"), version: 1, by: Self.mei)
    for _ in 1...2 { try await content.arrange([second.id, first.id], in: .home, by: Self.mei) }
    try await content.remove(second.id, by: Self.mei)
    let lines = [MenuLine(title: LocalizedText(en: "Tea", zhHans: "茶"), address: "/c/tea")]
    _ = try await content.save(lines, as: .header, version: 0, by: Self.mei)
    let entries = try await deeds()
    try #require(
      entries.map(\.verb) == [
        "content.addPicture", "content.addPicture", "content.addBanner", "content.addBanner", "content.changeBanner",
        "content.arrangeBanners", "content.removeBanner", "content.saveMenu",
      ])
    #expect(entries[0].before == nil && entries[0].subject == file.rawValue)
    #expect(entries[1].fieldsBefore["alternative.en"] == "A bowl")
    #expect(entries[1].fieldsAfter["alternative.en"] == "A blue bowl")
    #expect(entries[4].fieldsBefore["title.en"] == "Spring" && entries[4].fieldsAfter["title.en"] == "Autumn")
    #expect(entries[5].fieldsBefore == ["position.1": "Autumn", "position.2": "Summer"])
    #expect(entries[5].fieldsAfter == ["position.1": "Summer", "position.2": "Autumn"])
    #expect(entries[6].fieldsBefore["title.en"] == "Summer" && entries[6].after == nil)
    #expect(entries[7].fieldsBefore == ["version": "0"])
    #expect(entries[7].fieldsAfter == ["version": "1", "line.1": "Tea / 茶 → /c/tea"])
  }
}
