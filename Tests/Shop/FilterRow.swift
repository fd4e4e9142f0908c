/// A row of a filter beside a list of goods.
struct FilterRow {
  /// How many are left for whoever chooses it; empty where the row tells none.
  let count: String
  let isChosen: Bool

  /// Nil where the page offers no such choice.
  init?(_ page: String, _ field: String, _ value: String) {
    let rows = page.matches(of: /<label class="tick"><input [^>]*>.*?<\/label>/).map { String($0.0) }
    guard let row = rows.first(where: { $0.contains("name=\"\(field)\" value=\"\(value)\"") }) else { return nil }
    count = row.firstMatch(of: /<i>(\d+)<\/i>/).map { String($0.1) } ?? ""
    isChosen = row.contains(" checked")
  }
}
