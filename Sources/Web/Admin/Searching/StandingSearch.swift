import Pages
import Search
import Values

/// What somebody else saved while the same was being edited, for the page that shows the typed again: where the two differ.
struct StandingSearch {
  /// A field by its name in the words, with what stands in it as people read it; empty for nothing.
  typealias Field = (word: String, standing: String, differs: Bool)

  /// The version that a form was filled in from. Throws `FieldFaults`.
  static func version(_ form: Form) throws -> Int {
    guard let version = form["version"].flatMap({ Int($0) }) else {
      throw FieldFaults(field: "version", code: "notANumber")
    }
    return version
  }

  /// Whether a form that was refused so is shown again with all that is typed.
  static func keepsForm(_ refusal: any Refusal) -> Bool { [.invalid, .conflict, .notFound].contains(refusal.kind) }

  static func isChanged(_ refusal: (any Refusal)?) -> Bool { refusal as? SearchRuleRefusal == .searchRuleChanged }

  /// - Parameter isGone: whether what was edited isn't there any more, so that the form makes it anew.
  static func told(_ refusal: any Refusal, isGone: Bool) -> any Refusal {
    isGone && refusal.kind == .notFound ? RemovedSearchRule() : refusal
  }

  /// Of a removal: nothing was typed, and what stands is shown whole.
  static func kept(_ refusal: any Refusal) -> any Refusal { isChanged(refusal) ? KeptSearchRule() : refusal }

  static func model(_ fields: [Field], _ words: Words) -> Model {
    let rows = fields.filter(\.differs).map { field -> Model in
      [
        "factName": words[field.word] ?? field.word,
        "factText": field.standing.isEmpty ? words["searchDesk.standingNothing"] ?? "–" : field.standing,
      ]
    }
    return rows.isEmpty ? [:] : ["standing": ["facts": rows] as Model]
  }
}

/// Somebody took away what was edited.
struct RemovedSearchRule: Refusal {
  var code: String { "searchRuleRemoved" }
  var kind: RefusalKind { .notFound }
}

/// Somebody has saved what was to be removed, which is still there.
struct KeptSearchRule: Refusal {
  var code: String { "searchRuleKept" }
  var kind: RefusalKind { .conflict }
}

extension SynonymForm {
  /// - Parameter form: what is typed.
  static func standing(_ group: SynonymGroup, beside form: Form, _ words: Words) -> [StandingSearch.Field] {
    let way = group.from == nil ? "both" : "one"
    let asked = form["way"] == "one" ? form["asked"] : nil
    return [
      ("searchDesk.way", words["searchDesk.ways.\(way)"] ?? way, form["way"] ?? "both" != way),
      ("searchField.asked", group.from ?? "", group.from != nil && asked != group.from),
      ("searchField.words", words.listed(group.words), lines(form["words"]) != group.words),
    ]
  }
}

extension SearchRuleForm {
  /// - Parameter title: what goods are called.
  func standing(
    _ rule: QueryRule, _ words: Words, title: (ProductID) -> String
  ) -> [StandingSearch.Field] {
    let format = Format(words.language)
    func moment(_ name: String, _ time: Timestamp?) -> StandingSearch.Field {
      ("searchField.\(name)", time.map(format.dateTime) ?? "", form[name] ?? "" != time.map(format.formMoment) ?? "")
    }
    return [
      ("searchField.queries", words.listed(rule.queries), queries != rule.queries),
      ("searchField.pinned", words.listed(rule.pinned.map(title)), pinned != rule.pinned.map(\.description)),
      ("searchField.buried", words.listed(rule.buried.map(title)), buried != rule.buried.map(\.description)),
      ("searchField.redirect", rule.redirect ?? "", form["redirect"] ?? "" != rule.redirect ?? ""),
      moment("from", rule.from), moment("until", rule.until),
    ]
  }
}

extension WeightsForm {
  static func standing(_ weights: RankingWeights, beside form: Form) -> [StandingSearch.Field] {
    RankingWeights.fields.map { field in
      let standing = text(of: weights[keyPath: field.path])
      return ("searchField.\(field.name)", standing, form[field.name].map { $0 != standing } ?? false)
    }
  }
}
