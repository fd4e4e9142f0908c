import Testing
import Values

struct MoneyTests {
  @Test func `spread parts add up to the whole whatever the weights`() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let total = Money(minor: .random(in: -10_000_000...10_000_000, using: &random), currency: .cny)
      let weights = (0..<Int.random(in: 1...12, using: &random)).map { _ in
        Bool.random(using: &random) ? 0 : Int64.random(in: 0...1_000_000_000, using: &random)
      }
      let parts = try total.spread(over: weights)
      #expect(parts.count == weights.count)
      #expect(try Money.sum(parts, currency: .cny) == total)
      let sum = weights.reduce(0, +)
      for (part, weight) in zip(parts, weights) where sum > 0 {
        let exact = Double(total.minor) * Double(weight) / Double(sum)
        #expect(abs(Double(part.minor) - exact) <= 1.000001)
        if weight == 0 { #expect(part.isZero) }
      }
    }
  }

  @Test func `what is left over goes to the largest remainder, earlier parts first`() throws {
    #expect(try yuan(100).spread(over: [1, 1, 1]).map(\.minor) == [34, 33, 33])
    #expect(try yuan(-100).spread(over: [1, 1, 1]).map(\.minor) == [-34, -33, -33])
    #expect(try yuan(10).spread(over: [1, 2, 4]).map(\.minor) == [1, 3, 6])
    #expect(try yuan(5).spread(over: [0, 0]).map(\.minor) == [3, 2])
    #expect(try yuan(5).spread(over: []).isEmpty)
  }

  @Test func `spreading huge amounts and weights neither traps nor loses a cent`() throws {
    let most = Money(minor: .max, currency: .cny)
    #expect(try Money.sum(most.spread(over: [.max / 3, .max / 3, .max / 3]), currency: .cny) == most)
    #expect(throws: MoneyFault.overflow) { try Money(minor: .min, currency: .cny).spread(over: [1]) }
    #expect(throws: MoneyFault.overflow) { try most.spread(over: [.max, 1]) }
  }

  @Test func `sums that don't fit are refused`() {
    let most = Money(minor: .max, currency: .cny)
    #expect(throws: MoneyFault.overflow) { try most.adding(Money(minor: 1, currency: .cny)) }
    #expect(throws: MoneyFault.overflow) {
      try Money(minor: .min, currency: .cny).subtracting(Money(minor: 1, currency: .cny))
    }
    #expect(throws: MoneyFault.overflow) { try most.times(2) }
    #expect(throws: MoneyFault.currencyMismatch(.cny, .usd)) { try yuan(1).adding(.zero(.usd)) }
  }

  @Test(
    arguments: [
      ("88", 8800), ("88.8", 8880), ("88.80", 8880), ("0.05", 5), ("0", 0), ("007", 700),
      ("999999999999999.99", 99_999_999_999_999_999),
    ] as [(String, Int64)])
  func `decimal text is read exactly`(text: String, minor: Int64) {
    #expect(Money(decimalText: text, currency: .cny)?.minor == minor)
  }

  @Test(arguments: [
    "", ".", "1.", ".5", "1.234", "-1", "+1", "1e3", "1,000", " 1", "1 ", "¥1", "١", "1.2.3", "9999999999999999", "NaN",
    "1\u{301}", "\u{0}", "１",
  ])
  func `text that isn't a plain decimal is refused`(text: String) {
    #expect(Money(decimalText: text, currency: .cny) == nil)
  }

  @Test func `decimals follow the currency`() throws {
    #expect(Money(decimalText: "120", currency: .jpy)?.minor == 120)
    #expect(Money(decimalText: "120.5", currency: .jpy) == nil)
    let dinar = try #require(Currency("kwd"))
    #expect(Money(decimalText: "1.234", currency: dinar)?.decimalText == "1.234")
    #expect(Money(minor: -5, currency: .cny).decimalText == "-0.05")
    #expect(Money(minor: .min, currency: .cny).decimalText == "-92233720368547758.08")
    #expect(Money(minor: 8800, currency: .cny).description == "88.00 CNY")
  }

  @Test func `decimal text survives a round trip`() {
    for minor: Int64 in [0, 1, 9, 10, 99, 100, 101, 123_456_789] {
      for currency in [Currency.cny, .jpy] {
        let money = Money(minor: minor, currency: currency)
        #expect(Money(decimalText: money.decimalText, currency: currency) == money)
      }
    }
  }

  @Test(arguments: ["", "CN", "CNYY", "ßa", "C1Y", "ＣＮＹ", "ıSK", "CN "])
  func `a currency code is three ASCII letters`(code: String) {
    #expect(Currency(code) == nil)
  }

  private func yuan(_ minor: Int64) -> Money { Money(minor: minor, currency: .cny) }
}
