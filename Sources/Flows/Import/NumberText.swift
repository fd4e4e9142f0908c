/// Numbers and weights as people and spreadsheets write them.
enum NumberText {
  private static let largestGrams = 1_000_000.0
  private static let gramsPerUnit: [String: Double] = [
    "": 1, "g": 1, "gr": 1, "gram": 1, "grams": 1, "克": 1,
    "kg": 1000, "kgs": 1000, "kilogram": 1000, "kilograms": 1000, "千克": 1000, "公斤": 1000, "斤": 500,
    "lb": 453.592_37, "lbs": 453.592_37, "pound": 453.592_37, "pounds": 453.592_37, "磅": 453.592_37,
    "oz": 28.349_523_125, "ounce": 28.349_523_125, "ounces": 28.349_523_125, "盎司": 28.349_523_125,
  ]

  /// Whole grams of 0…1,000,000; nil for others. A unit in the text itself beats the one given.
  static func grams(_ text: String, unit: String) -> Int? {
    let letters = text.reversed().prefix { $0.isLetter }.reversed()
    let own = String(letters).lowercased()
    guard let number = number(String(text.dropLast(letters.count))),
      let factor = gramsPerUnit[own.isEmpty ? unit.lowercased() : own]
    else { return nil }
    let grams = number * factor
    return (0...largestGrams).contains(grams) ? Int(grams.rounded()) : nil
  }

  /// `12`, `-3`, `1,000`, `1,5`, `1.234,5`, `１２`. A single comma groups thousands when three digits follow it, and parts
  /// decimals otherwise; a single point always parts decimals.
  static func number(_ text: String) -> Double? {
    guard text.utf8.count <= 72 else { return nil }
    var digits = String(text.compactMap { $0.isWhitespace ? nil : halfWidth($0) })
    guard digits.utf8.allSatisfy({ (48...57).contains($0) || (43...46).contains($0) }) else { return nil }
    let commas = digits.count { $0 == "," }, points = digits.count { $0 == "." }
    if commas > 0, points > 0, let last = digits.last(where: { $0 == "," || $0 == "." }) {
      digits = digits.filter { $0 == last || ($0 != "," && $0 != ".") }.replacing(",", with: ".")
    } else if points > 1 {
      digits = digits.replacing(".", with: "")
    } else if commas == 1, digits.split(separator: ",").last?.count != 3 {
      digits = digits.replacing(",", with: ".")
    } else {
      digits = digits.replacing(",", with: "")
    }
    return Double(digits)
  }

  private static func halfWidth(_ character: Character) -> Character {
    guard let scalar = character.unicodeScalars.first, (0xFF0B...0xFF19).contains(scalar.value),
      let plain = Unicode.Scalar(scalar.value - 0xFEE0)
    else { return character }
    return Character(plain)
  }
}
