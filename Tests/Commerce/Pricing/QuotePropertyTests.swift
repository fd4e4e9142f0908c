import Pricing
import Testing
import Values

/// Whatever the cart, the template and the offers: every total is the sum of its parts, to the cent.
@Suite struct QuotePropertyTests {
  @Test(arguments: 1...300)
  func `every total is the sum of its parts`(seed: Int) throws {
    var dice = Dice(seed: UInt64(seed))
    let request = try Self.request(&dice)
    let quote = try Quoting.quote(
      request, prices: Self.prices(&dice), templates: Self.templates(&dice), offers: Self.offers(&dice))
    try Self.check(quote, against: request)
  }

  private static func check(_ quote: Quote, against request: QuoteRequest) throws {
    for merchant in quote.merchants {
      for line in merchant.lines {
        let goods = try line.unit.sale.times(line.quantity.count)
        #expect(line.goods == goods)
        let taken = try Money.sum(line.discounts.map(\.amount), currency: .cny)
        #expect(try line.goods.subtracting(taken) == line.due)
        #expect(!line.due.isNegative)
        #expect(!line.discounts.contains { !$0.amount.isPositive })
      }
      let due = try Self.sum(merchant.lines, \.due)
      #expect(try Self.sum(merchant.lines, \.goods) == merchant.goods)
      #expect(try merchant.goods.subtracting(due) == merchant.discount)
      #expect(try due.adding(merchant.freight) == merchant.due)
      #expect(!merchant.freight.isNegative)
      #expect(merchant.waived.isEmpty || (merchant.freight.isZero && merchant.waived.allSatisfy(\.amount.isPositive)))
    }
    #expect(try Self.sum(quote.merchants, \.goods) == quote.goods)
    #expect(try Self.sum(quote.merchants, \.discount) == quote.discount)
    #expect(try Self.sum(quote.merchants, \.freight) == quote.freight)
    #expect(try quote.goods.subtracting(quote.discount).adding(quote.freight) == quote.due)
    #expect(quote.shares.reduce(Int64(0)) { $0 + $1.amount.minor } == quote.discount.minor)
    #expect(Set(quote.merchants.map(\.merchant)).count == quote.merchants.count)
    let wanted = request.lines.map { "\($0.variant) \($0.quantity)" }.sorted()
    #expect(quote.merchants.flatMap { $0.lines.map { "\($0.variant) \($0.quantity)" } }.sorted() == wanted)
  }

  private static func sum<Part>(_ parts: [Part], _ amount: KeyPath<Part, Money>) throws -> Money {
    try Money.sum(parts.map { $0[keyPath: amount] }, currency: .cny)
  }

  private static func request(_ dice: inout Dice) throws -> QuoteRequest {
    let lines = try (0...dice.roll(12)).map { _ in
      QuoteRequest.Line(
        variant: VariantID(raw: Int64(dice.roll(8))), product: ProductID(raw: 1),
        merchant: MerchantID(raw: Int64(dice.roll(3))),
        quantity: try #require(Quantity(dice.roll(2) == 0 ? 1 + dice.roll(5) : 1 + dice.roll(9999))),
        weightGrams: dice.roll(5000), requiresShipping: dice.roll(4) > 0)
    }
    let destination = dice.roll(3) == 0 ? nil : RegionCode(rawValue: ["310104", "330106", "110101"][dice.roll(3)])
    return QuoteRequest(channel: .main, currency: .cny, lines: lines, destination: destination)
  }

  private static func prices(_ dice: inout Dice) -> [VariantID: Price] {
    let amounts: [Int64] = [0, 1, 3, 99, 3333, 8800, 10_000_000_000]
    return Dictionary(
      uniqueKeysWithValues: (0..<8).map { (VariantID(raw: $0), Price(sale: yuan(amounts[dice.roll(amounts.count)]))) })
  }

  private static func templates(_ dice: inout Dice) -> [MerchantID: FreightTemplate] {
    var templates: [MerchantID: FreightTemplate] = [:]
    for merchant in (0..<2).map({ MerchantID(raw: $0) }) {
      let zones = [["31"], ["3301", "11"], []].map { regions in
        FreightZone(
          regions: regions, firstGrams: 1 + dice.roll(2000), firstFee: yuan(Int64(dice.roll(2000))),
          nextGrams: 1 + dice.roll(900), nextFee: yuan(Int64(dice.roll(700))),
          freeFrom: dice.roll(2) == 0 ? nil : yuan(Int64(dice.roll(50_000))))
      }
      templates[merchant] = FreightTemplate(merchant: merchant, name: LocalizedText(), zones: zones)
    }
    return templates
  }

  private static func offers(_ dice: inout Dice) -> [Offer] {
    (0..<dice.roll(5)).map { number in
      let benefits: [OfferBenefit] = [
        .percentOff(1 + dice.roll(100), most: dice.roll(2) == 0 ? nil : yuan(Int64(dice.roll(5000)))),
        .amountOff(yuan(Int64(dice.roll(100_000)))), .freeFreight,
      ]
      let conditions: [OfferCondition] = [.goodsFrom(yuan(Int64(dice.roll(20_000)))), .unitsFrom(dice.roll(6))]
      return Offer(
        code: "O\(number)", bearer: dice.roll(2) == 0 ? .merchant : .platform,
        merchant: dice.roll(2) == 0 ? nil : MerchantID(raw: Int64(dice.roll(3))),
        conditions: Array(conditions.prefix(dice.roll(3))), benefits: Array(benefits.shuffled(using: &dice).prefix(2)),
        isMoney: dice.roll(4) == 0)
    }
  }
}

/// Random numbers that a seed repeats.
struct Dice: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0..<sides.
  mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &self) }
}
