import Values

/// Reads an amount as people and spreadsheets write it.
///
/// Signs and names of currencies, blanks and apostrophes are passed over. If both `.` and `,` occur, the one that comes
/// last parts the decimals. If only one occurs, several times, it groups thousands. Once, with three digits after it and
/// one to three (not 0) before it, it groups thousands as well, unless the currency has three decimals: `1,299` and
/// `1.299` are both 1299, and the answer says that this was a guess. Otherwise it parts the decimals.
/// Zeros beyond the currency's decimals are dropped; other digits there are refused.
struct PriceText {
  enum Fault: Error { case notANumber, negative, tooPrecise, tooLarge }
  /// Pricing's bound, in major units.
  static let largest = 100_000_000

  let money: Money
  /// Whether a single separator was taken for grouping.
  let isGuess: Bool
  /// Whether the text names a currency that isn't the shop's.
  let isForeign: Bool

  init(_ text: String, currency: Currency) throws(Fault) {
    let symbols = try Self.symbols(in: text)
    let (whole, fraction, isGuess) = try Self.parts(of: symbols, decimals: currency.decimals)
    var kept = fraction
    while kept.count > currency.decimals, kept.last == UInt8(ascii: "0") { kept.removeLast() }
    guard kept.count <= currency.decimals else { throw .tooPrecise }
    guard !whole.isEmpty || !kept.isEmpty else { throw .notANumber }
    let digits = whole.drop { $0 == UInt8(ascii: "0") }
    guard digits.count <= 9 else { throw .tooLarge }
    let padded = Array(digits) + kept + Array(repeating: UInt8(ascii: "0"), count: currency.decimals - kept.count)
    let minor = padded.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    let unit = (0..<currency.decimals).reduce(Int64(1)) { unit, _ in unit * 10 }
    guard minor <= Int64(Self.largest) * unit else { throw .tooLarge }
    money = Money(minor: minor, currency: currency)
    self.isGuess = isGuess
    isForeign = Self.isForeign(text, to: currency.code)
  }

  /// Only ASCII digits, points and commas.
  private static func symbols(in text: String) throws(Fault) -> [UInt8] {
    var symbols: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 48...57, 44, 46: symbols.append(UInt8(scalar.value))
      case 0xFF10...0xFF19: symbols.append(UInt8(scalar.value - 0xFF10 + 48))
      case 0xFF0C, 0x201A: symbols.append(UInt8(ascii: ","))
      case 0xFF0E: symbols.append(UInt8(ascii: "."))
      case 0x2D, 0x2212, 0xFF0D: throw .negative
      // Blanks, apostrophes, a plus, the Chinese word for yuan; letters, as in CNY.
      case 32, 9, 0xA0, 0x2009, 0x202F, 0x3000, 0x27, 0x2019, 0x2B, 0x5143, 0x5706, 65...90, 97...122: continue
      default:
        guard scalar.properties.generalCategory == .currencySymbol else { throw .notANumber }
      }
    }
    // `1e5` and words with digits in them aren't amounts.
    let letters = text.unicodeScalars.filter { $0.properties.isAlphabetic && $0.isASCII }
    if !letters.isEmpty {
      let name = String(String.UnicodeScalarView(letters)).uppercased()
      guard name.utf8.count <= 3, name.utf8.count >= 2 else { throw .notANumber }
    }
    return symbols
  }

  private static func isForeign(_ text: String, to code: String) -> Bool {
    let letters = String(
      String.UnicodeScalarView(text.unicodeScalars.filter { $0.isASCII && $0.properties.isAlphabetic })
    )
    .uppercased().replacing("RMB", with: "CNY")
    if !letters.isEmpty, !code.hasPrefix(letters) { return true }
    return text.unicodeScalars.contains { sign in
      switch sign {
      case "¥", "￥": !["CNY", "JPY"].contains(code)
      case "元": !["CNY", "TWD", "HKD"].contains(code)
      case "€": code != "EUR"
      case "£": code != "GBP"
      case "₩": code != "KRW"
      case "₹": code != "INR"
      case "$", "＄": ["CNY", "JPY", "EUR", "GBP", "KRW", "INR"].contains(code)
      default: false
      }
    }
  }

  private static func parts(
    of symbols: [UInt8], decimals: Int
  ) throws(Fault) -> (whole: [UInt8], fraction: [UInt8], isGuess: Bool) {
    let point = UInt8(ascii: "."), comma = UInt8(ascii: ",")
    let marks = symbols.indices.filter { symbols[$0] == point || symbols[$0] == comma }
    guard let last = marks.last else { return (symbols, [], false) }
    let fraction = Array(symbols[(last + 1)...])
    let isMixed = marks.contains { symbols[$0] != symbols[last] }
    if isMixed {
      guard marks.dropLast().allSatisfy({ symbols[$0] != symbols[last] }) else { throw .notANumber }
      return (try ungrouped(symbols[..<last]), fraction, false)
    }
    if marks.count > 1 { return (try ungrouped(symbols[...]), [], false) }
    let isGroup = fraction.count == 3 && (1...3).contains(last) && symbols.first != UInt8(ascii: "0") && decimals != 3
    return isGroup ? (Array(symbols[..<last]) + fraction, [], true) : (Array(symbols[..<last]), fraction, false)
  }

  /// Groups of three, the first may be shorter; groups of two before the last one, as in India, are fine.
  private static func ungrouped(_ symbols: ArraySlice<UInt8>) throws(Fault) -> [UInt8] {
    let groups = symbols.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
    guard groups.count == 1 || groups.last?.count == 3, groups.first?.isEmpty == false,
      groups.dropFirst().dropLast().allSatisfy({ $0.count == 2 || $0.count == 3 }),
      groups.count == 1 || groups.first.map({ $0.count <= 3 }) == true
    else { throw .notANumber }
    return groups.flatMap { $0 }
  }
}
