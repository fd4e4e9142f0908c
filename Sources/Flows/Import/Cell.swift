import Values

/// What stands in a cell, without what spreadsheets and people put around it.
enum Cell {
  /// Without blanks at the ends, also ideographic and non-breaking ones.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes
    while let width = blankWidth(rest) { rest = rest.dropFirst(width) }
    while let last = rest.last {
      if last <= 32 {
        rest = rest.dropLast()
      } else if last >= 0x80, let width = wideBlanks.first(where: { rest.suffix($0.count).elementsEqual($0) })?.count {
        rest = rest.dropLast(width)
      } else {
        break
      }
    }
    return rest
  }

  /// One line: breaks, tabs and other control characters become a blank.
  static func line(_ bytes: ArraySlice<UInt8>) -> String {
    let text = trimmed(bytes)
    if text.isEmpty { return "" }
    guard text.contains(where: { $0 < 32 }) else {
      return CellGuard.unguarded(String(decoding: text, as: UTF8.self))
    }
    var flat: [UInt8] = []
    for byte in text {
      let isBreak = byte < 32
      if !isBreak { flat.append(byte) } else if flat.last != 32 { flat.append(32) }
    }
    return CellGuard.unguarded(String(decoding: flat, as: UTF8.self))
  }

  /// Text as it is, but for the ends.
  static func block(_ bytes: ArraySlice<UInt8>) -> String {
    let text = trimmed(bytes)
    return text.isEmpty ? "" : CellGuard.unguarded(String(decoding: text, as: UTF8.self))
  }

  /// `TRUE`, `yes`, `1`, `是` …; nil for what is neither yes nor no.
  static func flag(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "y", "1", "on", "t", "是", "published", "active", "真": true
    case "false", "no", "n", "0", "off", "f", "否", "unpublished", "假": false
    default: nil
    }
  }

  /// Whether a product of this status is sold; nil for a word that isn't known.
  static func isActive(_ status: String) -> Bool? {
    switch status.lowercased() {
    case "", "active", "published", "上架", "已上架", "在售", "启用": true
    case "draft", "archived", "草稿", "归档", "已归档", "下架", "已下架", "停用": false
    default: nil
    }
  }

  private static let wideBlanks: [[UInt8]] = [
    [0xC2, 0xA0], [0xE3, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0xE2, 0x80, 0x8B],
  ]

  private static func blankWidth(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = bytes.first else { return nil }
    if first <= 32 { return 1 }
    guard first >= 0x80 else { return nil }
    return wideBlanks.first { bytes.starts(with: $0) }?.count
  }
}

/// How one text in two languages stands in up to three columns: `Title`, `Title (en)` and `Title (zh-Hans)`.
///
/// Reading: a plain text with Chinese characters is Chinese, any other English. A column that names a language counts for
/// that language; the plain one then speaks for the other language, unless it only repeats.
enum LanguageCells {
  static func read(plain: String, en: String, zhHans: String) -> LocalizedText {
    switch (en.isEmpty, zhHans.isEmpty) {
    case (true, true): plain.hasHan ? LocalizedText(zhHans: plain) : LocalizedText(en: plain)
    case (false, false): LocalizedText(en: en, zhHans: zhHans)
    case (false, true): LocalizedText(en: en, zhHans: plain == en ? "" : plain)
    case (true, false): LocalizedText(en: plain == zhHans ? "" : plain, zhHans: zhHans)
    }
  }

  /// The fewest cells that `read` turns into the same text again. The plain one is filled always, for other shops.
  static func write(_ text: LocalizedText) -> (plain: String, en: String, zhHans: String) {
    let plain = text[.zhHans]
    let ways = [(plain, "", ""), (plain, text.en, ""), (plain, "", text.zhHans)]
    return ways.first { read(plain: $0.0, en: $0.1, zhHans: $0.2) == text } ?? (plain, text.en, text.zhHans)
  }
}

extension String {
  /// Chinese characters, which also Japanese and Korean texts may hold.
  var hasHan: Bool {
    guard utf8.contains(where: { $0 >= 0xE3 }) else { return false }
    return unicodeScalars.contains {
      switch $0.value {
      case 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: true
      default: false
      }
    }
  }
}
