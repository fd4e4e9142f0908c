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

  var all: [Endpoint] { [list] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/transactions", .staffRefunds,
      "Payments with what went back of them, the newest first; of a merchant the shares of its own orders",
      access: .staff([.paymentsView]), with: "TransactionPage"
    ).query("state", .choice(PaymentState.allCases.map(\.rawValue)), "Only those in this state.")
      .query("method", .text, "Only those of this method: `wechatpay`.")
      .query("number", .text, "The whole of the provider's number.")
      .query("from", .time, "Opened then or later.").query("until", .time, "Opened earlier.")
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      var faults = FieldFaults()
      var filter = PaymentFilter()
      if let text = call.query["state"], !text.isEmpty {
        filter.state = PaymentState(rawValue: text)
        if filter.state == nil { faults.add("state", "unknown") }
      }
      if let text = call.query["method"], !text.isEmpty {
        filter.method = PaymentMethod(rawValue: text)
        if filter.method == nil { faults.add("method", "unknown") }
      }
      let number = faults.text(call.query["number"], "number", max: 128, required: false)
      if !number.isEmpty { filter.providerNumber = number }
      filter.openedFrom = call.query.time("from", &faults)
      filter.openedBefore = call.query.time("until", &faults)
      try faults.throwIfAny()
      let page = try await parts.flows.viewMoney.payments(for: try call.staff(), matching: filter, call.page())
      let items = page.items.map(TransactionAnswer.init)
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }
}
