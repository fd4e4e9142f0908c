import Catalog
import Flows
import Pages
import Pricing
import Values

extension ProductForm {
  /// What the form says, after `tidy`. Throws `FieldFaults` for what can't be read, beside its field.
  /// - Parameter standing: what it is now; texts that only a browser has touched stay as they are in it.
  func draft(over standing: Product?, currency: Currency) throws -> GoodsDraft {
    var faults = FieldFaults()
    var content = ProductContent(title: localized("title"), subtitle: localized("subtitle"))
    content.introduction = LocalizedText(
      en: kept(text["introductionEn"], standing?.content.introduction.en),
      zhHans: kept(text["introductionZh"], standing?.content.introduction.zhHans))
    let category = text["category"] ?? ""
    content.category = CategoryID(category)
    if content.category == nil, !category.isEmpty { faults.add("category", "unknown") }
    content.tags = tags(standing)
    content.options = options.map { option in
      ProductOption(
        name: LocalizedText(en: option.en, zhHans: option.zh),
        values: option.values.map { LocalizedText(en: $0.en, zhHans: $0.zh) })
    }
    content.attributes = attributes.map(\.attribute)
    let drafts = variants.enumerated().map { variantDraft($1, $0, &faults) }
    let prices = variants.enumerated().map { price($1, $0, currency, &faults) }
    let pictures = self.pictures.map { picture in
      PictureDraft(
        file: FileKey(rawValue: picture.file), source: picture.source.isEmpty ? nil : picture.source,
        alternative: LocalizedText(en: picture.en, zhHans: picture.zh))
    }
    try faults.throwIfAny()
    return GoodsDraft(
      handle: text["handle"] ?? "", content: content, brand: text["brand"] ?? "", variants: drafts, prices: prices,
      pictures: pictures)
  }

  private func localized(_ name: String) -> LocalizedText {
    LocalizedText(en: text["\(name)En"] ?? "", zhHans: text["\(name)Zh"] ?? "")
  }

  private func tags(_ standing: Product?) -> [String] {
    let typed = text["tags"] ?? ""
    if let standing, standing.content.tags.joined(separator: ", ") == typed { return standing.content.tags }
    return Self.tags(in: typed)
  }

  /// Browsers send line breaks of their own, and leave out one at the beginning.
  private func kept(_ sent: String?, _ standing: String?) -> String {
    func plain(_ text: String) -> Substring {
      text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").drop { $0 == "\n" }
    }
    guard let standing, plain(sent ?? "") == plain(standing) else {
      return (sent ?? "").replacing("\r\n", with: "\n")
    }
    return standing
  }

  private func variantDraft(_ row: Variant, _ index: Int, _ faults: inout FieldFaults) -> VariantDraft {
    let weight = row.weight.filter { !$0.isWhitespace }
    let grams = weight.isEmpty ? 0 : Int(weight)
    if row.hasUnknownPicture { faults.add("variants.\(index).picture", "unknown") }
    if grams == nil { faults.add("variants.\(index).weightGrams", "notANumber") }
    return VariantDraft(
      id: VariantID(row.id), sku: row.sku, barcode: row.barcode, choice: row.choice, weightGrams: grams ?? 0,
      picture: row.picture.flatMap { pictures.indices.contains($0) ? $0 : nil }, requiresShipping: row.ships)
  }

  /// Nil where nothing is typed.
  private func price(_ row: Variant, _ index: Int, _ currency: Currency, _ faults: inout FieldFaults) -> Price? {
    func amount(_ text: String, _ name: String) -> Money? {
      let text = text.filter { !$0.isWhitespace }
      guard !text.isEmpty else { return nil }
      let amount = Money(decimalText: text, currency: currency)
      if amount == nil { faults.add("variants.\(index).\(name)", "notANumber") }
      return amount
    }
    let sale = amount(row.price, "price")
    let list = amount(row.list, "list")
    guard let sale else {
      if list != nil { faults.add("variants.\(index).price", "missing") }
      return nil
    }
    return Price(sale: sale, list: list)
  }
}

extension ProductForm.Attribute {
  fileprivate var attribute: ProductAttribute {
    let value: AttributeValue =
      switch kind {
      case .text: .text(LocalizedText(en: valueEn, zhHans: valueZh))
      case .number: .number(valueEn, unit: unit)
      case .yes: .flag(true)
      case .no: .flag(false)
      }
    return ProductAttribute(name: LocalizedText(en: en, zhHans: zh), value: value)
  }
}
