import Insight
import Values

/// Makes the figures again from the books. What happens meanwhile is counted once all the same, since entries are told from
/// one another by what they are of.
public struct RebuildFigures: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// - Parameter day: the first one that is made anew; nil makes all. What visitors saw stays: no book has it.
  /// - Returns: how many orders, payments, refunds and accounts were read.
  @discardableResult
  public func run(from day: ShopDay? = nil) async throws -> Int {
    let insight = contexts.insight
    let build = try await insight.beginAnew(from: day ?? ShopDay(rawValue: 0))
    var count = 0
    try await FigureWalk(contexts: contexts, since: day?.start).run { sources in
      try await insight.note(sources.map(\.set))
      count += sources.count
    }
    try await insight.finishBuilding(build)
    return count
  }

  /// Once, for books that are older than the figures, or than what days that aren't over are compared by.
  public func runIfNeeded() async throws {
    if let day = try await contexts.insight.firstUnbuiltDay() { try await run(from: day.rawValue <= 0 ? nil : day) }
  }
}

/// Compares the figures' entries with the books.
public struct AuditFigures: Sendable {
  /// How long a reaction to a fact may take.
  private static let grace: Duration = .minutes(1)
  private static let most = 100

  private let contexts: Contexts
  private let clock: WallClock

  public init(_ contexts: Contexts, clock: WallClock) {
    self.contexts = contexts
    self.clock = clock
  }

  /// Nothing while the figures have never been made from the whole of the books.
  public func run() async throws -> [Discrepancy] {
    guard try await contexts.insight.isBuilt() else { return [] }
    let settled = clock.now.adding(.zero - Self.grace)
    var found: [Discrepancy] = []
    try await FigureWalk(contexts: contexts, since: nil).run { sources in
      guard found.count < Self.most else { return }
      let due = sources.filter { $0.since <= settled }.map(\.set)
      found += try await contexts.insight.differing(from: due).map {
        Discrepancy(book: "figures", row: $0, expected: "what the books say of it", found: "something else")
      }
    }
    return found
  }
}
