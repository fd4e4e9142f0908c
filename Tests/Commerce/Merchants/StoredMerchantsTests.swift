import Merchants
import TestKit
import Testing
import Values

@Suite struct StoredMerchantsTests {
  @Test func `merchants are opened once per short name and found by it`() async throws {
    let store = try await TestStore(StoredMerchants.migrations)
    let merchants = StoredMerchants(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
    #expect(try await merchants.merchants().isEmpty)
    let slug = try #require(Slug(rawValue: "河光"))
    let draft = MerchantDraft(slug: slug, name: LocalizedText(en: "Riverlight", zhHans: "河光"), email: "a@example.com")
    let merchant = try await merchants.open(draft)
    #expect(try await merchants.merchant(slug: slug) == merchant)
    #expect(try await merchants.merchants() == [merchant])
    await #expect(throws: MerchantRefusal.slugTaken) { try await merchants.open(draft) }
  }

  @Test func `a merchant without a name is refused`() async throws {
    let store = try await TestStore(StoredMerchants.migrations)
    let merchants = StoredMerchants(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
    let slug = try #require(Slug(rawValue: "empty"))
    await #expect(throws: FieldFaults.self) {
      try await merchants.open(MerchantDraft(slug: slug, name: LocalizedText(), email: "a@example.com"))
    }
    #expect(try await merchants.merchants().isEmpty)
  }
}
