import Accounts
import Search
import Values

/// What people ask for and what comes of it, as staff who tune search read it.
public struct ReadSearchLedger: Sendable {
  /// Counts are kept for so long.
  public static let keptDays = 400

  private let contexts: Contexts
  private let clock: WallClock

  public init(_ contexts: Contexts, clock: WallClock) {
    self.contexts = contexts
    self.clock = clock
  }

  public static func opens(to staff: Staff) -> Bool { TuneSearch.opens(to: staff) }

  public var today: ShopDay { ShopDay(clock.now) }

  /// Throws `StaffRefusal.notAllowed`.
  public func queries(_ ask: QueryCountAsk, for staff: Staff) async throws -> Page<QueryCount> {
    try TuneSearch(contexts).expect(staff)
    return try await contexts.searchLedger.queries(ask)
  }

  /// Each day between the two, both included, also those on which nobody asked; oldest first. Of a span of more than
  /// `keptDays` the newest of them, up to today.
  public func days(from: ShopDay, to: ShopDay, for staff: Staff) async throws -> [QueryDay] {
    try TuneSearch(contexts).expect(staff)
    guard from <= to else { return [] }
    let isLong = to.rawValue - from.rawValue >= Self.keptDays
    let last = isLong ? min(to, max(today, from.adding(Self.keptDays - 1))) : to
    let from = max(from, last.adding(1 - Self.keptDays))
    let counted = Dictionary(
      try await contexts.searchLedger.days(from: from, to: last).map { ($0.day, $0) },
      uniquingKeysWith: { first, _ in first })
    return (0...(last.rawValue - from.rawValue)).map { offset in
      let day = from.adding(offset)
      return counted[day] ?? QueryDay(day: day, asked: 0, zero: 0, clicks: 0, purchases: 0)
    }
  }
}
