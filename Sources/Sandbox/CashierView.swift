import Values

/// What the cashier's page shows, whichever protocol the payment was opened by.
struct CashierView {
  let brand: Brand?
  let language: Language
  let state: SandboxPayment.State
  let money: Money
  let subject: String
  let number: String
  /// The buyer tried, and nothing came of it; it can be tried again.
  let wasRefused: Bool
  let expiresAt: Timestamp?
  let token: String
  /// The way back; nil where the shop gave none, as with codes that are read by phone.
  let returnURL: String?

  init(_ payment: SandboxPayment) {
    brand = nil
    language = payment.language
    state = payment.state
    money = payment.money
    subject = payment.subject
    number = payment.number
    wasRefused = false
    expiresAt = payment.expiresAt
    token = payment.token
    returnURL = payment.returnURL
  }

  init(_ trade: Trade, returnURL: String?) {
    brand = trade.brand
    language = trade.language
    state = trade.paidAt != nil ? .paid : trade.state == .closed ? .closed : .pending
    money = trade.money
    subject = trade.subject
    number = trade.number
    wasRefused = trade.refusals > 0
    expiresAt = trade.expiresAt
    token = trade.token
    self.returnURL = returnURL
  }
}
