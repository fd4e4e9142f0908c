import AuditLog
import Events
import Pricing
import Storage
import TestKit
import Testing
import Values

func yuan(_ minor: Int64) -> Money { Money(minor: minor, currency: .cny) }

/// Prices on a database of their own.
struct PricingFixture {
  let store: TestStore
  let pricing: StoredPricing
  let merchant = MerchantID(raw: 1)
  let teapot = VariantID(raw: 11)
  let cup = VariantID(raw: 12)

  init() async throws {
    store = try await TestStore(StoredPricing.migrations)
    pricing = StoredPricing(database: store.database, outbox: store.outbox, clock: store.clock.clock)
  }

  var fresh: StoredPricing { StoredPricing(database: store.database, outbox: store.outbox, clock: store.clock.clock) }

  func zone(_ regions: [String] = [], firstGrams: Int = 1000, nextGrams: Int = 500) -> FreightZone {
    FreightZone(
      regions: regions, firstGrams: firstGrams, firstFee: yuan(800), nextGrams: nextGrams, nextFee: yuan(200))
  }

  func template(_ zones: [FreightZone]) -> FreightTemplate {
    FreightTemplate(merchant: merchant, name: LocalizedText(en: "Parcel", zhHans: "快递"), zones: zones)
  }
}

@Suite struct PricesTests {
  @Test func `a variant without a price isn't for sale`() async throws {
    let shop = try await PricingFixture()
    #expect(try await shop.pricing.prices(of: [shop.teapot], in: .main).isEmpty)
    #expect(try await shop.pricing.prices(of: [], in: .main).isEmpty)
    let request = QuoteRequest(
      channel: .main, currency: .cny,
      lines: [
        .init(
          variant: shop.teapot, product: ProductID(raw: 1), merchant: shop.merchant, quantity: .one, weightGrams: 1)
      ], destination: nil)
    await #expect(throws: PricingRefusal.notForSale(shop.teapot)) { try await shop.pricing.quote(request) }
  }

  @Test func `a price shows at once although there was none in memory, and is told when it differs`() async throws {
    let shop = try await PricingFixture()
    _ = try await shop.pricing.prices(of: [shop.teapot], in: .main)
    let price = Price(sale: yuan(8800), list: yuan(9900))
    for _ in 1...2 { try await shop.pricing.setPrices([PriceChange(variant: shop.teapot, price: price)]) }
    #expect(try await shop.pricing.prices(of: [shop.teapot], in: .main) == [shop.teapot: price])
    #expect(try await shop.store.toldEvents().count == 1)
    let lower = Price(sale: yuan(7700))
    try await shop.pricing.setPrices([
      PriceChange(variant: shop.teapot, price: price), PriceChange(variant: shop.teapot, price: lower),
      PriceChange(variant: shop.cup, price: lower),
    ])
    #expect(
      try await shop.pricing.prices(of: [shop.teapot, shop.cup], in: .main) == [shop.teapot: lower, shop.cup: lower])
    #expect(try await shop.fresh.prices(of: [shop.teapot], in: .main) == [shop.teapot: lower])
    let told: PriceChanged = try #require(try await shop.store.toldEvents().last).decode()
    #expect(told.variants == [shop.teapot, shop.cup])
  }

  @Test func `each channel has its own price`() async throws {
    let shop = try await PricingFixture()
    let outlet = try #require(Channel(rawValue: "outlet"))
    try await shop.pricing.setPrices([
      PriceChange(variant: shop.teapot, price: Price(sale: yuan(8800))),
      PriceChange(variant: shop.teapot, channel: outlet, price: Price(sale: yuan(100))),
    ])
    #expect(try await shop.pricing.prices(of: [shop.teapot], in: .main)[shop.teapot]?.sale == yuan(8800))
    #expect(try await shop.pricing.prices(of: [shop.teapot], in: outlet)[shop.teapot]?.sale == yuan(100))
  }

  @Test(arguments: [
    Price(sale: yuan(-1)), Price(sale: yuan(10_000_000_001)), Price(sale: yuan(Int64.max)),
    Price(sale: yuan(1), list: yuan(-1)), Price(sale: yuan(1), list: yuan(Int64.max)),
    Price(sale: yuan(1), list: Money(minor: 2, currency: .usd)),
  ])
  func `an amount out of range is refused, and nothing of the batch is stored`(price: Price) async throws {
    let shop = try await PricingFixture()
    await #expect(throws: FieldFaults.self) {
      try await shop.pricing.setPrices([
        PriceChange(variant: shop.cup, price: Price(sale: yuan(1))), PriceChange(variant: shop.teapot, price: price),
      ])
    }
    #expect(try await shop.pricing.prices(of: [shop.cup, shop.teapot], in: .main).isEmpty)
    #expect(try await shop.store.toldEvents().isEmpty)
  }

  @Test func `a batch of two thousand is stored at once and told in bounded events`() async throws {
    let shop = try await PricingFixture()
    let variants = (1...2000).map { VariantID(raw: Int64($0)) }
    try await shop.pricing.setPrices(variants.map { PriceChange(variant: $0, price: Price(sale: yuan($0.raw))) })
    let prices = try await shop.pricing.prices(of: variants, in: .main)
    #expect(prices.count == 2000)
    #expect(prices.allSatisfy { $0.key.raw == $0.value.sale.minor })
    let told = try await shop.store.toldEvents()
    #expect(try told.flatMap { try $0.decode(PriceChanged.self).variants }.count == 2000)
  }

  @Test func `a price that is read while it changes is never kept stale`() async throws {
    let shop = try await PricingFixture()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for amount in 1...100 {
        group.addTask {
          let price = Price(sale: yuan(Int64(amount)))
          try await shop.pricing.setPrices([PriceChange(variant: shop.teapot, price: price)])
        }
        group.addTask { _ = try await shop.pricing.prices(of: [shop.teapot, shop.cup], in: .main) }
      }
      try await group.waitForAll()
    }
    let warm = try await shop.pricing.prices(of: [shop.teapot], in: .main)
    #expect(try await shop.fresh.prices(of: [shop.teapot], in: .main) == warm)
  }

  @Test func `a freight template is replaced, and the change shows at once`() async throws {
    let shop = try await PricingFixture()
    #expect(try await shop.pricing.freightTemplate(of: shop.merchant) == nil)
    let first = shop.template([shop.zone(["31", "3301"]), shop.zone()])
    try await shop.pricing.saveFreightTemplate(first)
    #expect(try await shop.pricing.freightTemplate(of: shop.merchant) == first)
    let second = shop.template([shop.zone()])
    try await shop.pricing.saveFreightTemplate(second)
    #expect(try await shop.pricing.freightTemplate(of: shop.merchant) == second)
    #expect(try await shop.fresh.freightTemplate(of: shop.merchant) == second)
  }

  // req: 2.3.3-3
  @Test func `who changes freight fees is noted with what they were, where anything is another`() async throws {
    let shop = try await PricingFixture()
    let mei = StaffID(raw: 7)
    try await shop.pricing.saveFreightTemplate(shop.template([shop.zone()]))
    let zones = [shop.zone(), shop.zone(["31"], firstGrams: 3000)]
    for _ in 1...2 { try await shop.pricing.saveFreightTemplate(shop.template(zones), by: .staff(mei)) }
    let entries = try await DeedLog(database: shop.store.database, clock: shop.store.clock.clock)
      .entries(matching: DeedFilter(), after: 0, limit: 100)
    #expect(entries.map(\.verb) == ["pricing.saveFreight"])
    let entry = try #require(entries.first)
    #expect(entry.who == "\(mei)" && entry.merchant == shop.merchant && entry.subjectName == "Parcel")
    #expect(entry.fieldsBefore == ["name.en": "Parcel", "name.zh": "快递", "zones": "1"])
    #expect(entry.fieldsAfter["zones"] == "2" && entry.fieldsAfter["zone.1"] == nil)
    #expect(entry.fieldsAfter["zone.2"]?.contains("3000 g") == true)
  }

  // req: 2.2-1
  @Test func `prices that aren't those that were seen are left as they are`() async throws {
    let shop = try await PricingFixture()
    let (old, new) = (Price(sale: yuan(8800)), Price(sale: yuan(7700)))
    try await shop.pricing.setPrices([PriceChange(variant: shop.teapot, price: old)])
    var list = PriceList(
      product: ProductID(raw: 1), merchant: shop.merchant, name: "Teapot",
      entries: [PriceList.Entry(variant: shop.teapot, name: "T", price: new)], seen: [shop.teapot: old])
    try await shop.pricing.savePrices(list, by: .system)
    await #expect(throws: FieldFaults(field: "prices", code: "pricesMoved")) {
      try await shop.pricing.savePrices(list, by: .system)
    }
    list.entries[0].price = Price(sale: yuan(6600))
    await #expect(throws: FieldFaults(field: "prices", code: "pricesMoved")) {
      try await shop.pricing.savePrices(list, by: .system)
    }
    #expect(try await shop.pricing.prices(of: [shop.teapot], in: .main)[shop.teapot] == new)
    list.seen = nil
    try await shop.pricing.savePrices(list, by: .system)
    #expect(try await shop.pricing.prices(of: [shop.teapot], in: .main)[shop.teapot] == list.entries[0].price)
  }

  @Test func `a freight template that can't be reckoned with is refused`() async throws {
    let shop = try await PricingFixture()
    var zones = [
      shop.zone(firstGrams: 0), shop.zone(firstGrams: Int.max), shop.zone(nextGrams: 0), shop.zone(nextGrams: -5),
      shop.zone(["北京"]), shop.zone([""]), shop.zone(["1234567"]), shop.zone(["31", "3a"]),
    ]
    var odd = shop.zone()
    odd.firstFee = yuan(-1)
    zones.append(odd)
    odd = shop.zone()
    odd.nextFee = yuan(Int64.max)
    zones.append(odd)
    odd = shop.zone()
    odd.freeFrom = Money(minor: 1, currency: .usd)
    zones.append(odd)
    odd = shop.zone()
    odd.deliveryDays = 3...4000
    zones.append(odd)
    for zone in zones {
      await #expect(throws: FieldFaults(field: "zones.1", code: "invalid")) {
        try await shop.pricing.saveFreightTemplate(shop.template([shop.zone(), zone]))
      }
    }
    await #expect(throws: FieldFaults.self) {
      try await shop.pricing.saveFreightTemplate(shop.template(Array(repeating: shop.zone(), count: 101)))
    }
    let long = LocalizedText(en: String(repeating: "x", count: 101))
    let named = FreightTemplate(merchant: shop.merchant, name: long, zones: [shop.zone()])
    await #expect(throws: FieldFaults.self) { try await shop.pricing.saveFreightTemplate(named) }
    #expect(try await shop.pricing.freightTemplate(of: shop.merchant) == nil)
  }
}
