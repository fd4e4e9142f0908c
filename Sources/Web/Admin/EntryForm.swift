import Content
import Pages
import Values

/// The form of an entry: what its fields are called, and what they say.
enum EntryForm {
  /// Bytes of the longest texts in both languages, as a form sends them.
  static let longest = 900 * 1024
  static let fields = [
    "titleEn", "titleZh", "summaryEn", "summaryZh", "bodyEn", "bodyZh", "slug", "picture", "from", "until", "version",
    "number",
  ]

  /// Throws `FieldFaults` for what can't be read.
  static func draft(_ form: Form, _ format: Format) throws -> EntryDraft {
    var fields = ContentFields(form, format)
    let text = EntryText(
      title: fields.localized("title"), summary: fields.localized("summary"), body: fields.localized("body"),
      picture: fields.picture("picture"), from: fields.moment("from"), until: fields.moment("until"))
    try fields.faults.throwIfAny()
    return EntryDraft(slug: fields.text("slug"), text: text)
  }

  /// Throws `FieldFaults`.
  static func number(_ name: String, _ form: Form, _ format: Format) throws -> Int {
    var fields = ContentFields(form, format)
    let number = fields.number(name)
    try fields.faults.throwIfAny()
    return number
  }

  /// What stands in the fields before anything is typed.
  static func initial(_ entry: Entry?, _ format: Format) -> [String: String] {
    guard let entry else { return [:] }
    let text = entry.text
    return [
      "titleEn": text.title.en, "titleZh": text.title.zhHans, "summaryEn": text.summary.en,
      "summaryZh": text.summary.zhHans, "bodyEn": text.body.en, "bodyZh": text.body.zhHans,
      "slug": entry.slug.rawValue, "picture": text.picture?.rawValue ?? "",
      "from": text.from.map(format.formMoment) ?? "", "until": text.until.map(format.formMoment) ?? "",
      "version": String(entry.version),
    ]
  }
}
