extension RefundCase {
  /// Where a case stands. The moves are data: `allowed` is the whole of it.
  public enum State: String, CaseIterable, Codable, Sendable {
    case requested
    /// Agreed, and the goods are to come back first.
    case awaitingGoods
    case received
    /// Agreed: the money, or the other goods, are to go.
    case approved
    /// The payment provider has been asked.
    case sent
    case settled
    case failed
    case rejected
    case withdrawn

    public static let allowed: [State: Set<State>] = [
      .requested: [.awaitingGoods, .approved, .rejected, .withdrawn],
      .awaitingGoods: [.received, .approved, .rejected, .withdrawn],
      .received: [.approved, .rejected],
      .approved: [.sent, .settled, .failed, .requested, .received],
      .sent: [.settled, .failed],
      .failed: [.approved, .sent, .settled],
      .settled: [],
      .rejected: [],
      .withdrawn: [],
    ]

    public func canMove(to next: State) -> Bool { Self.allowed[self]?.contains(next) ?? false }

    /// Units and money are kept for it.
    public var isLive: Bool { self != .rejected && self != .withdrawn }
    /// The merchant has to do something.
    public var waitsForMerchant: Bool { self == .requested || self == .received || self == .failed }
    /// The flow has to carry it on.
    var isUnderWay: Bool { self == .approved || self == .sent }

    public static let waitingForMerchant = Set(allCases.filter(\.waitsForMerchant))
  }
}
