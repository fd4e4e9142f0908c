import AuditLog
import Catalog
import Events
import Foundation
import Storage
import TestKit
import Testing
import Values

/// States and schedules of products, and edits by staff.
@Suite struct PublicationTests {
  private let staff = Actor.staff(StaffID(raw: 9))

  private func begun(_ shop: CatalogFixture, _ handle: String = "teapot") async throws -> Product {
    try await shop.catalog.begin(try shop.draft(handle), isNamed: true, by: staff)
  }

  private func told(_ shop: CatalogFixture) async throws -> [ProductJudged] {
    try await shop.store.toldEvents().filter { $0.name == ProductJudged.name }.map { try $0.decode() }
  }

  @Test func `a product begins as a draft, whatever its draft says, and is published, withdrawn and refused`()
    async throws
  {
    let shop = try await CatalogFixture()
    let product = try await begun(shop)
    #expect(product.publication == .draft && !product.isPublished)
    let asking = try await shop.catalog.move(product.id, .ask(from: nil, until: nil), version: 1, by: staff)
    #expect(asking.publication.state == .waiting && !asking.isPublished)
    #expect(try await shop.catalog.waitingCount(of: shop.merchant) == 1)
    #expect(try await shop.catalog.waitingCount(of: MerchantID(raw: 2)) == 0)
    let refused = try await shop.catalog.move(product.id, .refuse(reason: " Blurred "), version: 2, by: staff)
    #expect(refused.publication == Publication(state: .refused, reason: "Blurred"))
    #expect(try await told(shop).map(\.reason) == ["Blurred"])
    await #expect(throws: CatalogRefusal.wrongPublication) {
      try await shop.catalog.move(product.id, .withdraw, version: nil, by: staff)
    }
    let shown = try await shop.catalog.move(product.id, .publish(from: nil, until: nil), version: nil, by: staff)
    #expect(shown.isPublished && shown.publication == .published)
    #expect(try await told(shop).count == 1)
    #expect(try await shop.fresh.product(product.id) == shown)
    let withdrawn = try await shop.catalog.move(product.id, .withdraw, version: nil, by: staff)
    #expect(!withdrawn.isPublished && withdrawn.publication == .draft)
    await #expect(throws: CatalogRefusal.unknownProduct) {
      try await shop.catalog.move(ProductID(raw: 5), .withdraw, version: nil, by: staff)
    }
    await #expect(throws: CatalogRefusal.productChanged) {
      try await shop.catalog.move(product.id, .publish(from: nil, until: nil), version: 1, by: staff)
    }
  }

  @Test func `shoppers see a product in its time, which the shop follows by the clock`() async throws {
    let shop = try await CatalogFixture()
    let product = try await begun(shop)
    let (catalog, clock) = (shop.catalog, shop.store.clock)
    let start = clock.clock.now
    let (from, until) = (start.adding(.hours(1)), start.adding(.hours(3)))
    let later = try await catalog.move(product.id, .publish(from: from, until: until), version: nil, by: staff)
    #expect(later.publication.state == .published && !later.isPublished)
    #expect(try await catalog.turnPublications(now: start, limit: 10) == 0)
    clock.advance(by: .hours(1))
    #expect(try await catalog.turnPublications(now: clock.clock.now, limit: 10) == 1)
    #expect(try await catalog.turnPublications(now: clock.clock.now, limit: 10) == 0)
    #expect(try await catalog.product(product.id)?.isPublished == true)
    clock.advance(by: .hours(2))
    #expect(try await catalog.turnPublications(now: clock.clock.now, limit: 10) == 1)
    #expect(try await catalog.product(product.id)?.isPublished == false)
    #expect(try await shop.fresh.product(product.id)?.publication.until == until)
    let reversed = await #expect(throws: FieldFaults.self) {
      try await catalog.move(product.id, .publish(from: until, until: from), version: nil, by: staff)
    }
    #expect(reversed?.faults.map(\.field) == ["until"])
  }

  @Test func `a change brings what the clock has passed along, and keeps the schedule`() async throws {
    let shop = try await CatalogFixture()
    let product = try await begun(shop)
    let clock = shop.store.clock
    let from = clock.clock.now.adding(.hours(1))
    let later = try await shop.catalog.move(product.id, .publish(from: from, until: nil), version: nil, by: staff)
    clock.advance(by: .hours(2))
    var draft = ProductDraft(keeping: later)
    draft.content.title = LocalizedText("Kettle")
    let saved = try await shop.catalog.revise(
      product.id, to: draft, version: later.version, asksAgain: false, by: staff)
    #expect(saved.product.isPublished && saved.product.publication.from == from)
    #expect(try await shop.catalog.turnPublications(now: clock.clock.now, limit: 10) == 0)
  }

  @Test func `an import leaves a schedule alone, and waits where it must be let in`() async throws {
    let shop = try await CatalogFixture()
    let product = try await begun(shop)
    let from = shop.store.clock.clock.now.adding(.hours(1))
    _ = try await shop.catalog.move(product.id, .publish(from: from, until: nil), version: nil, by: staff)
    var draft = try shop.draft("teapot")
    draft.isPublished = false
    #expect(try await shop.catalog.save(draft).outcome == .unchanged)
    draft.isPublished = true
    #expect(try await shop.catalog.save(draft).product.publication == .published)
    var asking = try shop.draft("other")
    asking.needsAdmission = true
    #expect(try await shop.catalog.save(asking).product.publication.state == .waiting)
    #expect(try await shop.catalog.save(asking).outcome == .unchanged)
  }

  @Test func `an import takes published goods back to those that wait where their changes ask again`() async throws {
    let shop = try await CatalogFixture()
    var draft = try shop.draft("teapot")
    (draft.needsAdmission, draft.asksAgain) = (true, false)
    let first = try await shop.catalog.save(draft).product
    let until = shop.store.clock.clock.now.adding(.hours(1))
    _ = try await shop.catalog.move(first.id, .publish(from: nil, until: until), version: nil, by: staff)
    draft.asksAgain = true
    #expect(try await shop.catalog.save(draft).outcome == .unchanged)
    draft.content.title = LocalizedText("Kettle")
    let rehearsed = try await shop.catalog.rehearse([draft]).first?.get().product
    #expect(rehearsed?.publication.state == .waiting)
    let changed = try await shop.catalog.save(draft)
    #expect(changed.product.publication == Publication(state: .waiting, until: until) && !changed.product.isPublished)
    #expect(try await shop.catalog.save(draft).outcome == .unchanged)
    _ = try await shop.catalog.move(first.id, .publish(from: nil, until: nil), version: nil, by: staff)
    draft.pictures = [PictureDraft(source: "https://pictures.example/front.png")]
    #expect(try await shop.catalog.save(draft).product.publication.state == .waiting)
  }

  @Test func `of two who edit at once one is told, and equal content is no change`() async throws {
    let shop = try await CatalogFixture()
    let product = try await begun(shop)
    let same = try await shop.catalog.revise(
      product.id, to: ProductDraft(keeping: product), version: 1, asksAgain: false, by: staff)
    #expect(same.outcome == .unchanged && same.product == product)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in 1...4 {
        group.addTask { [staff] in
          var draft = ProductDraft(keeping: product)
          draft.content.title = LocalizedText("Teapot \(number)")
          do {
            _ = try await shop.catalog.revise(product.id, to: draft, version: 1, asksAgain: false, by: staff)
            return true
          } catch {
            return false
          }
        }
      }
      return await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(outcomes.filter(\.self).count == 1)
    #expect(try await shop.fresh.product(product.id)?.version == 2)
  }

  @Test func `a variant keeps its id although its value is renamed, and what is changed asks again where it must`()
    async throws
  {
    let shop = try await CatalogFixture()
    let shirt = try await shop.catalog.begin(try shop.shirt(["Red", "Blue"]), isNamed: false, by: staff)
    let shown = try await shop.catalog.move(shirt.id, .publish(from: nil, until: nil), version: nil, by: staff)
    var draft = ProductDraft(keeping: shown)
    draft.content.options[0].values[0] = LocalizedText("Crimson")
    draft.variants[0].sku = "S-Crimson"
    let saved = try await shop.catalog.revise(
      shirt.id, to: draft, version: shown.version, asksAgain: true, by: staff)
    #expect(saved.product.variants.map(\.id) == shirt.variants.map(\.id))
    #expect(saved.product.publication.state == .waiting && !saved.product.isPublished)
    #expect(try await shop.fresh.product(shirt.id) == saved.product)
  }

  @Test func `a handle that nobody chose finds a free one, a chosen one that is taken is said`() async throws {
    let shop = try await CatalogFixture()
    _ = try await begun(shop)
    let second = try await shop.catalog.begin(try shop.draft("teapot"), isNamed: false, by: staff)
    #expect(second.handle.rawValue == "teapot-2")
    let fault = await #expect(throws: FieldFaults.self) { try await begun(shop) }
    #expect(fault?.faults.map(\.field) == ["handle"])
  }

  @Test func `desks find products by merchant, state, text and SKU, page by page in each order`() async throws {
    let shop = try await CatalogFixture()
    for number in 1...7 {
      shop.store.clock.advance(by: .minutes(1))
      _ = try await shop.catalog.save(
        try shop.draft("pot-\(number)", title: "Pot 100% \(number)", sku: "POT-\(number)"))
    }
    _ = try await shop.catalog.save(try shop.draft("cup", title: "Cup", merchant: MerchantID(raw: 2)))
    func found(_ filter: ProductFilter) async throws -> [String] {
      var (all, after): ([String], Cursor?) = ([], nil)
      repeat {
        let page = try await shop.catalog.products(filter, PageRequest(limit: 3, after: after))
        all += page.items.map(\.handle.rawValue)
        after = page.next
      } while after != nil
      return all
    }
    let mine = shop.merchant
    let pots = (1...7).map { "pot-\($0)" }
    #expect(try await found(ProductFilter(merchant: mine, order: .oldest)) == pots)
    #expect(try await found(ProductFilter(merchant: mine)) == pots.reversed())
    #expect(try await found(ProductFilter(merchant: mine, order: .changed)) == pots.reversed())
    #expect(try await found(ProductFilter()).count == 8)
    #expect(try await found(ProductFilter(text: "100% 3")) == ["pot-3"])
    #expect(try await found(ProductFilter(text: "pot-4")) == ["pot-4"])
    #expect(try await found(ProductFilter(text: "茶壶")).count == 8)
    #expect(try await found(ProductFilter(text: "%%")).isEmpty)
    #expect(try await found(ProductFilter(state: .draft)).isEmpty)
    #expect(try await found(ProductFilter(merchant: MerchantID(raw: 2), state: .published)) == ["cup"])
    #expect(try await found(ProductFilter(categories: [CategoryID(raw: 1)])).isEmpty)
  }

  @Test func `the log has what changed, before and after, and nothing else`() async throws {
    let shop = try await CatalogFixture()
    let product = try await begun(shop)
    var draft = ProductDraft(keeping: product)
    draft.content.subtitle = LocalizedText(en: "Pours well", zhHans: "好倒")
    _ = try await shop.catalog.revise(product.id, to: draft, version: 1, asksAgain: false, by: staff)
    let log = DeedLog(database: shop.store.database, clock: shop.store.clock.clock)
    let entries = try await log.entries(matching: DeedFilter(), before: nil, limit: 10)
    #expect(entries.map(\.verb) == ["catalog.revise", "catalog.begin"])
    #expect(entries.first?.fieldsAfter == ["subtitle.en": "Pours well", "subtitle.zh": "好倒"])
    #expect(entries.first?.fieldsBefore == [:])
  }
}
