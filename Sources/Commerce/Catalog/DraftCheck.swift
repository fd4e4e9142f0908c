import Markup
import Values

/// Holds a draft against the limits, gathers what is wrong with it, and answers what is right trimmed.
struct DraftCheck {
  let limits: DraftLimits
  var faults = FieldFaults()

  init(limits: DraftLimits) { self.limits = limits }

  mutating func content(_ given: ProductContent) -> ProductContent {
    var content = given
    content.title = text(given.title, "title", max: limits.title, required: true)
    content.subtitle = text(given.subtitle, "subtitle", max: limits.subtitle)
    content.introduction = introduction(given.introduction)
    content.options = options(given.options)
    atMost(limits.attributes, given.attributes.count, "attributes")
    content.attributes = given.attributes.enumerated().map { attribute($1, "attributes.\($0)") }
    atMost(limits.tags, given.tags.count, "tags")
    content.tags = given.tags.enumerated().map { faults.text($1, "tags.\($0)", max: limits.tag) }
    atMost(limits.extras, given.extras.count, "extras")
    for (name, value) in given.extras
    where name.unicodeScalars.count > limits.extraName || value.unicodeScalars.count > limits.extraText {
      faults.add("extras", "tooLong", ["name": String(name.prefix(40)), "max": String(limits.extraText)])
    }
    return content
  }

  private mutating func introduction(_ given: LocalizedText) -> LocalizedText {
    func clean(_ html: String) -> String? {
      // Markup that isn't kept may be long, but not without bound.
      guard html.utf8.count <= limits.introduction * 8 else { return nil }
      let clean = HTMLSanitizer.sanitise(html)
      return clean.unicodeScalars.count <= limits.introduction ? clean : nil
    }
    guard let en = clean(given.en), let zhHans = given.zhHans == given.en ? en : clean(given.zhHans) else {
      faults.add("introduction", "tooLong", ["max": String(limits.introduction)])
      return LocalizedText()
    }
    return LocalizedText(en: en, zhHans: zhHans)
  }

  private mutating func options(_ given: [ProductOption]) -> [ProductOption] {
    atMost(limits.options, given.count, "options")
    return given.enumerated().map { index, option in
      let field = "options.\(index)"
      let name = text(option.name, field + ".name", max: limits.optionName, required: true)
      if option.values.isEmpty { faults.add(field + ".values", "missing") }
      atMost(limits.optionValues, option.values.count, field + ".values")
      let values = option.values.enumerated().map {
        text($1, "\(field).values.\($0)", max: limits.optionValue, required: true)
      }
      if Set(values).count < values.count { faults.add(field + ".values", "repeated") }
      return ProductOption(name: name, values: values)
    }
  }

  private mutating func attribute(_ given: ProductAttribute, _ field: String) -> ProductAttribute {
    let name = text(given.name, field + ".name", max: limits.attributeName, required: true)
    switch given.value {
    case .text(let value):
      return ProductAttribute(name: name, value: .text(text(value, field + ".value", max: limits.attributeText)))
    case .number(let number, let unit):
      let number = faults.text(number, field + ".value", max: limits.attributeNumber)
      if !number.isEmpty, !Self.isDecimal(number) { faults.add(field + ".value", "notANumber") }
      let unit = faults.text(unit, field + ".unit", max: limits.attributeUnit, required: false)
      return ProductAttribute(name: name, value: .number(number, unit: unit))
    case .flag: return ProductAttribute(name: name, value: given.value)
    }
  }

  mutating func variants(_ given: [VariantDraft], options: [ProductOption], pictures: Int) -> [VariantDraft] {
    if given.isEmpty { faults.add("variants", "missing") }
    atMost(limits.variants, given.count, "variants")
    var choices: Set<[Int]> = []
    var skus: Set<String> = []
    return given.enumerated().map { index, draft in
      let field = "variants.\(index)"
      var variant = draft
      variant.sku = faults.text(draft.sku, field + ".sku", max: limits.sku, required: false)
      variant.barcode = faults.text(draft.barcode, field + ".barcode", max: limits.barcode, required: false)
      if !(0...limits.weightGrams).contains(draft.weightGrams) {
        faults.add(field + ".weightGrams", "outOfRange", ["min": "0", "max": String(limits.weightGrams)])
      }
      if let picture = draft.picture, !(0..<pictures).contains(picture) { faults.add(field + ".picture", "unknown") }
      let fits =
        draft.choice.count == options.count && zip(options, draft.choice).allSatisfy { $0.values.indices.contains($1) }
      if !fits {
        faults.add(field + ".choice", "unknown")
      } else if !choices.insert(draft.choice).inserted {
        faults.add(field + ".choice", "repeated")
      }
      if !variant.sku.isEmpty, !skus.insert(variant.sku).inserted { faults.add(field + ".sku", "repeated") }
      return variant
    }
  }

  mutating func pictures(_ given: [PictureDraft]) -> [PictureDraft] {
    atMost(limits.pictures, given.count, "pictures")
    return given.enumerated().map { index, draft in
      let field = "pictures.\(index)"
      var picture = draft
      if let source = draft.source {
        let trimmed = faults.text(source, field + ".source", max: limits.source, required: false)
        picture.source = trimmed.isEmpty ? nil : trimmed
        let lower = trimmed.prefix(8).lowercased()
        if !trimmed.isEmpty, !lower.hasPrefix("https://"), !lower.hasPrefix("http://") {
          faults.add(field + ".source", "notAnAddress")
        }
      }
      if picture.file == nil, picture.source == nil { faults.add(field, "missing") }
      picture.alternative = text(draft.alternative, field + ".alternative", max: limits.alternative)
      return picture
    }
  }

  private mutating func text(_ given: LocalizedText, _ field: String, max: Int, required: Bool = false) -> LocalizedText
  {
    if given.en == given.zhHans { return LocalizedText(faults.text(given.en, field, max: max, required: required)) }
    let text = LocalizedText(
      en: faults.text(given.en, field, max: max, required: false),
      zhHans: faults.text(given.zhHans, field, max: max, required: false))
    if required, text.isEmpty { faults.add(field, "missing") }
    return text
  }

  private mutating func atMost(_ limit: Int, _ count: Int, _ field: String) {
    if count > limit { faults.add(field, "tooMany", ["max": String(limit)]) }
  }

  /// Digits with an optional sign and one optional point.
  private static func isDecimal(_ text: String) -> Bool {
    var digits = text[...]
    if digits.hasPrefix("-") { digits = digits.dropFirst() }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
  }
}
