/// Brings numbers with units to one token each: `0.5 L`, `500ml` and `500毫升` are `500ml`. Sizes in inches and feet,
/// ounces and pounds stay what they are, since nobody asks for a screen in millimetres.
enum Units {
  /// The token of a number with a unit; nil when the number isn't one that goods have.
  static func token(_ number: String, _ unit: Unit) -> String? {
    guard let thousandths = thousandths(number) else { return nil }
    let (value, overflow) = thousandths.multipliedReportingOverflow(by: unit.factor)
    if overflow { return nil }
    // Terabytes have 1,024 of the lesser unit; a phone of 1024 GB is one of 1 TB.
    if unit.name == "gb", value >= 1_024_000, value % 1_024_000 == 0 { return "\(value / 1_024_000)tb" }
    return decimal(value) + unit.name
  }

  struct Unit: Sendable {
    let name: String
    let factor: Int
  }

  static func latin(_ word: String) -> Unit? { latinUnits[word] }

  /// The unit that a run of Chinese begins with, and of how many characters it is.
  /// - Parameter characters: up to three, of a run of `runLength`.
  static func chinese(_ characters: ArraySlice<String>, runLength: Int) -> (unit: Unit, length: Int)? {
    let start = characters.startIndex
    for length in stride(from: min(3, characters.count), through: 1, by: -1) {
      guard let unit = chineseUnits[characters[start..<start + length].joined()] else { continue }
      // Months, hours and persons aren't pieces.
      if length == 1, characters.count > 1, ["月", "人", "小", "性", "装"].contains(characters[start + 1]),
        characters[start] == "个"
      {
        return nil
      }
      return (unit, length)
    }
    return nil
  }

  static let inch = Unit(name: "in", factor: 1)
  static let piece = Unit(name: "pc", factor: 1)

  /// Gigabytes that people write as grams.
  static let storage: Set<String> = ["16g", "32g", "64g", "128g", "256g", "512g"]

  private static let latinUnits = units(
    """
    in:inch,inches,in ft:foot,feet,ft lb:lb,lbs,pound,pounds oz:oz,ounce,ounces mm:mm,millimeter,millimetre \
    mm*10:cm,centimeter,centimetre,centimeters,centimetres mm*1000:m,meter,metre,meters,metres \
    mg:mg g:g,gram,grams,gr g*1000:kg,kgs,kilo,kilos,kilogram,kilograms ml:ml,milliliter,millilitre,cc ml*10:cl \
    ml*1000:l,liter,litre,liters,litres,ltr w:w,watt,watts w*1000:kw v:v,volt,volts mah:mah mah*1000:ah \
    hz:hz hz*1000:khz mhz:mhz ghz:ghz mb:mb gb:gb gb*1024:tb mp:mp,megapixel,megapixels lm:lm,lumen,lumens db:db \
    wh:wh wh*1000:kwh rpm:rpm psi:psi btu:btu dpi:dpi fps:fps mbps:mbps \
    pc:pc,pcs,piece,pieces,count,ct,pk,pack,packs
    """)

  private static let chineseUnits = units(
    """
    in:寸,英寸,吋 ft:英尺 lb:磅 oz:盎司 mm:毫米 mm*10:厘米,公分 mm*1000:米 mg:毫克 g:克 g*1000:公斤,千克 g*500:斤 \
    ml:毫升 ml*1000:升,公升 w:瓦 w*1000:千瓦 v:伏 mah:毫安,毫安时 hz:赫兹,赫 \
    pc:支,件,包,个,只,片,粒,瓶,盒,双,条,枚,张,套,支装,件装,包装,个装,只装,片装,粒装,瓶装,盒装,双装,条装,枚装,张装,件套
    """)

  private static func units(_ text: String) -> [String: Unit] {
    var table: [String: Unit] = [:]
    for entry in text.split(separator: " ") {
      let halves = entry.split(separator: ":")
      guard halves.count == 2 else { continue }
      let head = halves[0].split(separator: "*")
      let factor = head.count == 2 ? Int(head[1]) ?? 1 : 1
      for word in halves[1].split(separator: ",") {
        table[String(word)] = Unit(name: String(head[0]), factor: factor)
      }
    }
    return table
  }

  private static func thousandths(_ number: String) -> Int? {
    let halves = number.split(separator: ".", omittingEmptySubsequences: false)
    guard halves.count <= 2, let whole = Int(halves[0]), halves[0].utf8.count <= 9 else { return nil }
    var value = whole * 1000
    if halves.count == 2 {
      guard (1...3).contains(halves[1].utf8.count), let part = Int(halves[1]) else { return nil }
      value += part * [100, 10, 1][halves[1].utf8.count - 1]
    }
    return value
  }

  private static func decimal(_ thousandths: Int) -> String {
    let rest = thousandths % 1000
    guard rest != 0 else { return String(thousandths / 1000) }
    var digits = String(1000 + rest).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(thousandths / 1000).\(digits)"
  }
}
