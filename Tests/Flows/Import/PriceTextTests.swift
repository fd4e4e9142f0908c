import Testing
import Values

@testable import Flows

@Suite struct PriceTextTests {
  @Test(arguments: [
    ("88", "88.00"), ("88.5", "88.50"), ("88,5", "88.50"), ("88,50", "88.50"), ("1,299.00", "1299.00"),
    ("1.299,00", "1299.00"), ("¥88", "88.00"), ("￥ 1,299", "1299.00"), ("1 299", "1299.00"),
    ("1\u{A0}299,90", "1299.90"),
    ("1\u{202F}299", "1299.00"), ("1'299.00", "1299.00"), ("$42.99", "42.99"), ("CNY 42.99", "42.99"),
    ("42.99元", "42.99"),
    ("１２．５", "12.50"), ("1,234,567.89", "1234567.89"), ("1.234.567,89", "1234567.89"), ("12,34,567.00", "1234567.00"),
    ("1,234,567", "1234567.00"), ("0", "0.00"), (".5", "0.50"), ("5.", "5.00"), ("42.9900", "42.99"), ("0.990", "0.99"),
    ("100000000.00", "100000000.00"), ("+5", "5.00"), ("007", "7.00"), ("1234.567,00", ""), ("1,2345", ""),
  ])
  func `amounts are read as people write them`(text: String, amount: String) throws {
    guard !amount.isEmpty else {
      #expect(throws: PriceText.Fault.self) { try PriceText(text, currency: .cny) }
      return
    }
    #expect(try PriceText(text, currency: .cny).money.decimalText == amount)
  }

  @Test func `three digits after a lone separator are thousands, and said to be a guess`() throws {
    for text in ["1,299", "1.299"] {
      let price = try PriceText(text, currency: .cny)
      #expect(price.money.decimalText == "1299.00")
      #expect(price.isGuess)
    }
    let dinar = try PriceText("1.299", currency: #require(Currency("KWD")))
    #expect(dinar.money.decimalText == "1.299" && !dinar.isGuess)
    #expect(try PriceText("1,299", currency: .jpy).money.minor == 1299)
    #expect(try PriceText("1299.00", currency: .jpy).money.minor == 1299)
  }

  @Test(arguments: [
    ("", PriceText.Fault.notANumber), ("free", .notANumber), ("1e5", .notANumber), ("-5", .negative), ("−5", .negative),
    ("1.2345", .tooPrecise), ("100000000.01", .tooLarge), ("99999999999999999999999", .tooLarge),
    ("1,2,3", .notANumber),
    ("1.2,3.4", .notANumber), ("12/5", .notANumber), ("'; DROP TABLE price", .notANumber), ("<b>5</b>", .notANumber),
    ("5 bucks", .notANumber), ("١٢", .notANumber), (",", .notANumber), ("¥", .notANumber),
  ])
  func `what isn't an amount is refused`(text: String, fault: PriceText.Fault) {
    #expect(throws: fault) { try PriceText(text, currency: .cny) }
  }
}
