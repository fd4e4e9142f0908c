import Pages
import Search
import Values

/// The form of a rule for a query: what its fields are called, and what they say. The goods that are chosen stand in it as
/// repeated fields, and buttons that send it to be shown again move them.
struct SearchRuleForm {
  static let fields = ["queries", "pinned", "buried", "redirect", "from", "until", "find", "version"]
  /// Buttons that change what is chosen, each with a product's id as its value.
  private static let moves = ["pin", "bury", "drop", "up", "down"]

  let form: Form
  private(set) var pinned: [String]
  private(set) var buried: [String]

  /// - Parameter rule: as it is kept; nil for a new one.
  init(_ form: Form, of rule: QueryRule?, _ format: Format) {
    let isTyped = Self.fields.contains { form[$0] != nil }
    var initial = isTyped ? [:] : Self.initial(rule, format)
    if let rule { initial["version"] = [String(rule.version)] }
    self.form = Form(initial.merging(form.values) { $1 })
    pinned = Self.once(self.form.all("pinned"))
    buried = Self.once(self.form.all("buried"))
    for move in Self.moves {
      if let product = form[move], ProductID(product) != nil { apply(move, product) }
    }
  }

  private mutating func apply(_ move: String, _ product: String) {
    switch move {
    case "pin":
      buried.removeAll { $0 == product }
      if !pinned.contains(product) { pinned.append(product) }
    case "bury":
      pinned.removeAll { $0 == product }
      if !buried.contains(product) { buried.append(product) }
    case "drop":
      pinned.removeAll { $0 == product }
      buried.removeAll { $0 == product }
    default:
      guard let index = pinned.firstIndex(of: product) else { return }
      let next = index + (move == "up" ? -1 : 1)
      if pinned.indices.contains(next) { pinned.swapAt(index, next) }
    }
  }

  private static func once(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  private static func initial(_ rule: QueryRule?, _ format: Format) -> [String: [String]] {
    guard let rule else { return [:] }
    return [
      "queries": [rule.queries.joined(separator: "\n")], "pinned": rule.pinned.map(\.description),
      "buried": rule.buried.map(\.description), "redirect": [rule.redirect ?? ""],
      "from": [rule.from.map(format.formMoment) ?? ""], "until": [rule.until.map(format.formMoment) ?? ""],
    ]
  }

  var queries: [String] {
    // A query may have a comma in it.
    (form["queries"] ?? "").split(whereSeparator: \.isNewline)
      .map { $0.split { $0.isWhitespace }.joined(separator: " ") }.filter { !$0.isEmpty }
  }

  /// Whether there is nothing yet that a search could show.
  var isEmpty: Bool { queries.isEmpty || (pinned.isEmpty && buried.isEmpty && (form["redirect"] ?? "").isEmpty) }

  /// Throws `FieldFaults` for what can't be read.
  func draft(_ format: Format) throws -> QueryRuleDraft {
    var fields = ContentFields(form, format)
    let redirect = fields.text("redirect").filter { !$0.isNewline }
    let draft = QueryRuleDraft(
      queries: queries, pinned: Self.products(pinned, "pinned", &fields.faults),
      buried: Self.products(buried, "buried", &fields.faults), redirect: redirect.isEmpty ? nil : redirect,
      from: fields.moment("from"), until: fields.moment("until"))
    try fields.faults.throwIfAny()
    return draft
  }

  private static func products(_ texts: [String], _ field: String, _ faults: inout FieldFaults) -> [ProductID] {
    texts.compactMap { text in
      guard let product = ProductID(text) else {
        faults.add(field, "unknown")
        return nil
      }
      return product
    }
  }

  /// The contract's names of fields as the form has them: a query and a product have no field of their own.
  static func worded(_ refusal: any Refusal) -> any Refusal {
    guard let faults = refusal as? FieldFaults else { return refusal }
    return faults.beside([:])
  }
}
