import Payments
import Values

extension PaymentVerbs {
  static let ways: RemoteMethod<Nothing, [PaymentMethod: [PaymentWay]]> = verb("ways", .seconds(2))
  static let handover: RemoteMethod<PaymentID, Handover?> = verb("handover", .seconds(3))
  static let balance: RemoteMethod<Purse, Money> = verb("balance", .seconds(3))
  static let movements: RemoteMethod<Movements, Page<BalanceMovement>> = verb("movements", .seconds(5))
  static let holders: RemoteMethod<PageRequest, Page<AccountID>> = verb("holders", .seconds(5))
  static let credit: RemoteMethod<Credit, BalanceMovement> = verb("credit", .seconds(5))
  static let confirm: RemoteMethod<Confirmation, Payment> = verb("confirm", .seconds(10))
  static let receipts: RemoteMethod<PaymentID, [MoneyReceipt]> = verb("receipts", .seconds(3))
  static let noteStray: RemoteMethod<Stray, Nothing> = verb("noteStray", .seconds(5))
  static let cases: RemoteMethod<Cases, Page<PaymentCase>> = verb("cases", .seconds(5))
  static let openCases: RemoteMethod<PaymentScope, Int> = verb("openCases", .seconds(3))
  static let paymentCase: RemoteMethod<PaymentCaseID, PaymentCase?> = verb("paymentCase", .seconds(3))
  static let casesOfPayment: RemoteMethod<PaymentID, [PaymentCase]> = verb("casesOfPayment", .seconds(3))
  static let decide: RemoteMethod<Decision, PaymentCase> = verb("decide", .seconds(15), isIdempotent: false)

  static let unclearMoneyOfOrder: RemoteMethod<OrderID, [UnclearMoney]> = verb("unclearMoneyOfOrder", .seconds(3))
  static let unclearMoney: RemoteMethod<PageRequest, Page<UnclearMoney>> = verb("unclearMoney", .seconds(5))

  struct Purse: Codable, Sendable {
    let account: AccountID
    let currency: Currency
  }

  struct Movements: Codable, Sendable {
    let account: AccountID
    let page: PageRequest
  }

  struct Credit: Codable, Sendable {
    let credit: BalanceCredit
    let staff: StaffID
  }

  struct Confirmation: Codable, Sendable {
    let receipt: MoneyReceipt
    let staff: StaffID
  }

  struct Stray: Codable, Sendable {
    let payment: PaymentID
    let order: OrderID
  }

  struct Cases: Codable, Sendable {
    let scope: PaymentScope
    let open: Bool
    let page: PageRequest
  }

  struct Decision: Codable, Sendable {
    let id: PaymentCaseID
    let decision: PaymentCase.Decision
    let reason: String
    let staff: StaffID
  }

  /// What is the shop's own, and what people do about money.
  static func servedOfDesk(by context: any PaymentService) -> [RemoteHandler] {
    [
      ways.served { try await context.ways() },
      handover.served { try await context.handover(of: $0) },
      balance.served { try await context.balance(of: $0.account, in: $0.currency) },
      movements.served { try await context.movements(of: $0.account, $0.page) },
      holders.served { try await context.holders($0) },
      credit.served { try await context.credit($0.credit, by: $0.staff) },
      confirm.served { try await context.confirm($0.receipt, by: $0.staff) },
      receipts.served { try await context.receipts(of: $0) },
      noteStray.served {
        try await context.noteStray($0.payment, of: $0.order)
        return Nothing()
      },
      cases.served { try await context.cases($0.scope, open: $0.open, $0.page) },
      openCases.served { try await context.openCases($0) },
      paymentCase.served { try await context.paymentCase($0) },
      casesOfPayment.served { try await context.cases(of: $0) },
      unclearMoneyOfOrder.served { try await context.unclearMoney(of: $0) },
      unclearMoney.served { try await context.unclearMoney($0) },
      decide.served { try await context.decide($0.id, $0.decision, reason: $0.reason, by: $0.staff) },
    ]
  }
}
