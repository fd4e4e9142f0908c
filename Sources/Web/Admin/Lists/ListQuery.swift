import Pages
import Values

/// What the address says of a list: filters, order, columns and place. Nothing of it is kept anywhere else, so that an
/// address shows the same to whoever may see it.
struct ListQuery: Sendable {
  /// What can't be read, field by field; the filters leave it out.
  let faults: FieldFaults
  let after: Cursor?
  /// Those that were asked for; none shows those that the list shows by itself.
  let columns: Set<String>
  let form: Form
  /// What else of the address stays whatever is filtered: the tab.
  let kept: [(String, String)]
  private let sorts: [String]
  private let filters: [ListFilter]
  private let reading: Reading

  init(_ form: Form, filters: [ListFilter], sorts: [String] = [], kept: [(String, String)] = [], format: Format) {
    var reading = Reading(form: form, format: format)
    for filter in filters { reading.read(filter) }
    self.reading = reading
    faults = reading.faults
    after = form["after"].flatMap { Cursor($0) }
    columns = Set(form.all("column").prefix(40))
    self.form = form
    self.kept = kept
    self.sorts = sorts
    self.filters = filters
  }

  func text(_ name: String) -> String? { reading.texts[name] }
  /// The beginning of the first day, and the end of the last.
  func days(_ name: String) -> (from: Timestamp?, before: Timestamp?) {
    (reading.days["\(name)From"], reading.days["\(name)To"]?.adding(.days(1)))
  }
  func amounts(_ name: String) -> (from: Money?, to: Money?) {
    (reading.amounts["\(name)From"], reading.amounts["\(name)To"])
  }
  /// The order that was asked for, or the list's first.
  var sort: String? { form["sort"].flatMap { sorts.contains($0) ? $0 : nil } ?? sorts.first }
  func isOn(_ filter: ListFilter) -> Bool { filter.fields.contains { !(form[$0] ?? "").isEmpty } }
  var isFiltered: Bool { filters.contains { isOn($0) } }

  /// What the address carries on, without the place in the list.
  func pairs(without left: Set<String> = []) -> [(String, String)] {
    let filled = filters.flatMap(\.fields).compactMap { name in
      form[name].flatMap { $0.isEmpty ? nil : (name, String($0.prefix(ListFilter.longestText))) }
    }
    let sorted = form["sort"].map { [("sort", String($0.prefix(40)))] } ?? []
    return (kept + filled + sorted + columns.sorted().map { ("column", String($0.prefix(40))) })
      .filter { !left.contains($0.0) }
  }
}

/// Reads the fields of filters one by one, and notes what is wrong with them.
private struct Reading: Sendable {
  let form: Form
  let format: Format
  var faults = FieldFaults()
  var texts: [String: String] = [:]
  var days: [String: Timestamp] = [:]
  var amounts: [String: Money] = [:]

  mutating func read(_ filter: ListFilter) {
    let (from, to) = ("\(filter.name)From", "\(filter.name)To")
    switch filter.kind {
    case .text(let longest):
      let text = faults.text(form[filter.name], filter.name, max: longest, required: false)
      if !text.isEmpty { texts[filter.name] = String(text.prefix(longest)) }
    case .choice(let values):
      guard let text = filled(filter.name) else { return }
      if values.contains(text) { texts[filter.name] = text } else { faults.add(filter.name, "unknownValue") }
    case .days:
      for name in [from, to] {
        guard let text = filled(name) else { continue }
        days[name] = format.startOfDay(text)
        if days[name] == nil { faults.add(name, "notADate") }
      }
      if let first = days[from], let last = days[to], first > last { reversed(from, to) }
    case .amounts(let currency):
      for name in [from, to] {
        guard let text = filled(name) else { continue }
        amounts[name] = Money(decimalText: text, currency: currency)
        if amounts[name] == nil { faults.add(name, "notANumber") }
      }
      if let least = amounts[from], let most = amounts[to], least > most { reversed(from, to) }
    }
  }

  private mutating func reversed(_ from: String, _ to: String) { faults.add(from, "rangeReversed", ["other": to]) }

  private func filled(_ name: String) -> String? {
    let text = (form[name] ?? "").filter { !$0.isWhitespace }
    return text.isEmpty ? nil : text
  }
}
