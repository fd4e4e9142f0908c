import Foundation
import Values

/// Every trade of every provider. Each change is on the disk before it counts and before anyone hears of it.
actor TradeBook {
  nonisolated let clock: SandboxClock
  /// Something may be due: a notice was made, or the clock was moved.
  nonisolated let stirrings: AsyncStream<Void>
  nonisolated let voices: [Brand: any ProviderVoice]

  private(set) var pages = BookPages()
  private var store: SandboxStore<TradeChange>
  private let stirring: AsyncStream<Void>.Continuation
  /// Notices of which an attempt is under way.
  private var underWay: Set<Int> = []

  /// Reads the file; nil keeps everything in memory alone.
  init(file: URL?, world: WallClock, voices: [any ProviderVoice]) throws {
    let opened = try SandboxStore<TradeChange>.open(file)
    store = opened.store
    for change in opened.changes { pages.apply(change) }
    clock = SandboxClock(world, pages.clock)
    self.voices = Dictionary(voices.map { ($0.brand, $0) }, uniquingKeysWith: { first, _ in first })
    (stirrings, stirring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Does what `work` does, in one go. When it throws, nothing happened.
  func turn<Result: Sendable>(_ work: @Sendable (inout BookTurn) throws -> Result) throws -> Result {
    let (result, change) = try worked(work)
    guard !change.isEmpty else { return result }
    try store.append(change)
    pages.apply(change)
    if !change.notices.isEmpty { stirring.yield() }
    return result
  }

  private func worked<Result: Sendable>(
    _ work: @Sendable (inout BookTurn) throws -> Result
  ) throws -> (Result, TradeChange) {
    var turn = BookTurn(pages: pages, now: clock.now, voices: voices)
    let result = try work(&turn)
    return (result, turn.change)
  }

  // MARK: Time

  func set(_ state: SandboxClock.State) throws {
    try turn { $0.keep(state) }
    clock.set(state)
    stirring.yield()
  }

  /// Does what is due by the clock: closes trades and settles refunds.
  func work() throws {
    let now = clock.now
    for token in pages.expiring {
      guard let trade = pages.trades[token], let end = trade.expiresAt, now >= end else { continue }
      _ = try turn { try $0.current(trade) }
    }
    for key in pages.settling {
      guard let refund = pages.refunds[key], let at = refund.settlesAt, now >= at else { continue }
      _ = try turn { try $0.settle(refund, as: refund.becomes ?? .succeeded) }
    }
  }

  // MARK: Notices

  /// Those whose attempt is due, the earliest first; each is handed out once, until `finish`.
  func dueNotices() -> [TradeNotice] {
    let now = clock.now
    let due = pages.waiting.subtracting(underWay).compactMap { pages.notices[$0] }.filter { $0.nextAt <= now }
    underWay.formUnion(due.map(\.id))
    return due.sorted { $0.id < $1.id }
  }

  /// Keeps what came of an attempt.
  func finish(_ notice: TradeNotice) throws {
    underWay.remove(notice.id)
    try turn { $0.keep(notice) }
  }

  /// An attempt that was cut short says nothing.
  func abandon(_ notice: TradeNotice) { underWay.remove(notice.id) }
}
