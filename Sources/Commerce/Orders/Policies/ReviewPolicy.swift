import Values

/// Whether a paid order passes review by itself. The default asks a person for every one.
public protocol ReviewPolicy: Sendable {
  func passes(_ order: Order) -> Bool
}

public struct ManualReview: ReviewPolicy {
  public init() {}
  public func passes(_ order: Order) -> Bool { false }
}

/// Lets orders up to an amount pass.
public struct AutoPass: ReviewPolicy {
  private let limit: Money

  public init(upTo limit: Money) { self.limit = limit }

  public func passes(_ order: Order) -> Bool {
    order.amounts.due.currency == limit.currency && order.amounts.due <= limit
  }
}
