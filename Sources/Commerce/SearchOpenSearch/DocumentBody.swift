import Foundation
import Search
import Values

/// A document as it lies in the cluster.
enum DocumentBody {
  static func source(_ document: SearchDocument, version: Int64) -> JSON {
    let card = document.card
    let tokens = SearchTokens(document)
    var source = figures(card.figures, version: version)
    source.merge([
      "title": joined(tokens.title), "brand": joined(tokens.brand), "category": joined(tokens.category),
      "attributes": joined(tokens.attributes), "body": joined(tokens.body), "head": .texts(tokens.head),
      "spelled": .texts(tokens.spelled), "readings": .texts(tokens.readings),
      "names": .texts([card.title.en, card.title.zhHans].filter { !$0.isEmpty }),
      "product": .number(card.product.raw), "merchantID": .number(card.merchant.raw),
      "createdAt": .number(document.createdAt.milliseconds),
    ]) { $1 }
    if let category = card.category { source["categoryID"] = .number(category.raw) }
    if let brand = card.brand { source["brandID"] = .number(brand.raw) }
    var seen: Set<String> = []
    let choices = document.choices.filter { seen.insert(ChoiceLabel.key($0.attribute, $0.value)).inserted }
    source["choices"] = .texts(choices.map { ChoiceLabel.key($0.attribute, $0.value) })
    source["choiceKeys"] = .texts(Set(choices.map(\.attribute)).sorted())
    source["choiceLabels"] = .texts(choices.map { ChoiceLabel($0).text })
    return .object(source)
  }

  /// What moves often, with all that follows from it.
  static func figures(_ figures: ProductFigures, version: Int64) -> [String: JSON] {
    [
      "version": .number(version), "isListed": .bool(figures.price != nil),
      "price": figures.price.map { .number($0.minor) } ?? .null,
      "currency": figures.price.map { .text($0.currency.code) } ?? .null, "inStock": .bool(figures.inStock),
      "sold": .number(Int64(figures.sold)), "rating": .number(Int64(figures.ratingTenths)),
      "reviews": .number(Int64(figures.reviewCount)), "salesSignal": .decimal(salesSignal(figures.sold)),
      "ratingSignal": .decimal(ratingSignal(figures.ratingTenths, figures.reviewCount)),
    ]
  }

  /// 0…1, by orders of magnitude: full with 10,000 sold.
  static func salesSignal(_ sold: Int) -> Double {
    rounded(min(1, log1p(Double(max(0, sold))) / log1p(10_000)))
  }

  /// 0…1; few reviews count for little.
  static func ratingSignal(_ tenths: Int, _ reviews: Int) -> Double {
    let reviews = Double(max(0, reviews))
    return rounded(min(1, max(0, Double(tenths) / 50)) * reviews / (reviews + 5))
  }

  static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

  private static func joined(_ tokens: [String]) -> JSON { .text(tokens.joined(separator: " ")) }
}

/// A choice with its words in one keyword, so that counting choices also brings what they are called.
struct ChoiceLabel: Hashable, Sendable {
  /// No text that people enter holds it.
  private static let separator: Character = "\u{1F}"

  let attribute: String
  let value: String
  let name: LocalizedText
  let label: LocalizedText

  init(_ choice: AttributeChoice) {
    (attribute, value, name, label) = (choice.attribute, choice.value, choice.name, choice.label)
  }

  /// Nil for what isn't one.
  init?(_ text: String) {
    let parts = text.split(separator: Self.separator, omittingEmptySubsequences: false).map { String($0) }
    guard parts.count == 6 else { return nil }
    (attribute, value) = (parts[0], parts[1])
    name = LocalizedText(en: parts[2], zhHans: parts[3])
    label = LocalizedText(en: parts[4], zhHans: parts[5])
  }

  var text: String {
    [attribute, value, name.en, name.zhHans, label.en, label.zhHans]
      .map { $0.replacing(String(Self.separator), with: " ") }.joined(separator: String(Self.separator))
  }

  /// As it is filtered by.
  static func key(_ attribute: String, _ value: String) -> String { "\(attribute)=\(value)" }

  /// Finds the labels of one attribute; nil for what can't be the key of one, and might mean something in a pattern.
  static func pattern(of attribute: String) -> String? {
    guard !attribute.isEmpty, attribute.count <= 40,
      attribute.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" })
    else { return nil }
    return "\(attribute)\(separator).*"
  }
}
