import AuditLog
import Merchants
import Pages
import Values

/// What is looked for in the log, as its form sends it.
struct LogFilterForm {
  private static let names = ["who", "verb", "subject", "merchant", "dateFrom", "dateTo"]
  private static let verbPrefix = "log.verbs."

  let filter: DeedFilter
  let faults: FieldFaults
  private let form: Form
  private let merchants: [Merchant]
  private let words: Words

  init(_ form: Form, merchants: [Merchant], words: Words) {
    var faults = FieldFaults()
    var filter = DeedFilter()
    let format = Format(words.language)
    func filled(_ name: String, max: Int) -> String? {
      let text = faults.text(form[name], name, max: max, required: false)
      return text.isEmpty ? nil : text
    }
    func day(_ name: String) -> Timestamp? {
      guard let text = filled(name, max: 20) else { return nil }
      let day = format.startOfDay(text)
      if day == nil { faults.add(name, "notADate") }
      return day
    }
    filter.who = filled("who", max: 80)
    filter.subject = filled("subject", max: 254)
    if let verb = filled("verb", max: 60) {
      filter.verb = verb
      if words[Self.verbPrefix + verb] == nil { faults.add("verb", "unknownValue") }
    }
    if let slug = filled("merchant", max: Slug.limit) {
      filter.merchant = merchants.first { $0.slug.rawValue == slug }?.id
      if filter.merchant == nil { faults.add("merchant", "unknownValue") }
    }
    filter.from = day("dateFrom")
    let last = day("dateTo")
    filter.until = last?.adding(.days(1))
    if let from = filter.from, let last, from > last { faults.add("dateFrom", "rangeReversed", ["other": "dateTo"]) }
    self.filter = filter
    self.faults = faults
    self.form = form
    self.merchants = merchants
    self.words = words
  }

  /// What an address carries on.
  var pairs: [(String, String)] {
    Self.names.compactMap { name in
      form[name].flatMap { $0.isEmpty ? nil : (name, String($0.prefix(254))) }
    }
  }

  /// - Parameter isPlatform: whether merchants can be chosen.
  func model(isPlatform: Bool) -> Model {
    var model = FormModel(form, faults: faults, words: words).fields(Self.names)
    model["action"] = Addresses.logDesk
    model["isUsed"] = !pairs.isEmpty
    if !pairs.isEmpty { model["clearURL"] = Addresses.logDesk }
    model["verbs"] = verbs
    if isPlatform {
      let chosen = form["merchant"] ?? ""
      model["choices"] =
        [
          "merchants": merchants.map { merchant -> Model in
            [
              "value": merchant.slug.rawValue, "name": merchant.name[words.language],
              "isChosen": merchant.slug.rawValue == chosen,
            ]
          }
        ] as Model
    }
    return model
  }

  /// Those that the theme has words for.
  private var verbs: [Model] {
    let chosen = form["verb"] ?? ""
    return words.keys.filter { $0.hasPrefix(Self.verbPrefix) }.sorted().map { key in
      let verb = String(key.dropFirst(Self.verbPrefix.count))
      return ["value": verb, "name": words[key] ?? verb, "isChosen": verb == chosen]
    }
  }
}
