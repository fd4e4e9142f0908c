import Pricing
import Testing
import Values

@Suite struct QuotingTests {
  static let east = MerchantID(raw: 1)
  static let west = MerchantID(raw: 2)
  private let shanghai = RegionCode(rawValue: "310104")
  private let tibet = RegionCode(rawValue: "540102")

  private func line(
    _ variant: Int64, of merchant: MerchantID = QuotingTests.east, units: Int = 1, grams: Int = 400, ships: Bool = true
  ) throws -> QuoteRequest.Line {
    QuoteRequest.Line(
      variant: VariantID(raw: variant), product: ProductID(raw: variant), merchant: merchant,
      quantity: try #require(Quantity(units)), weightGrams: grams, requiresShipping: ships)
  }

  private func request(_ lines: [QuoteRequest.Line], to destination: RegionCode?) -> QuoteRequest {
    QuoteRequest(channel: .main, currency: .cny, lines: lines, destination: destination)
  }

  private let prices: [VariantID: Price] = [
    VariantID(raw: 1): Price(sale: yuan(8800), list: yuan(9900)), VariantID(raw: 2): Price(sale: yuan(1)),
    VariantID(raw: 3): Price(sale: yuan(3333)), VariantID(raw: 4): Price(sale: Money(minor: 5, currency: .usd)),
  ]

  private let template = FreightTemplate(
    merchant: QuotingTests.east, name: LocalizedText("Parcel"),
    zones: [
      FreightZone(
        regions: ["31", "3301"], firstGrams: 1000, firstFee: yuan(600), nextGrams: 500, nextFee: yuan(100),
        freeFrom: yuan(20_000), deliveryDays: 1...2),
      FreightZone(regions: ["310104"], firstGrams: 1, firstFee: yuan(9999), nextGrams: 1, nextFee: yuan(1)),
      FreightZone(
        regions: ["54"], firstGrams: 1000, firstFee: yuan(0), nextGrams: 500, nextFee: yuan(0), delivers: false),
      FreightZone(
        firstGrams: 1000, firstFee: yuan(1200), nextGrams: 1000, nextFee: yuan(500), deliveryDays: 3...7),
    ])

  private func quote(_ lines: [QuoteRequest.Line], to destination: RegionCode?, offers: [Offer] = []) throws -> Quote {
    try Quoting.quote(
      request(lines, to: destination), prices: prices, templates: [Self.east: template], offers: offers)
  }

  @Test func `lines are grouped by merchant in the order in which merchants appear`() throws {
    let quote = try quote(
      [line(1, of: Self.west), line(2), line(3, of: Self.west, units: 2), line(2, units: 3)], to: shanghai)
    #expect(quote.merchants.map(\.merchant) == [Self.west, Self.east])
    #expect(quote.merchants.map(\.goods) == [yuan(15_466), yuan(4)])
    #expect(quote.merchants.map { $0.lines.map(\.variant.raw) } == [[1, 3], [2, 2]])
    #expect(quote.goods == yuan(15_470))
    #expect(quote.isForDestination)
  }

  @Test(arguments: [(1, 600), (2, 600), (3, 700), (4, 800), (5, 800)])
  func `freight counts every started step`(units: Int, fee: Int64) throws {
    let quote = try quote([line(2, units: units)], to: shanghai)
    #expect(quote.freight == yuan(fee))
    #expect(quote.merchants[0].deliveryDays == 1...2)
  }

  @Test func `the first zone that names the destination counts, though a later one names it closer`() throws {
    #expect(try quote([line(2)], to: shanghai).freight == yuan(600))
    #expect(try quote([line(2)], to: RegionCode(rawValue: "330106")).freight == yuan(600))
    #expect(try quote([line(2)], to: RegionCode(rawValue: "330206")).freight == yuan(1200))
  }

  @Test func `without a destination the freight is that of the widest zone, and the quote says so`() throws {
    let quote = try quote([line(2, grams: 1001)], to: nil)
    #expect(quote.freight == yuan(1700))
    #expect(!quote.isForDestination)
    #expect(quote.merchants[0].deliveryDays == 3...7)
  }

  @Test func `goods worth enough after discounts travel free`() throws {
    #expect(try quote([line(1, units: 2)], to: shanghai).freight == yuan(600))
    #expect(try quote([line(1, units: 3)], to: shanghai).freight == yuan(0))
    let offer = Offer(
      code: "TEN", bearer: .platform, merchant: nil, conditions: [], benefits: [.amountOff(yuan(6401))])
    #expect(try quote([line(1, units: 3)], to: shanghai, offers: [offer]).freight == yuan(700))
  }

  @Test func `a place where the merchant doesn't deliver is refused, with and without a zone that says so`() throws {
    let tibet = try #require(tibet)
    #expect(throws: PricingRefusal.notDelivered(Self.east, tibet)) { try quote([line(2)], to: tibet) }
    let narrow = FreightTemplate(merchant: Self.east, name: LocalizedText(), zones: [template.zones[0]])
    #expect(throws: PricingRefusal.notDelivered(Self.east, tibet)) {
      try Quoting.quote(request([line(2)], to: tibet), prices: prices, templates: [Self.east: narrow])
    }
  }

  @Test func `what needs no parcel weighs nothing, and alone it goes anywhere without freight`() throws {
    #expect(try quote([line(2, ships: false)], to: tibet).freight == yuan(0))
    #expect(try quote([line(2, grams: 900), line(2, grams: 900, ships: false)], to: shanghai).freight == yuan(600))
    #expect(try quote([line(2, grams: 0)], to: shanghai).freight == yuan(600))
    #expect(try quote([line(2, grams: -5000), line(2, grams: 1001)], to: shanghai).freight == yuan(700))
  }

  @Test func `a merchant without a template sends free`() throws {
    #expect(try quote([line(2, of: Self.west, grams: 90_000)], to: shanghai).freight == yuan(0))
  }

  @Test func `nothing, the unpriced and another currency are refused`() throws {
    #expect(throws: PricingRefusal.nothingToPrice) { try quote([], to: shanghai) }
    #expect(throws: PricingRefusal.notForSale(VariantID(raw: 9))) { try quote([line(2), line(9)], to: shanghai) }
    #expect(throws: PricingRefusal.notForSale(VariantID(raw: 4))) { try quote([line(4)], to: shanghai) }
  }

  @Test func `amounts and weights beyond measure are refused, not trapped`() throws {
    let dear = [VariantID(raw: 1): Price(sale: yuan(Int64.max / 2))]
    for lines in [[try line(1, units: 3)], [try line(1), try line(1), try line(1)]] {
      #expect(throws: PricingRefusal.amountTooLarge) {
        try Quoting.quote(request(lines, to: nil), prices: dear, templates: [:])
      }
    }
    #expect(throws: PricingRefusal.amountTooLarge) { try quote([line(2, units: 2, grams: Int.max)], to: shanghai) }
    // One parcel of this weight can be reckoned, and mustn't trap while steps are counted.
    #expect(try quote([line(2, grams: Int.max)], to: shanghai).freight > yuan(600))
  }

  @Test func `offers apply in order, each to what the ones before it left, within their reach`() throws {
    let offers = [
      Offer(
        code: "OFF10", bearer: .merchant, merchant: Self.east, conditions: [.goodsFrom(yuan(8800))],
        benefits: [.percentOff(10)]),
      Offer(
        code: "MINUS5", bearer: .platform, merchant: nil, conditions: [.unitsFrom(2)], benefits: [.amountOff(yuan(500))]
      ),
      Offer(
        code: "NEVER", bearer: .platform, merchant: nil, conditions: [.goodsFrom(yuan(99_999))],
        benefits: [.percentOff(100)]),
      Offer(code: "SHIP", bearer: .merchant, merchant: Self.east, conditions: [], benefits: [.freeFreight]),
    ]
    let quote = try quote([line(1), line(3, of: Self.west)], to: shanghai, offers: offers)
    let (east, west) = (quote.merchants[0], quote.merchants[1])
    #expect(east.lines[0].discounts.map(\.offer) == ["OFF10", "MINUS5"])
    #expect(east.lines[0].discounts[0].amount == yuan(880))
    #expect(west.lines[0].discounts.map(\.offer) == ["MINUS5"])
    #expect(west.lines[0].discounts[0].bearer == .platform)
    #expect(quote.discount == yuan(1380))
    #expect(quote.freight == yuan(0))
  }

  @Test func `no offer takes off more than the goods cost`() throws {
    let offers = (1...3).map { number in
      Offer(
        code: "ALL\(number)", bearer: .platform, merchant: nil, conditions: [],
        benefits: [.amountOff(yuan(Int64.max)), .percentOff(400), .percentOff(-5), .amountOff(yuan(-100))])
    }
    let quote = try quote([line(1), line(2, units: 3)], to: shanghai, offers: offers)
    #expect(quote.discount == quote.goods)
    #expect(quote.due == quote.freight)
    #expect(quote.merchants[0].lines.flatMap(\.discounts).allSatisfy { $0.offer == "ALL1" && $0.amount.isPositive })
  }
}
