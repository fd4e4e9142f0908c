import Markup
import Values

/// Holds an entry against the limits, gathers what is wrong with it by the fields of its form, and answers what is right
/// trimmed and sanitised.
struct EntryCheck {
  static let title = 120
  static let summary = 300
  /// Characters of a body as stored.
  static let body = 30_000
  static let slug = 100

  let now: Timestamp
  var faults = FieldFaults()

  init(now: Timestamp) { self.now = now }

  mutating func text(_ given: EntryText, of kind: EntryKind, publishes: Bool) -> EntryText {
    var text = given
    text.title = localized(given.title, "title", max: Self.title, required: true)
    text.summary = localized(given.summary, "summary", max: Self.summary, multiline: true)
    text.body = LocalizedText(en: html(given.body.en, "bodyEn"), zhHans: html(given.body.zhHans, "bodyZh"))
    if let from = given.from, let until = given.until, until <= from { faults.add("from", "rangeReversed") }
    guard publishes else { return text }
    if kind != .announcement, text.body.isEmpty, !faults.faults.contains(where: { $0.field.hasPrefix("body") }) {
      faults.add("bodyEn", "missing")
    }
    if let until = given.until, until <= now { faults.add("until", "past") }
    return text
  }

  /// Nil when none was typed.
  mutating func slug(_ typed: String) -> Slug? {
    let count = faults.faults.count
    let trimmed = faults.text(typed, "slug", max: Self.slug, required: false)
    guard !trimmed.isEmpty, faults.faults.count == count else { return nil }
    let slug = Slug(rawValue: trimmed.lowercased())
    if slug == nil { faults.add("slug", "notASlug") }
    return slug
  }

  /// Each language for itself, and at least one of them where it is required.
  mutating func localized(
    _ given: LocalizedText, _ field: String, max: Int, required: Bool = false, multiline: Bool = false
  ) -> LocalizedText {
    let count = faults.faults.count
    let text = LocalizedText(
      en: faults.text(given.en, field + "En", max: max, required: false, multiline: multiline),
      zhHans: faults.text(given.zhHans, field + "Zh", max: max, required: false, multiline: multiline))
    if required, text.isEmpty, faults.faults.count == count { faults.add(field + "En", "missing") }
    return text
  }

  private mutating func html(_ given: String, _ field: String) -> String {
    // Markup that isn't kept may be long, but not without bound.
    guard given.utf8.count <= Self.body * 8 else {
      faults.add(field, "tooLong", ["max": String(Self.body)])
      return ""
    }
    let clean = HTMLSanitizer.sanitise(given, links: .anywhere)
    if clean.unicodeScalars.count > Self.body { faults.add(field, "tooLong", ["max": String(Self.body)]) }
    // An editor that was emptied leaves an empty paragraph.
    return clean.contains("<img") || !HTMLText.plain(clean, limit: 1).isEmpty ? clean : ""
  }
}

/// Where banners and menus may lead.
enum ContentAddress {
  static let limit = 500

  /// A path within the shop, or an https address. Adds `missing` or `notAnAddress`.
  static func checked(_ typed: String, _ field: String, required: Bool, _ faults: inout FieldFaults) -> String {
    let count = faults.faults.count
    let address = faults.text(typed, field, max: limit, required: required)
    guard !address.isEmpty, faults.faults.count == count else { return address }
    let isPlain = address.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "\\" }
    let isLocal = address.hasPrefix("/") && !address.hasPrefix("//")
    let isAbroad = address.hasPrefix("https://") && address.utf8.count > "https://".utf8.count
    if !isPlain || !isLocal && !isAbroad { faults.add(field, "notAnAddress") }
    return address
  }
}
