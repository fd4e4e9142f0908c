import Catalog
import Foundation
import Pricing
import Values

/// The variants of one product, and the options between which they choose.
struct VariantRows {
  let columns: ProductColumns
  let currency: Currency
  /// What isn't published may be without a price.
  let needsPrices: Bool

  func variants(
    of rows: [CSVRecord], pictures: inout PictureRows, notebook: inout RowNotebook
  ) throws(RowFault) -> (options: [ProductOption], variants: [ImportedVariant]) {
    var variantRows = rows.filter(isVariant)
    if variantRows.isEmpty { variantRows = rows.prefix(1).map { $0 } }
    let places = optionPlaces(of: variantRows, all: rows)
    var options = places.map { ProductOption(name: optionName($0, of: rows), values: []) }

    var variants: [ImportedVariant] = []
    var byChoice: [[Int]: Int] = [:]
    for row in variantRows {
      var choice: [Int] = []
      for (index, place) in places.enumerated() {
        let value = columns.text(ProductColumn.optionValues[place], of: row)
        guard !value.isEmpty else {
          throw RowFault(
            line: row.line, code: "noOptionValue",
            reason: "There is no value for the option '\(options[index].name[.en])'.")
        }
        if let known = options[index].values.firstIndex(of: value) {
          choice.append(known)
        } else {
          choice.append(options[index].values.count)
          options[index].values.append(value)
        }
      }
      let variant = try variant(row, choice: choice, pictures: &pictures, notebook: &notebook)
      if let earlier = byChoice[choice] {
        notebook.warn(
          row.line, "repeatedVariant", "The same choice as on line \(variants[earlier].line); the later row counts.")
        variants[earlier] = variant
      } else {
        byChoice[choice] = variants.count
        variants.append(variant)
      }
    }
    return (options, variants)
  }

  private func isVariant(_ row: CSVRecord) -> Bool {
    for column in ProductColumn.optionValues + [.sku, .price, .barcode] where !columns.bytes(column, of: row).isEmpty {
      return true
    }
    return ProductColumn.optionValues.contains { column in
      Language.allCases.contains { !columns.line(in: $0, column, of: row).isEmpty }
    }
  }

  /// Which of the three options are used. `Title` with `Default Title` alone means none.
  private func optionPlaces(of variantRows: [CSVRecord], all rows: [CSVRecord]) -> [Int] {
    let used = (0..<3).filter { place in
      variantRows.contains { !columns.text(ProductColumn.optionValues[place], of: $0).isEmpty }
    }
    let isDefault =
      used == [0]
      && variantRows.allSatisfy { row in
        let value = columns.line(.option1Value, of: row).lowercased()
        return value == "default title" || value.isEmpty
      }
    return isDefault ? [] : used
  }

  private func optionName(_ place: Int, of rows: [CSVRecord]) -> LocalizedText {
    for row in rows {
      let name = columns.text(ProductColumn.optionNames[place], of: row)
      if !name.isEmpty { return name }
    }
    return LocalizedText(en: "Option \(place + 1)", zhHans: "选项 \(place + 1)")
  }

  private func variant(
    _ row: CSVRecord, choice: [Int], pictures: inout PictureRows, notebook: inout RowNotebook
  ) throws(RowFault) -> ImportedVariant {
    let shipping = columns.line(.requiresShipping, of: row)
    let draft = VariantDraft(
      sku: columns.line(.sku, of: row), barcode: columns.line(.barcode, of: row), choice: choice,
      weightGrams: weight(of: row, notebook: &notebook),
      picture: pictures.index(of: columns.line(.variantImage, of: row), line: row.line, notebook: &notebook),
      requiresShipping: Cell.flag(shipping) ?? true)
    return ImportedVariant(
      line: row.line, draft: draft, price: try price(of: row, notebook: &notebook),
      stock: stock(of: row, notebook: &notebook))
  }

  private func price(of row: CSVRecord, notebook: inout RowNotebook) throws(RowFault) -> Price? {
    guard columns.has(.price) else { return nil }
    let text = columns.line(.price, of: row)
    if text.isEmpty, !needsPrices { return nil }
    guard !text.isEmpty else { throw RowFault(line: row.line, code: "noPrice", reason: "There is no price.") }
    let sale: PriceText
    do throws(PriceText.Fault) {
      sale = try PriceText(text, currency: currency)
    } catch {
      throw RowFault(
        line: row.line, code: "badPrice", reason: "The price '\(text.prefix(40))' \(Self.words(error, currency)).")
    }
    if sale.isGuess {
      notebook.warn(row.line, "ambiguousPrice", "The price '\(text)' was read as \(sale.money.decimalText).")
    }
    if sale.isForeign {
      notebook.warn(
        row.line, "foreignCurrency",
        "The price '\(text.prefix(40))' names another currency; it was read as \(sale.money.decimalText) \(currency.code)."
      )
    }
    return Price(sale: sale.money, list: listPrice(of: row, above: sale.money, notebook: &notebook))
  }

  /// Only a higher one is a list price; a faulty one is no reason to refuse the product.
  private func listPrice(of row: CSVRecord, above sale: Money, notebook: inout RowNotebook) -> Money? {
    let text = columns.line(.compareAtPrice, of: row)
    if text.isEmpty { return nil }
    do throws(PriceText.Fault) {
      let list = try PriceText(text, currency: currency).money
      return list > sale ? list : nil
    } catch {
      notebook.warn(
        row.line, "badListPrice", "The compare-at price '\(text.prefix(40))' \(Self.words(error, currency)); ignored.")
      return nil
    }
  }

  private static func words(_ fault: PriceText.Fault, _ currency: Currency) -> String {
    switch fault {
    case .notANumber: "isn't an amount"
    case .negative: "is negative"
    case .tooPrecise: "has more decimals than \(currency.code)"
    case .tooLarge: "is more than \(PriceText.largest)"
    }
  }

  /// `continue` sells without counting, and so does a file that has a column for the tracker but neither tracker nor
  /// number. Without a number there is nothing to count.
  private func stock(of row: CSVRecord, notebook: inout RowNotebook) -> ImportedVariant.Stock {
    let policy = columns.line(.inventoryPolicy, of: row).lowercased()
    if policy == "continue" || Cell.flag(policy) == true { return .unlimited }
    let text = columns.line(.inventoryQuantity, of: row)
    if text.isEmpty {
      let isUntracked = columns.has(.inventoryTracker) && columns.line(.inventoryTracker, of: row).isEmpty
      return isUntracked ? .unlimited : .unsaid
    }
    guard let number = NumberText.number(text) else {
      notebook.warn(
        row.line, "badQuantity", "The quantity '\(text.prefix(40))' isn't a number; the stock stays as it is.")
      return .unsaid
    }
    if number < 0 { notebook.warn(row.line, "negativeQuantity", "The quantity \(text) is negative; counted as 0.") }
    return .counted(Int(min(max(number, 0), 1_000_000_000)))
  }

  private func weight(of row: CSVRecord, notebook: inout RowNotebook) -> Int {
    let grams = columns.line(.grams, of: row)
    let text = grams.isEmpty ? columns.line(.weight, of: row) : grams
    if text.isEmpty { return 0 }
    let unit = grams.isEmpty ? columns.line(.weightUnit, of: row) : ""
    if let grams = NumberText.grams(text, unit: unit) { return grams }
    let words = "\(text) \(unit)".prefix(40).trimmingCharacters(in: .whitespaces)
    notebook.warn(row.line, "badWeight", "The weight '\(words)' isn't one of 0 to 1000 kg; taken as 0.")
    return 0
  }
}
