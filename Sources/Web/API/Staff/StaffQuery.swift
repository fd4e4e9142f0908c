import Pages
import Values

extension APICall {
  /// One of the words that a member of the query may be. Adds `unknown`.
  func choice<Choice: RawRepresentable<String>>(_ name: String, _ faults: inout FieldFaults) -> Choice? {
    guard let text = query[name], !text.isEmpty else { return nil }
    let choice = Choice(rawValue: text)
    if choice == nil { faults.add(name, "unknown") }
    return choice
  }

  /// Some of them. Adds `unknown`.
  func choices<Choice: RawRepresentable<String> & Hashable>(
    _ name: String, _ faults: inout FieldFaults
  ) -> Set<Choice> {
    var chosen: Set<Choice> = []
    for text in query.all(name) where !text.isEmpty {
      if let choice = Choice(rawValue: text) { chosen.insert(choice) } else { faults.add(name, "unknown") }
    }
    return chosen
  }

  /// What `sort` says of a list that goes by time. Adds `unknown`.
  func oldestFirst(_ faults: inout FieldFaults) -> Bool {
    switch query["sort"] {
    case nil, "", "newest": return false
    case "oldest": return true
    default:
      faults.add("sort", "unknown")
      return false
    }
  }

  /// The amounts within which a list is to lie. Adds `notAnAmount`.
  func amounts(_ currency: Currency, _ faults: inout FieldFaults) -> (from: Money?, to: Money?) {
    (query.amount("amountFrom", currency, &faults), query.amount("amountTo", currency, &faults))
  }

  /// A text to look for; nil where there is none. Adds what is wrong with it.
  func sought(_ name: String, max: Int, _ faults: inout FieldFaults) -> String? {
    let text = faults.text(query[name], name, max: max, required: false)
    return text.isEmpty ? nil : text
  }
}
