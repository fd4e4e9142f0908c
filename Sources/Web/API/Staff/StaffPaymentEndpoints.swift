import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Payments
import Values

/// What staff do about money that no provider speaks of: cases, what was found for the shop's own methods, and balances.
struct StaffPaymentEndpoints: Sendable {
  private static let cashiers = APIDescription.Access.staff([.paymentsConfirm])
  private static let givers = APIDescription.Access.staff([.balanceCredit])

  private struct Decision: Decodable {
    let decision: String
    let reason: String?
  }

  private struct Receipt: Decodable {
    let key: String
    let amount: String
    let receivedAt: String
    let note: String?
    let isMore: Bool?
  }

  private struct Credit: Decodable {
    let key: String
    let amount: String
    let reason: String
  }

  private let parts: APIParts
  private var work: WorkPayments { parts.flows.workPayments }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [cases, decide, receipts, confirm, refuse, balance, credit] }

  // MARK: Cases

  private var cases: Endpoint {
    let description = APIDescription(
      .get, "/admin/payments/cases", .staffMoney,
      "Money that went astray or hangs, with what the shop did about it by itself, the newest first; of a merchant what "
        + "is about its own orders", access: .staff([.paymentsView]), with: "PaymentCasePage"
    ).query("part", .choice(["open", "handled"]), "Those that are open unless it says otherwise.")
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let isOpen = try Self.isOpen(call)
      let staff = try call.staff()
      let page = try await work.cases(for: staff, open: isOpen, call.page())
      let items = page.items.map { PaymentCaseAnswer($0, for: staff) }
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private static func isOpen(_ call: APICall) throws -> Bool {
    switch call.query["part"] {
    case nil, "", "open": return true
    case "handled": return false
    default: throw FieldFaults(field: "part", code: "unknown")
    }
  }

  private var decide: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/payments/cases/{id}/decisions", .staffMoney,
        "Handles a case in one of its `decisions`; all but `tryAgain` ask for a reason", access: Self.cashiers,
        with: "PaymentCase"
      ).taking("PaymentDecision").refusing(
        "unknownPaymentCase", "paymentCaseHandled", "wrongForPaymentCase", "wrongOrderState", "providerUnavailable",
        "invalidInput")
    ) { call in
      let body: Decision = try call.decoded()
      let id: PaymentCaseID = try call.id("id", or: PaymentRefusal.unknownCase)
      guard let decision = PaymentCase.Decision(rawValue: body.decision) else {
        throw FieldFaults(field: "decision", code: "unknown")
      }
      let staff = try call.staff()
      let decided = try await work.decide(id, decision, reason: body.reason ?? "", by: staff)
      return try Answer(PaymentCaseAnswer(decided, for: staff))
    }
  }

  // MARK: What was found

  private var receipts: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/transactions/{id}/receipts", .staffMoney,
        "What was found for a payment by transfer or at the door, and what is still to come", access: Self.cashiers,
        with: "ReceivedMoney"
      ).refusing("unknownPayment")
    ) { call in
      try Answer(ReceivedMoneyAnswer(try await work.received(try Self.payment(call), for: try call.staff())))
    }
  }

  private var confirm: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/transactions/{id}/receipts", .staffMoney,
        "Says that money came for a payment by transfer or at the door, once for each `key`. What is less than due waits "
          + "as a case, what is more is one", access: Self.cashiers, answers: .created, with: "ReceivedMoney"
      ).repeatable().taking("NewReceipt").refusing("unknownPayment", "notOwnMethod", "alreadyPaid", "invalidInput")
    ) { call in
      let body: Receipt = try call.decoded()
      let staff = try call.staff()
      let payment = try await work.received(try Self.payment(call), for: staff).payment
      let currency = payment.amount.currency
      var faults = FieldFaults()
      let amount = call.amount(body.amount, "amount", currency, &faults)
      if body.amount.isEmpty { faults.add("amount", "missing") }
      let receivedAt = faults.moment(body.receivedAt, "receivedAt")
      if body.receivedAt.isEmpty { faults.add("receivedAt", "missing") }
      try faults.throwIfAny()
      let receipt = MoneyReceipt(
        key: body.key, payment: payment.id, amount: amount ?? .zero(currency),
        receivedAt: receivedAt ?? parts.clock.now, note: body.note ?? "", isMore: body.isMore ?? false)
      _ = try await work.confirm(receipt, by: staff)
      return try Answer(status: .created, ReceivedMoneyAnswer(try await work.received(payment.id, for: staff)))
    }
  }

  private var refuse: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/orders/{number}/refusal", .staffOrders,
        "The buyer didn't take what was to be paid at the door, and the goods are back: the order ends",
        access: .staff([.ordersShip]), with: "StaffOrderDetail"
      ).repeatable().worded().refusing("unknownOrder", "wrongOrderState", "unitsInParcels", "providerUnavailable")
    ) { call in
      let order = try await parts.staffOrder(call)
      return try await parts.detail(try await work.refuseAtDoor(order.id, by: try call.staff()), call)
    }
  }

  private static func payment(_ call: APICall) throws -> PaymentID {
    try call.id("id", or: PaymentRefusal.unknownPayment)
  }

  // MARK: Balances

  private var balance: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/customers/{id}/balance", .staffMoney,
        "What the shop owes a customer, and how it came to be, the newest first. For tokens of the platform",
        access: Self.givers, with: "StaffBalance"
      ).paged().refusing("unknownCustomer", "invalidInput")
    ) { call in
      let seen = try await work.balance(
        of: try call.customer(), in: try await parts.currency(), try call.page(), for: try call.staff())
      return try Answer(StaffBalanceAnswer(seen)).linking(to: seen.movements.next, call)
    }
  }

  private var credit: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/customers/{id}/balance", .staffMoney,
        "Adds to a customer's balance out of goodwill, once for each `key`; the customer reads the reason. For tokens of "
          + "the platform", access: Self.givers, answers: .created, with: "StaffBalanceMovement"
      ).repeatable().taking("BalanceCredit").refusing("unknownCustomer", "invalidInput")
    ) { call in
      let body: Credit = try call.decoded()
      let (currency, staff) = (try await parts.currency(), try call.staff())
      var faults = FieldFaults()
      let amount = call.amount(body.amount, "amount", currency, &faults)
      if body.amount.isEmpty { faults.add("amount", "missing") }
      try faults.throwIfAny()
      let credit = BalanceCredit(
        key: body.key, account: try call.customer(), amount: amount ?? .zero(currency), reason: body.reason)
      return try Answer(status: .created, StaffBalanceAnswer.Movement(try await work.credit(credit, by: staff)))
    }
  }
}
