import Foundation
import Values

/// How titles and the product-name filter are brought to one form: compatibility characters and full-width letters
/// become plain ones, capitals small.
enum ProductNameFold {
  static func text(_ title: LocalizedText) -> String {
    let en = fold(title.en)
    let zh = fold(title.zhHans)
    return en == zh ? en : en + "\n" + zh
  }

  static func fold(_ text: String) -> String {
    text.utf8.allSatisfy { $0 < 0x80 } ? text.lowercased() : text.precomposedStringWithCompatibilityMapping.lowercased()
  }

  /// A `LIKE … ESCAPE '!'` pattern that finds the text anywhere.
  static func pattern(containing text: String) -> String {
    var escaped = ""
    for character in fold(text).unicodeScalars {
      if character == "!" || character == "%" || character == "_" { escaped.append("!") }
      escaped.unicodeScalars.append(character)
    }
    return "%" + escaped + "%"
  }
}
