import Payments
import Values

extension RemotePayments {
  public func ways() async throws -> [PaymentMethod: [PaymentWay]] { try await caller.call(PaymentVerbs.ways) }

  public func handover(of id: PaymentID) async throws -> Handover? {
    try await caller.call(PaymentVerbs.handover, id)
  }

  public func balance(of account: AccountID, in currency: Currency) async throws -> Money {
    try await caller.call(PaymentVerbs.balance, PaymentVerbs.Purse(account: account, currency: currency))
  }

  public func movements(of account: AccountID, _ page: PageRequest) async throws -> Page<BalanceMovement> {
    try await caller.call(PaymentVerbs.movements, PaymentVerbs.Movements(account: account, page: page))
  }

  public func holders(_ page: PageRequest) async throws -> Page<AccountID> {
    try await caller.call(PaymentVerbs.holders, page)
  }

  public func credit(_ credit: BalanceCredit, by staff: StaffID) async throws -> BalanceMovement {
    try await caller.call(PaymentVerbs.credit, PaymentVerbs.Credit(credit: credit, staff: staff))
  }

  public func confirm(_ receipt: MoneyReceipt, by staff: StaffID) async throws -> Payment {
    try await caller.call(PaymentVerbs.confirm, PaymentVerbs.Confirmation(receipt: receipt, staff: staff))
  }

  public func receipts(of payment: PaymentID) async throws -> [MoneyReceipt] {
    try await caller.call(PaymentVerbs.receipts, payment)
  }

  public func noteStray(_ payment: PaymentID, of order: OrderID) async throws {
    _ = try await caller.call(PaymentVerbs.noteStray, PaymentVerbs.Stray(payment: payment, order: order))
  }

  public func cases(_ scope: PaymentScope, open: Bool, _ page: PageRequest) async throws -> Page<PaymentCase> {
    try await caller.call(PaymentVerbs.cases, PaymentVerbs.Cases(scope: scope, open: open, page: page))
  }

  public func openCases(_ scope: PaymentScope) async throws -> Int {
    try await caller.call(PaymentVerbs.openCases, scope)
  }

  public func paymentCase(_ id: PaymentCaseID) async throws -> PaymentCase? {
    try await caller.call(PaymentVerbs.paymentCase, id)
  }

  public func cases(of payment: PaymentID) async throws -> [PaymentCase] {
    try await caller.call(PaymentVerbs.casesOfPayment, payment)
  }

  public func unclearMoney(of order: OrderID) async throws -> [UnclearMoney] {
    try await caller.call(PaymentVerbs.unclearMoneyOfOrder, order)
  }

  public func unclearMoney(_ page: PageRequest) async throws -> Page<UnclearMoney> {
    try await caller.call(PaymentVerbs.unclearMoney, page)
  }

  public func decide(
    _ id: PaymentCaseID, _ decision: PaymentCase.Decision, reason: String, by staff: StaffID
  ) async throws -> PaymentCase {
    try await caller.call(
      PaymentVerbs.decide, PaymentVerbs.Decision(id: id, decision: decision, reason: reason, staff: staff))
  }
}
