import Catalog
import Foundation
import Inventory
import Pricing
import Values

/// Makes rows out of products: one for each variant, beside them the pictures, and further rows for pictures that are left.
struct ProductLines {
  let tree: CategoryTree
  let brands: [BrandID: String]
  /// By id, for the `Merchant` column; empty without one.
  let merchants: [MerchantID: String]
  let filesAddress: String

  /// Cells by the name of their column.
  func lines(
    of product: Product, prices: [VariantID: Price], stock: [VariantID: StockLevel]
  ) -> [[String: String]] {
    var lines: [[String: String]] = []
    for number in 0..<max(product.variants.count, product.pictures.count, 1) {
      var line = Line()
      line[.handle] = product.handle.rawValue
      line[.merchant] = merchants[product.merchant] ?? ""
      if number == 0 { head(product, &line) }
      if number < product.variants.count {
        let variant = product.variants[number]
        fill(variant, of: product, price: prices[variant.id], level: stock[variant.id], &line)
        extras(of: product, number: number, &line)
      } else if number == 0 {
        extras(of: product, number: number, &line)
      }
      if number < product.pictures.count {
        line[.imageSource] = address(of: product.pictures[number])
        line[.imagePosition] = String(number + 1)
        line.set(.imageAlt, product.pictures[number].alternative)
      }
      lines.append(line.cells)
    }
    return lines
  }

  private struct Line {
    var cells: [String: String] = [:]

    subscript(column: ProductColumn) -> String {
      get { cells[column.rawValue] ?? "" }
      set { cells[column.rawValue] = newValue }
    }

    mutating func set(_ column: ProductColumn, _ text: LocalizedText) {
      let (plain, en, zhHans) = LanguageCells.write(text)
      self[column] = plain
      cells[column.name(in: .en)] = en
      cells[column.name(in: .zhHans)] = zhHans
    }
  }

  private func head(_ product: Product, _ line: inout Line) {
    let content = product.content
    line.set(.title, content.title)
    line.set(.subtitle, content.subtitle)
    line.set(.body, content.introduction)
    line[.vendor] = content.brand.flatMap { brands[$0] } ?? ""
    line[.tags] = content.tags.joined(separator: ", ")
    // As its merchant has it: what comes back by an import mustn't be withdrawn by it.
    let isPublished = product.isPublished || product.isWithheld
    line[.published] = isPublished ? "TRUE" : "FALSE"
    let isArchived = !isPublished && content.extras[ProductColumn.status.rawValue] == "archived"
    line[.status] = isPublished ? "active" : isArchived ? "archived" : "draft"
    let path = CategoryPath.write(content.category.map { tree.path(to: $0).map(\.name) } ?? [])
    if let type = content.extras[ProductColumn.type.rawValue] {
      line[.productCategory] = path[.zhHans]
      line[.type] = type
    } else {
      line.set(.type, path)
    }
    if !content.attributes.isEmpty {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      if let json = try? encoder.encode(content.attributes) {
        line[.attributes] = String(decoding: json, as: UTF8.self)
      }
    }
    if content.options.isEmpty {
      line[.option1Name] = "Title"
    } else {
      for (index, option) in content.options.prefix(3).enumerated() {
        line.set(ProductColumn.optionNames[index], option.name)
      }
    }
  }

  private func fill(
    _ variant: Variant, of product: Product, price: Price?, level: StockLevel?, _ line: inout Line
  ) {
    let options = product.content.options
    if options.isEmpty { line[.option1Value] = "Default Title" }
    for (index, option) in options.prefix(3).enumerated() where index < variant.choice.count {
      guard option.values.indices.contains(variant.choice[index]) else { continue }
      line.set(ProductColumn.optionValues[index], option.values[variant.choice[index]])
    }
    line[.sku] = variant.sku
    line[.barcode] = variant.barcode
    line[.grams] = String(variant.weightGrams)
    line[.weightUnit] = "g"
    line[.requiresShipping] = variant.requiresShipping ? "TRUE" : "FALSE"
    line[.price] = price?.sale.decimalText ?? ""
    line[.compareAtPrice] = price?.list?.decimalText ?? ""
    line[.inventoryTracker] = "shopify"
    line[.inventoryPolicy] = level?.isUnlimited == true ? "continue" : "deny"
    if let level, !level.isUnlimited { line[.inventoryQuantity] = String(level.onHand) }
    if let picture = product.pictures.first(where: { $0.id == variant.picture }) {
      line[.variantImage] = address(of: picture)
    }
  }

  /// The reverse of how `ProductRows` keeps them.
  private func extras(of product: Product, number: Int, _ line: inout Line) {
    let extras = product.content.extras
    for (name, value) in extras where ![ProductColumn.type.rawValue, ProductColumn.status.rawValue].contains(name) {
      if let (stem, place) = Self.numbered(name) {
        if place == number + 1 { line.cells[stem] = value }
      } else if ProductColumns.isPerVariant(name) {
        if extras["\(name) #\(number + 1)"] == nil { line.cells[name] = value }
      } else if number == 0 {
        line.cells[name] = value
      }
    }
  }

  /// `Variant Tax Code #2` is the second variant's `Variant Tax Code`.
  private static func numbered(_ name: String) -> (stem: String, place: Int)? {
    guard let mark = name.range(of: " #", options: .backwards), let place = Int(name[mark.upperBound...]), place > 1
    else { return nil }
    let stem = String(name[..<mark.lowerBound])
    return ProductColumns.isPerVariant(stem) ? (stem, place) : nil
  }

  private func address(of picture: Picture) -> String {
    picture.source ?? picture.file.map { filesAddress + $0.rawValue } ?? ""
  }
}
