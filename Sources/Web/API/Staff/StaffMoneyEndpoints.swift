import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Payments
import Refunds
import Values

/// What became of money: one payment, all that moved it for an order, and what went back. Of a merchant its own part.
struct StaffMoneyEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.paymentsView])
  private static let readers = APIDescription.Access.staff(WorkRefund.readers)

  private let parts: APIParts
  private var view: ViewMoney { parts.flows.viewMoney }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] {
    [movements.exporting("payment-refunds"), payment, ledger, records.exporting("refund-records")]
  }

  private var movements: Endpoint {
    let description = APIDescription(
      .get, "/admin/transactions/refunds", .staffRefunds,
      "Movements of money back to buyers, the newest first; of a merchant those for its own orders",
      access: Self.access, with: "MovementPage"
    ).query("number", .text, "The whole number of a refund, a payment or an order.")
      .query("state", .choice(RefundState.allCases.map(\.rawValue)), "Only those in this state.")
      .query("from", .time, "Asked for then or later.").query("until", .time, "Asked for earlier.")
      .query("amountFrom", .text, "The lowest amount.").query("amountTo", .text, "The highest amount.")
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let (currency, staff) = (try await parts.currency(), try call.staff())
      var faults = FieldFaults()
      let (number, amounts) = (call.sought("number", max: 64, &faults), call.amounts(currency, &faults))
      let filter = RefundFilter(
        state: call.choice("state", &faults), requestedFrom: call.query.time("from", &faults),
        requestedBefore: call.query.time("until", &faults), amountFrom: amounts.from, amountTo: amounts.to)
      try faults.throwIfAny()
      let sought = try await parts.sought(number)
      let page = try await view.refunds(for: staff, matching: filter.narrowed(to: sought), call.page())
      let items = page.items.map { MovementAnswer($0.refund, of: $0.order) }
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private var payment: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/transactions/{id}", .staffRefunds,
        "One payment with what its provider told of it, what went back and its postings; of a merchant its own part, "
          + "without the provider's words", access: Self.access, with: "TransactionDetail"
      ).refusing("unknownPayment")
    ) { call in
      let (id, staff): (PaymentID, Staff) = (
        try call.id("id", or: PaymentRefusal.unknownPayment), try call.staff()
      )
      let detail = try await view.payment(id, for: staff)
      let payer = try await parts.contexts.accounts.account(detail.seen.payment.payer)
      return try Answer(TransactionDetailAnswer(detail, by: payer, for: staff))
    }
  }

  private var ledger: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/orders/{number}/ledger", .staffRefunds,
        "All that moved money for an order, with what the shop holds for it after each step", access: Self.access,
        with: "OrderLedger"
      ).refusing("unknownOrder")
    ) { call in
      let staff = try call.staff()
      guard let number = OrderNumber(rawValue: call.parameter("number")) else { throw OrderRefusal.unknownOrder }
      return try Answer(OrderLedgerAnswer(try await view.ledger(of: number, for: staff)))
    }
  }

  private var records: Endpoint {
    let description = APIDescription(
      .get, "/admin/refunds/records", .staffRefunds,
      "What went back, case by case, the newest first. A page may be short, and still have a `next`",
      access: Self.readers, with: "RefundRecordPage"
    ).query("number", .text, "The beginning of an order's number.")
      .query("product", .text, "Part of the name of something in the order.")
      .query("from", .time, "Settled then or later.").query("until", .time, "Settled earlier.")
      .query("amountFrom", .text, "The lowest amount.").query("amountTo", .text, "The highest amount.")
      .query("sort", .choice(["newest", "oldest"]), "The newest first unless it says otherwise.")
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let (currency, staff) = (try await parts.currency(), try call.staff())
      var faults = FieldFaults()
      let amounts = call.amounts(currency, &faults)
      var filter = RefundRecordFilter(
        settledFrom: call.query.time("from", &faults), settledBefore: call.query.time("until", &faults),
        amountFrom: amounts.from, amountTo: amounts.to)
      filter.isOldestFirst = call.oldestFirst(&faults)
      let search = RefundRecordSearch(
        filter: filter, number: call.sought("number", max: 32, &faults),
        product: call.sought("product", max: 100, &faults))
      try faults.throwIfAny()
      let page = try await parts.flows.workRefund.records(search, call.page(), for: staff)
      return try Answer(PageAnswer(items: page.items.map(RefundRecordAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }
}

extension APIParts {
  /// What was asked for as a number of money; nil where nothing was.
  func sought(_ number: String?) async throws -> SoughtMoney? {
    guard let number else { return nil }
    return try await flows.viewMoney.sought(number)
  }
}
