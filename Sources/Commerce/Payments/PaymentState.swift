/// Where a payment stands. Money states only move forward.
public enum PaymentState: String, CaseIterable, Codable, Sendable {
  case created
  case pending
  case captured
  case partlyRefunded
  case refunded
  case closed
  case failed

  /// `closed` and `failed` may still become `captured`: money that arrives late is recorded, and given back by a refund.
  public static let allowed: [PaymentState: Set<PaymentState>] = [
    .created: [.pending, .captured, .closed, .failed],
    .pending: [.captured, .closed, .failed],
    .captured: [.partlyRefunded, .refunded],
    .partlyRefunded: [.refunded],
    .refunded: [],
    .closed: [.captured],
    .failed: [.captured],
  ]

  public func canMove(to next: PaymentState) -> Bool { Self.allowed[self]?.contains(next) ?? false }
  public var isOpen: Bool { self == .created || self == .pending }
  public var hasMoney: Bool { self == .captured || self == .partlyRefunded || self == .refunded }
}

public enum RefundState: String, CaseIterable, Codable, Sendable {
  /// Stored; the provider may or may not know of it.
  case sent
  case settled
  case failed

  public static let allowed: [RefundState: Set<RefundState>] = [.sent: [.settled, .failed], .settled: [], .failed: []]
}
