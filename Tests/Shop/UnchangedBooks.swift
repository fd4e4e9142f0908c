import Testing

/// Requests that must leave the shop's books as they are, looked at together: a look reads every table.
struct UnchangedBooks {
  private let test: TestShop
  private var before: TestShop.Books?
  private var requests: [String] = []

  init(_ test: TestShop) { self.test = test }

  /// Whether the books are as they were noted.
  var areKnown: Bool { before != nil }

  mutating func note() async throws { before = try await test.books() }

  mutating func mustStay(after request: String) { requests.append(request) }

  /// What was noted no longer holds, rightly.
  mutating func forget() { before = nil }

  /// Fails the test when a request since the last look has changed something.
  mutating func compare() async throws {
    guard !requests.isEmpty, let before else { return }
    let after = try await test.books()
    let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
    #expect(changed == [], "one of these was kept: \(requests.joined(separator: "; "))")
    requests = []
  }
}
