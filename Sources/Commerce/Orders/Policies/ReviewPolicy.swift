import Values

/// Decides which paid orders need no person's review.
public protocol ReviewPolicy: Sendable {
  /// Whether the order goes on to `awaitingShipment` by itself once it is paid.
  func passes(_ order: Order) -> Bool
}

/// Every order waits for a person: the default.
public struct ManualReview: ReviewPolicy {
  public init() {}
  public func passes(_: Order) -> Bool { false }
}

/// Orders up to an amount pass by themselves; larger ones, and those in another currency, wait for a person.
public struct AutoPass: ReviewPolicy {
  public let limit: Money
  public init(upTo limit: Money) { self.limit = limit }

  public func passes(_ order: Order) -> Bool {
    order.amounts.due.currency == limit.currency && order.amounts.due.minor <= limit.minor
  }
}
