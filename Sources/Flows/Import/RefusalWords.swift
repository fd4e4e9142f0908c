import Catalog
import Values

extension ImportReport {
  mutating func refuse(
    _ product: ImportedProduct, _ code: String, _ reason: String, line: Int? = nil, column: String? = nil
  ) {
    refuse(
      Note(line: line ?? product.line, handle: product.handle.rawValue, code: code, column: column, reason: reason))
  }

  mutating func refuse(_ fault: CatalogFault, _ product: ImportedProduct) {
    switch fault {
    case .fields(let faults):
      let words = faults.faults.map(FieldWords.words)
      // `variants.3.sku` is the fourth variant's, whose row is known.
      let steps = faults.faults.first?.field.split(separator: ".") ?? []
      let number = steps.count > 1 && steps[0] == "variants" ? Int(steps[1]) : nil
      let line = number.flatMap { product.variants.indices.contains($0) ? product.variants[$0].line : nil }
      refuse(
        product, faults.faults.first?.code ?? faults.code, words.joined(separator: "; ") + ".", line: line,
        column: faults.faults.first.map(FieldWords.column))
    case .refusal(.skuTaken(let sku)):
      let line = product.variants.first { $0.draft.sku == sku }?.line
      refuse(product, "skuTaken", "The SKU \(sku) belongs to another variant.", line: line)
    case .refusal(let refusal):
      refuse(product, refusal.code, "The catalogue says \(refusal.code).")
    }
  }
}

/// Says what the catalogue finds wrong with a draft in the words of the file.
enum FieldWords {
  /// `Variant SKU stands twice in the product`.
  static func words(_ fault: FieldFaults.Fault) -> String { "\(column(of: fault)) \(claim(fault))" }

  static func column(of fault: FieldFaults.Fault) -> String {
    let steps = fault.field.split(separator: ".").map(String.init)
    let number = steps.count > 1 ? Int(steps[1]) ?? 0 : 0
    let column: ProductColumn? =
      switch (steps.first ?? "", steps.last ?? "") {
      case ("options", "name"): ProductColumn.optionNames[min(number, 2)]
      case ("options", _): ProductColumn.optionValues[min(number, 2)]
      case ("variants", "sku"): .sku
      case ("variants", "barcode"): .barcode
      case ("variants", "weightGrams"): .grams
      case ("pictures", "alternative"): .imageAlt
      case ("pictures", _): .imageSource
      case ("title", _): .title
      case ("subtitle", _): .subtitle
      case ("introduction", _): .body
      case ("tags", _): .tags
      case ("attributes", _): .attributes
      case ("brand", _): .vendor
      case ("name", _), ("parent", _), ("slug", _): .type
      default: nil
      }
    return column?.rawValue ?? fault.details["name"] ?? fault.field
  }

  private static func claim(_ fault: FieldFaults.Fault) -> String {
    let most = fault.details["max"] ?? ""
    return switch fault.code {
    case "missing": "is missing"
    case "tooLong": most.isEmpty ? "is too long" : "is longer than \(most) characters"
    case "tooMany": most.isEmpty ? "has too many entries" : "has more than \(most) entries"
    case "repeated": "stands twice in the product"
    case "unprintable": "holds characters that can't be shown"
    case "outOfRange": "must lie within \(fault.details["min"] ?? "0")…\(most)"
    case "notAnAddress": "isn't a web address"
    case "notANumber": "isn't a number"
    case "tooDeep": "has too many steps"
    default: "can't be used (\(fault.code))"
    }
  }
}
