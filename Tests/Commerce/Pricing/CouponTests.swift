import Pricing
import Storage
import TestKit
import Testing
import Values

/// Coupons on a database of their own.
struct CouponFixture {
  let store: TestStore
  let coupons: StoredCoupons

  init() async throws {
    store = try await TestStore(StoredPricing.migrations)
    coupons = StoredCoupons(database: store.database, ids: store.ids, clock: store.clock.clock)
  }

  func draft(
    _ code: String = "spring", _ benefit: OfferBenefit = .amountOff(yuan(1000)), uses: Int? = nil, each: Int? = 1
  ) -> CouponDraft {
    CouponDraft(
      code: code, name: LocalizedText(en: "Spring", zhHans: "春天"), benefit: benefit, minimum: yuan(5000),
      startsAt: store.clock.now, endsAt: store.clock.now.adding(.days(30)), mostUses: uses, mostUsesEach: each)
  }

  func taking(_ coupon: Coupon, by buyer: Int64, checkout: String) -> CouponTaking {
    CouponTaking(
      coupon: coupon.id, buyer: AccountID(raw: buyer), checkout: checkout, amount: yuan(1000),
      until: store.clock.now.adding(.minutes(40)))
  }

  func used(_ coupon: Coupon) async throws -> Int? { try await coupons.coupon(coupon.id)?.used }
}

@Suite struct CouponTests {
  @Test func `a code is one whatever its letters, and says when it can be used`() async throws {
    let shop = try await CouponFixture()
    var later = shop.draft("Later-1")
    later.startsAt = shop.store.clock.now.adding(.days(1))
    let planned = try await shop.coupons.add(later, for: nil, by: .system)
    let code = try #require(CouponCode(rawValue: "lATER-1"))
    await #expect(throws: CouponRefusal.couponNotYet(planned.startsAt)) { try await shop.coupons.running(code) }
    await #expect(throws: FieldFaults(field: "code", code: "taken")) {
      try await shop.coupons.add(shop.draft("LATER-1"), for: nil, by: .system)
    }
    shop.store.clock.advance(by: .days(2))
    #expect(try await shop.coupons.running(code).id == planned.id)
    _ = try await shop.coupons.turn(planned.id, on: false, by: .system)
    await #expect(throws: CouponRefusal.couponUnknown) { try await shop.coupons.running(code) }
    _ = try await shop.coupons.turn(planned.id, on: true, by: .system)
    shop.store.clock.advance(by: .days(60))
    await #expect(throws: CouponRefusal.couponExpired) { try await shop.coupons.running(code) }
    #expect(CouponCode(rawValue: "A B") == nil && CouponCode(rawValue: "AB") == nil)
  }

  @Test func `one cart takes a coupon once, and what was given back is taken anew`() async throws {
    let shop = try await CouponFixture()
    let coupon = try await shop.coupons.add(shop.draft(uses: 2), for: nil, by: .system)
    let taking = shop.taking(coupon, by: 1, checkout: "crt/1")
    for _ in 1...2 { try await shop.coupons.take(taking) }
    #expect(try await shop.used(coupon) == 1)
    await #expect(throws: CouponRefusal.couponUsedByYou) {
      try await shop.coupons.take(shop.taking(coupon, by: 1, checkout: "crt/2"))
    }
    for _ in 1...2 { try await shop.coupons.giveBack(coupon.id, checkout: "crt/1") }
    #expect(try await shop.used(coupon) == 0)
    #expect(try await !shop.coupons.settle(coupon.id, checkout: "crt/1"))
    try await shop.coupons.take(taking)
    #expect(try await shop.coupons.settle(coupon.id, checkout: "crt/1"))
    #expect(try await shop.used(coupon) == 1)
    try await shop.coupons.take(shop.taking(coupon, by: 2, checkout: "crt/3"))
    await #expect(throws: CouponRefusal.couponSpent) {
      try await shop.coupons.take(shop.taking(coupon, by: 3, checkout: "crt/4"))
    }
    #expect(try await shop.coupons.audit().isEmpty)
    #expect(try await shop.coupons.uses(of: coupon.id, PageRequest()).items.count == 2)
  }

  @Test func `of thirty buyers at once ten have the ten uses`() async throws {
    let shop = try await CouponFixture()
    let coupon = try await shop.coupons.add(shop.draft(uses: 10), for: nil, by: .system)
    let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
      for buyer in 1...30 {
        group.addTask {
          do {
            try await shop.coupons.take(shop.taking(coupon, by: Int64(buyer), checkout: "crt/\(buyer)"))
            return true
          } catch CouponRefusal.couponSpent {
            return false
          }
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(taken == 10)
    #expect(try await shop.used(coupon) == 10)
    #expect(try await shop.coupons.audit().isEmpty)
  }

  @Test func `ten tabs of one cart use it once, and ten carts of one buyer as often as one may`() async throws {
    let shop = try await CouponFixture()
    let coupon = try await shop.coupons.add(shop.draft(each: 3), for: nil, by: .system)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...10 {
        group.addTask { try await shop.coupons.take(shop.taking(coupon, by: 1, checkout: "crt/1")) }
      }
      for number in 2...11 {
        group.addTask {
          do {
            try await shop.coupons.take(shop.taking(coupon, by: 2, checkout: "crt/\(number)"))
          } catch CouponRefusal.couponUsedByYou {}
        }
      }
      try await group.waitForAll()
    }
    #expect(try await shop.coupons.count(of: coupon.id, by: AccountID(raw: 1), besides: nil) == 1)
    #expect(try await shop.coupons.count(of: coupon.id, by: AccountID(raw: 2), besides: nil) == 3)
    #expect(try await shop.used(coupon) == 4)
    #expect(try await shop.coupons.audit().isEmpty)
  }

  @Test func `who saves over another's change is told, and every fault has its field`() async throws {
    let shop = try await CouponFixture()
    let coupon = try await shop.coupons.add(shop.draft(), for: MerchantID(raw: 5), by: .system)
    let changed = try await shop.coupons.change(
      coupon.id, to: shop.draft("", .percentOff(10, most: yuan(500))), version: 1, by: .system)
    #expect(changed.code == coupon.code && changed.version == 2 && changed.merchant == MerchantID(raw: 5))
    await #expect(throws: CouponRefusal.couponChanged) {
      try await shop.coupons.change(coupon.id, to: shop.draft(), version: 1, by: .system)
    }
    var bad = shop.draft("!", .percentOff(101), uses: 0, each: -1)
    bad.name = LocalizedText(en: "", zhHans: "春")
    bad.endsAt = bad.startsAt
    let faults = await #expect(throws: FieldFaults.self) {
      try await shop.coupons.add(bad, for: nil, by: .system)
    }
    #expect(faults?.faults.map(\.field) == ["code", "name.en", "percent", "ends", "mostUses", "mostUsesEach"])
  }
}

/// What a coupon does to a quote.
@Suite struct CouponQuoteTests {
  private func quote(_ offers: [Offer], freeFrom: Int64? = nil) throws -> Quote {
    let lines = try [(1, 1, 3), (2, 1, 1), (3, 2, 2)].map { variant, merchant, count in
      QuoteRequest.Line(
        variant: VariantID(raw: Int64(variant)), product: ProductID(raw: 1), merchant: MerchantID(raw: Int64(merchant)),
        quantity: try #require(Quantity(count)), weightGrams: 100)
    }
    let zone = FreightZone(
      firstGrams: 1000, firstFee: yuan(800), nextGrams: 1000, nextFee: yuan(100), freeFrom: freeFrom.map(yuan))
    let templates = [1, 2].map { id -> (MerchantID, FreightTemplate) in
      (MerchantID(raw: id), FreightTemplate(merchant: MerchantID(raw: id), name: LocalizedText(), zones: [zone]))
    }
    return try Quoting.quote(
      QuoteRequest(
        channel: .main, currency: .cny, lines: lines, destination: RegionCode(rawValue: "310104"), offers: offers),
      prices: [
        VariantID(raw: 1): Price(sale: yuan(3333)), VariantID(raw: 2): Price(sale: yuan(1)),
        VariantID(raw: 3): Price(sale: yuan(5000)),
      ], templates: Dictionary(uniqueKeysWithValues: templates), offers: offers)
  }

  private func coupon(_ benefit: OfferBenefit, merchant: Int64? = nil, minimum: Int64 = 0) throws -> Coupon {
    Coupon(
      id: CouponID(raw: 1), code: try #require(CouponCode(rawValue: "SPRING")), name: LocalizedText(), benefit: benefit,
      minimum: yuan(minimum), merchant: merchant.map { MerchantID(raw: $0) }, startsAt: Timestamp(milliseconds: 0),
      endsAt: Timestamp(milliseconds: 1), mostUses: nil, mostUsesEach: nil, isOn: true, used: 0, version: 1)
  }

  // req: 4.1.3-5
  @Test func `shares name the coupon and its bearer and add up to the discount`() throws {
    let quote = try quote([coupon(.amountOff(yuan(1000))).offer])
    #expect(quote.discount == yuan(1000))
    #expect(quote.shares == [DiscountShare(offer: "coupon/SPRING", bearer: .platform, amount: yuan(1000))])
    #expect(quote.goods.minor - 1000 + quote.freight.minor == quote.due.minor)
    let own = try self.quote([coupon(.percentOff(50, most: yuan(700)), merchant: 2).offer])
    #expect(own.shares == [DiscountShare(offer: "coupon/SPRING", bearer: .merchant, amount: yuan(700))])
    #expect(own.merchants.map(\.discount) == [yuan(0), yuan(700)])
  }

  @Test func `free freight is borne by whoever gives it, and is no discount of goods`() throws {
    let free = try coupon(.freeFreight, merchant: 1)
    let quote = try quote([free.offer])
    #expect(quote.freight == yuan(800) && quote.discount == yuan(0))
    #expect(quote.waived == [DiscountShare(offer: "coupon/SPRING", bearer: .merchant, amount: yuan(800))])
    try free.expectEffect(on: quote)
    // Goods that travel free anyway use up no coupon.
    let anyway = try self.quote([free.offer], freeFrom: 100)
    #expect(throws: CouponRefusal.couponBringsNothing) { try free.expectEffect(on: anyway) }
  }

  @Test func `points don't make freight, as a coupon may`() throws {
    // 10,000 of one merchant and 10,000 of the other.
    let points = Offer(
      code: DiscountShare.points, bearer: .platform, merchant: nil, conditions: [],
      benefits: [.amountOff(yuan(1000))], isMoney: true)
    #expect(try quote([points], freeFrom: 10_000).freight == yuan(0))
    #expect(try quote([coupon(.amountOff(yuan(1000))).offer], freeFrom: 10_000).freight == yuan(1600))
  }

  @Test func `a coupon says why it isn't for these goods`() throws {
    let plain = try quote([])
    #expect(throws: CouponRefusal.couponNotForTheseGoods) {
      try coupon(.freeFreight, merchant: 9).expectFits(plain)
    }
    #expect(throws: CouponRefusal.couponBelowMinimum(yuan(10_001))) {
      try coupon(.freeFreight, merchant: 2, minimum: 10_001).expectFits(plain)
    }
    try coupon(.freeFreight, merchant: 2, minimum: 10_000).expectFits(plain)
  }
}
