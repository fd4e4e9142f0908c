import AuditLog
import Storage
import Values

extension StoredCatalog {
  /// Notes what staff did to a product, last in the transaction that does it: the fields that changed.
  /// - Parameter before: nil where there was no product.
  func note(
    _ verb: String, from before: Product?, to after: Product, by actor: Actor, in transaction: any Transaction
  ) throws {
    let (old, new) = (before?.said ?? [], after.said)
    let (was, now) = (Dictionary(old) { $1 }, Dictionary(new) { $1 })
    let deed = Deed(
      verb, on: after.id, named: after.content.title[.en], of: after.merchant,
      before: before.map { _ in DeedFields(old.filter { now[$0.0] != $0.1 }) },
      after: DeedFields(new.filter { was[$0.0] != $0.1 }), note: after.publication.reason)
    try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
  }
}

extension Product {
  /// All that can be said of it, field by field. What has no value has no field.
  fileprivate var said: [(String, String)] {
    var fields: [(String, String)] = [("handle", handle.rawValue), ("state", publication.state.rawValue)]
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { fields.append((name, value)) }
    }
    func add(_ name: String, _ text: LocalizedText) {
      add("\(name).en", text.en)
      add("\(name).zh", text.zhHans)
    }
    add("from", publication.from?.description)
    add("until", publication.until?.description)
    add("title", content.title)
    add("subtitle", content.subtitle)
    add("category", content.category?.description)
    add("brand", content.brand?.description)
    add("tags", content.tags.joined(separator: ", "))
    for (index, option) in content.options.enumerated() {
      let values = option.values.map { "\($0.en) / \($0.zhHans)" }.joined(separator: ", ")
      add("option.\(index + 1)", "\(option.name.en) / \(option.name.zhHans): \(values)")
    }
    for (index, attribute) in content.attributes.enumerated() {
      add("attribute.\(index + 1)", "\(attribute.name.en) / \(attribute.name.zhHans): \(attribute.value.said)")
    }
    add("introduction", content.introduction)
    for (index, picture) in pictures.enumerated() {
      let name = picture.file?.rawValue ?? picture.source ?? ""
      add("picture.\(index + 1)", "\(name) \(picture.alternative.en) / \(picture.alternative.zhHans)")
    }
    for variant in variants {
      let parts = [
        variant.sku, variant.barcode, variant.choice.map(String.init).joined(separator: "-"),
        "\(variant.weightGrams) g", variant.picture?.description ?? "", variant.requiresShipping ? "" : "not sent",
      ]
      add("variant.\(variant.id)", parts.filter { !$0.isEmpty }.joined(separator: ", "))
    }
    return fields
  }
}

extension AttributeValue {
  fileprivate var said: String {
    switch self {
    case .text(let text): "\(text.en) / \(text.zhHans)"
    case .number(let number, let unit): unit.isEmpty ? number : "\(number) \(unit)"
    case .flag(let isTrue): "\(isTrue)"
    }
  }
}
