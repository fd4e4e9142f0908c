import Values

/// The messages of the sandbox's protocol, as JSON.
enum SandboxMessage {
  struct Empty: Encodable {}

  struct Problem: Decodable {
    let code: String
  }

  struct Open: Encodable {
    let merchant: String
    let number: String
    let amount: Int64
    let currency: String
    let subject: String
    let language: String
    let expiresAt: Int64
    let returnURL: String
    let noticeURL: String
  }

  /// How a payment stands; also the body of a notice.
  struct State: Decodable {
    let merchant: String
    let number: String
    let tradeNumber: String
    let amount: Int64
    let currency: String
    /// `pending`, `paid`, `refused`, `closed`.
    let state: String
    let at: Int64
    /// Of a notice that tells of money going back.
    let refund: RefundState?

    func report() throws -> ProviderReport {
      guard let currency = Currency(currency) else { throw NoticeFault.unreadable("currency") }
      let states: [String: ProviderReport.State] = [
        "pending": .pending, "paid": .captured, "refused": .failed, "closed": .closed,
      ]
      guard let state = states[state] else { throw NoticeFault.unreadable("state") }
      return ProviderReport(
        number: number, providerNumber: tradeNumber, merchant: merchant,
        amount: Money(minor: amount, currency: currency), state: state, at: Timestamp(milliseconds: at),
        refund: refund?.told(in: currency))
    }
  }

  struct Refund: Encodable {
    let payment: String
    let number: String
    let amount: Int64
    let currency: String
    let reason: String
  }

  struct RefundState: Decodable {
    let number: String
    let amount: Int64
    /// `settled`, `pending`, `failed`.
    let state: String

    private static let states: [String: ProviderRefundReport.State] = [
      "settled": .settled, "pending": .pending, "failed": .failed,
    ]

    func told(in currency: Currency) -> ProviderRefundReport {
      ProviderRefundReport(
        number: number, amount: Money(minor: amount, currency: currency), state: Self.states[state] ?? .unknown)
    }

    func report(_ refund: ProviderRefund) -> ProviderRefundReport {
      // An answer about another refund says nothing about this one.
      let isOurs = number == refund.number && amount == refund.amount.minor
      return ProviderRefundReport(
        number: refund.number, amount: refund.amount, state: isOurs ? Self.states[state] ?? .unknown : .unknown)
    }
  }

  struct Row: Decodable {
    let kind: String
    let number: String
    let refund: String?
    let tradeNumber: String
    let amount: Int64
    let fee: Int64
    let currency: String
    let at: Int64

    func row() throws -> StatementRow {
      guard let currency = Currency(currency), let kind = StatementRow.Kind(rawValue: kind) else {
        throw ProviderFault.outcomeUnknown("statement row \(number)")
      }
      return StatementRow(
        kind: kind, payment: number, refund: refund ?? "", providerNumber: tradeNumber,
        amount: Money(minor: amount, currency: currency),
        // Of a refund it is given back.
        fee: Money(minor: kind == .refund ? -fee : fee, currency: currency), at: Timestamp(milliseconds: at))
    }
  }
}
