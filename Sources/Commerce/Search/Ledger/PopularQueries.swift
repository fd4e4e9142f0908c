import Values

/// What is asked for most in one language, as it was read.
struct PopularQueries: Sendable {
  /// How many are kept, for those who type.
  static let most = 5000
  private static let shown = 50

  /// What is asked for most first.
  let top: [String]
  let readAt: Timestamp
  /// By text, each with its place among all.
  private let sorted: [(text: String, place: Int)]

  init(_ queries: [String], readAt: Timestamp) {
    top = Array(queries.prefix(Self.shown))
    sorted = queries.enumerated().map { (text: $0.element, place: $0.offset) }.sorted { $0.text < $1.text }
    self.readAt = readAt
  }

  /// Those that go on after what is typed, what is asked for most first.
  /// - Parameter text: folded.
  func beginning(_ text: String, limit: Int) -> [String] {
    guard !text.isEmpty else { return Array(top.prefix(limit)) }
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle].text < text { low = middle + 1 } else { high = middle }
    }
    let found = sorted[low...].prefix { $0.text.hasPrefix(text) }.filter { $0.text != text }
    return found.sorted { $0.place < $1.place }.prefix(limit).map(\.text)
  }
}
