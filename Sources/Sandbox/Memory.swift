import Values

/// What the changes so far add up to.
struct Memory: Sendable {
  private(set) var payments: [String: SandboxPayment] = [:]
  private(set) var refunds: [String: SandboxRefund] = [:]
  private(set) var notices: [Int: SandboxNotice] = [:]
  /// Numbers of pending payments: those that can expire.
  private(set) var pending: Set<String> = []
  private var numbersByToken: [String: String] = [:]
  private var refundedByPayment: [String: Int64] = [:]

  mutating func apply(_ change: SandboxChange) {
    if let payment = change.payment {
      payments[payment.number] = payment
      numbersByToken[payment.token] = payment.number
      if payment.state == .pending { pending.insert(payment.number) } else { pending.remove(payment.number) }
    }
    if let refund = change.refund {
      refunds[refund.number] = refund
      refundedByPayment[refund.payment, default: 0] += refund.amount
    }
    if let notice = change.notice { notices[notice.id] = notice }
  }

  func payment(token: String) -> SandboxPayment? { numbersByToken[token].flatMap { payments[$0] } }

  /// Minor units.
  func refunded(of payment: String) -> Int64 { refundedByPayment[payment] ?? 0 }

  func notices(of payment: String) -> [SandboxNotice] {
    notices.values.filter { $0.payment == payment }.sorted { $0.id < $1.id }
  }

  var waitingNotices: [SandboxNotice] {
    notices.values.filter { $0.outcome == .waiting }.sorted { $0.id < $1.id }
  }
}
