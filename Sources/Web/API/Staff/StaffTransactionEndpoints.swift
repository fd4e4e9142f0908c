import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// Payments, as accounting keeps them: of a merchant the shares of its own orders.
struct StaffTransactionEndpoints: Sendable {
  private let parts: APIParts

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("payments")] + StaffMoneyEndpoints(parts).all }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/transactions", .staffRefunds,
      "Payments with what went back of them, the newest first; of a merchant the shares of its own orders",
      access: .staff([.paymentsView]), with: "TransactionPage"
    ).query("state", .choice(PaymentState.allCases.map(\.rawValue)), "Only those in this state.")
      .query("method", .text, "Only those of this method: `wechatpay`.")
      .query("number", .text, "The whole number of a payment, an order, or of the provider.")
      .query("from", .time, "Opened then or later.").query("until", .time, "Opened earlier.")
      .query("amountFrom", .text, "The lowest amount.").query("amountTo", .text, "The highest amount.")
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let (currency, staff) = (try await parts.currency(), try call.staff())
      var faults = FieldFaults()
      let (number, amounts) = (call.sought("number", max: 128, &faults), call.amounts(currency, &faults))
      let filter = PaymentFilter(
        state: call.choice("state", &faults), method: call.choice("method", &faults),
        openedFrom: call.query.time("from", &faults), openedBefore: call.query.time("until", &faults),
        amountFrom: amounts.from, amountTo: amounts.to)
      try faults.throwIfAny()
      let sought = try await parts.sought(number)
      let page = try await parts.flows.viewMoney.payments(
        for: staff, matching: filter.narrowed(to: sought), call.page())
      let items = page.items.map(TransactionAnswer.init)
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }
}
