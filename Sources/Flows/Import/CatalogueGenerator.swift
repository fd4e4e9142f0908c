import Foundation
import Values

/// Writes a product file of any size, for trying and measuring: made-up goods in both languages, in the columns that an
/// import reads. The same seed and count make the same bytes on every machine.
public struct CatalogueGenerator: Sendable {
  public let seed: UInt64

  public init(seed: UInt64 = 1) { self.seed = seed }

  /// - Parameter count: How many products; about three rows each.
  public func write(_ count: Int, to file: URL) throws {
    let sink = try FileSink(file)
    try write(count) { try sink.write($0) }
    try sink.close()
  }

  public func write(_ count: Int, to sink: @escaping (ArraySlice<UInt8>) throws -> Void) throws {
    var writer = CSVWriter(sink: sink)
    try writer.write(Self.header)
    var dice = SeededDice(seed: seed)
    for number in 1...max(1, count) {
      for row in rows(number, &dice) { try writer.write(row) }
    }
    try writer.flush()
  }

  static let header = [
    "Handle", "Title", "Title (en)", "Body (HTML)", "Body (HTML) (en)", "Vendor", "Type", "Type (en)", "Tags",
    "Published",
    "Option1 Name", "Option1 Name (en)", "Option1 Value", "Option1 Value (en)", "Option2 Name", "Option2 Name (en)",
    "Option2 Value", "Option2 Value (en)", "Variant SKU", "Variant Grams", "Variant Inventory Tracker",
    "Variant Inventory Qty", "Variant Inventory Policy", "Variant Price", "Variant Compare At Price",
    "Variant Requires Shipping", "Image Src", "Image Position", "Image Alt Text", "Status",
  ]

  private func rows(_ number: Int, _ dice: inout SeededDice) -> [[String]] {
    let shelf = dice.pick(CatalogueWords.shelves)
    let noun = dice.pick(shelf.nouns), adjective = dice.pick(CatalogueWords.adjectives)
    let material = dice.pick(CatalogueWords.materials), brand = dice.pick(CatalogueWords.brands)
    let english = "\(adjective.en) \(material.en) \(noun.en)"
    let chinese = "\(brand.zhHans)\(adjective.zhHans)\(material.zhHans)\(noun.zhHans)"
    let handle = (Slug(from: english)?.rawValue ?? "goods") + "-\(number)"
    let choices = choices(of: shelf, &dice)
    let price = dice.number(in: shelf.price)
    let grams = dice.number(in: shelf.grams)
    let isReduced = dice.number(in: 0...3) == 0
    let body = body(adjective, material, noun, &dice)

    return choices.enumerated().map { index, choice in
      var cells: [String: String] = [
        "Handle": handle, "Variant SKU": "G\(number)-\(index + 1)", "Variant Grams": String(grams),
        "Variant Inventory Tracker": "shopify", "Variant Inventory Qty": String(dice.number(in: 0...300)),
        "Variant Inventory Policy": "deny", "Variant Price": "\(price + 10 * (index / 4)).00",
        "Variant Compare At Price": isReduced ? "\(price + price / 4 + 10 * (index / 4)).00" : "",
        "Variant Requires Shipping": "true",
      ]
      for (place, value) in choice.enumerated() {
        cells["Option\(place + 1) Value"] = value.1.zhHans
        cells["Option\(place + 1) Value (en)"] = value.1.en
        guard index == 0 else { continue }
        cells["Option\(place + 1) Name"] = value.0.zhHans
        cells["Option\(place + 1) Name (en)"] = value.0.en
      }
      if index < 2 {
        cells["Image Src"] = "https://pictures.example/\(handle)/\(index + 1).jpg"
        cells["Image Position"] = String(index + 1)
        cells["Image Alt Text"] = chinese
      }
      if index == 0 {
        cells["Title"] = chinese
        cells["Title (en)"] = english
        cells["Body (HTML)"] = body.zhHans
        cells["Body (HTML) (en)"] = body.en
        cells["Vendor"] = brand.en
        cells["Type"] = shelf.path.zhHans
        cells["Type (en)"] = shelf.path.en
        cells["Tags"] = "\(noun.zhHans), \(material.zhHans), \(adjective.en.lowercased())"
        cells["Published"] = "TRUE"
        cells["Status"] = "active"
      }
      return Self.header.map { cells[$0] ?? "" }
    }
  }

  /// One to six, three on average.
  private func choices(of shelf: CatalogueWords.Shelf, _ dice: inout SeededDice) -> [[(LocalizedText, LocalizedText)]] {
    let colourName = LocalizedText(en: "Colour", zhHans: "颜色"), sizeName = LocalizedText(en: "Size", zhHans: "尺码")
    let start = dice.number(in: 0...CatalogueWords.colours.count - 1)
    let colours = (0..<4).map { CatalogueWords.colours[(start + $0) % CatalogueWords.colours.count] }
    switch shelf.kind {
    case .plain:
      return dice.number(in: 0...1) == 0
        ? [[]] : CatalogueWords.sizes.prefix(3).map { [(LocalizedText(en: "Pack", zhHans: "规格"), $0)] }
    case .colour: return colours.prefix(dice.number(in: 2...4)).map { [(colourName, $0)] }
    case .size:
      let shown = colours.prefix(dice.number(in: 1...2))
      return shown.flatMap { colour in CatalogueWords.sizes.prefix(3).map { [(sizeName, $0), (colourName, colour)] } }
    }
  }

  private func body(
    _ adjective: LocalizedText, _ material: LocalizedText, _ noun: LocalizedText, _ dice: inout SeededDice
  ) -> LocalizedText {
    let first = dice.pick(CatalogueWords.praises), second = dice.pick(CatalogueWords.praises)
    return LocalizedText(
      en:
        "<p>The \(adjective.en.lowercased()) \(noun.en.lowercased()) in \(material.en.lowercased()). \(first.en).</p>\n"
        + "<ul><li>\(second.en)</li><li>Material: \(material.en), \"as it grows\"</li></ul>",
      zhHans: "<p>\(adjective.zhHans)系列\(noun.zhHans)，取材\(material.zhHans)。\(first.zhHans)。</p>\n"
        + "<ul><li>\(second.zhHans)</li><li>材质：\(material.zhHans)</li></ul>")
  }
}
