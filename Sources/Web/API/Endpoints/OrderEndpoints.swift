import Accounts
import Flows
import Fulfilment
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Payments
import Reviews
import Values

/// What becomes of orders, for their buyer alone.
struct OrderEndpoints: Sendable {
  private struct NewPayment: Decodable {
    let method: String
    /// Nil for a page, or what the method prefers where it has none.
    let way: PaymentWay?
    /// Who the buyer is in the provider's mini-program, for the way `client`.
    let openID: String?
    /// In its place: what `wx.login` gave the mini-program, good once.
    let code: String?
    let usesBalance: Bool?
  }

  private struct NewReview: Decodable {
    let stars: Int
    let text: String
  }

  private let parts: APIParts
  private var contexts: Contexts { parts.contexts }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list, order, cancel, confirm, pay, payment, review] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/orders", .orders, "The account's orders, the newest first; every filter alone or with others",
      access: .account, with: "OrderPage"
    ).query("number", .text, "The beginning of an order number.")
      .query("product", .text, "Part of a product's name.")
      .query("placedFrom", .time, "Placed then or later.").query("placedBefore", .time, "Placed earlier.")
      .query("dueFrom", .text, "The lowest amount to pay.").query("dueTo", .text, "The highest amount to pay.")
      .query("paidFrom", .text, "The lowest amount paid.").query("paidTo", .text, "The highest amount paid.")
      .query("state", .choice(OrderState.allCases.map(\.rawValue)), "May be given more than once.")
      .paged().worded().refusing("invalidInput")
    return Endpoint(description) { call in
      let filter = try OrderFilter(call.query, currency: try await parts.currency())
      let page = try await contexts.orders.orders(.buyer(try call.account().id), matching: filter, call.page())
      let words = call.words
      return try Answer(PageAnswer(items: page.items.map { OrderAnswer($0, words) }, next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var order: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/orders/{number}", .orders, "One order and how it got there", access: .account, with: "OrderDetail"
      ).worded().refusing("unknownOrder")
    ) { call in try await detail(try await own(call), call) }
  }

  private var cancel: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/orders/{number}/cancellation", .orders, "Ends an unpaid order", access: .account, with: "OrderDetail"
      ).repeatable().worded().refusing("unknownOrder", "wrongOrderState", "refundCaseOpen")
    ) { call in
      let order = try await own(call)
      return try await detail(try await parts.flows.cancelOrder.run(order.id, by: order.buyer), call)
    }
  }

  private var confirm: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/orders/{number}/receipt", .orders, "Says that the goods have come", access: .account,
        with: "OrderDetail"
      ).repeatable().worded().refusing("unknownOrder", "wrongOrderState")
    ) { call in
      let order = try await own(call)
      return try await detail(try await parts.flows.confirmReceipt.run(order.id, by: order.buyer), call)
    }
  }

  private var pay: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/orders/{number}/payments", .orders,
        "Opens a payment for all of the checkout that is still due, and says where the buyer pays. For the way `client` of "
          + "WeChat Pay a mini-program sends the `code` of `wx.login`, or the buyer's `openID` where it knows that",
        access: .account,
        answers: .created, with: "OpenedPayment"
      ).repeatable().taking("NewPayment").refusing(
        "unknownOrder", "orderNotPayable", "unknownMethod", "paymentTooSmall", "paymentTooLarge", "paymentOutOfRange",
        "providerUnavailable", "providerRefused", "payerUnknown", "balanceTooLow", "invalidInput")
    ) { call in
      let body: NewPayment = try call.decoded()
      guard let method = PaymentMethod(rawValue: body.method) else { throw PaymentRefusal.unknownMethod }
      let order = try await own(call)
      let ways = try await contexts.payments.ways()[method] ?? []
      let way = body.way ?? (ways.contains(.page) ? .page : ways.first ?? .page)
      let choice = PayingChoice(
        method, way: way, client: try Self.client(body, at: call.visit.client), usesBalance: body.usesBalance ?? false)
      let opened = try await parts.flows.payOrder.run(
        order.id, by: order.buyer, choice, language: call.visit.language)
      let answer = OpenedPaymentAnswer(opened, account: parts.flows.payOrder.terms.account)
      return try Answer(status: .created, answer).located(at: "/payments/\(opened.payment.id)")
    }
  }

  /// Of a provider's mini-program one thing says who pays: letters, digits, `-` and `_`, in a code `.` as well; 128 at most.
  /// Throws `FieldFaults`.
  private static func client(_ body: NewPayment, at address: String) throws -> PayingClient {
    var faults = FieldFaults()
    if let openID = body.openID, !isPlain(openID, besides: "-_") { faults.add("openID", "invalid") }
    if let code = body.code, body.openID != nil || !isPlain(code, besides: "-_.") { faults.add("code", "invalid") }
    try faults.throwIfAny()
    return PayingClient(address: address.isEmpty ? nil : address, openID: body.openID, logInCode: body.code)
  }

  private static func isPlain(_ text: String, besides marks: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: marks.unicodeScalars.contains(scalar)
        }
      }
  }

  private var payment: Endpoint {
    let description = APIDescription(
      .get, "/payments/{id}", .orders, "How a payment stands", access: .account, with: "Payment"
    ).query("refresh", .flag, "Asks the provider first.").refusing("unknownPayment", "providerUnavailable")
    return Endpoint(description) { call in
      let id: PaymentID = try call.id("id", or: PaymentRefusal.unknownPayment)
      guard var payment = try await contexts.payments.payment(id), payment.payer == (try call.account().id) else {
        throw PaymentRefusal.unknownPayment
      }
      var faults = FieldFaults()
      let isAsked = call.query.flag("refresh", &faults)
      try faults.throwIfAny()
      if isAsked, payment.state.isOpen { payment = try await contexts.payments.refresh(id) }
      return try Answer(PaymentAnswer(payment))
    }
  }

  private var review: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/orders/{number}/lines/{id}/review", .orders, "Says what a bought line is like, once", access: .account,
        answers: .created, with: "Review"
      ).taking("NewReview").worded().refusing("unknownOrder", "notBought", "alreadyReviewed", "invalidInput")
    ) { call in
      let body: NewReview = try call.decoded()
      let order = try await own(call)
      let line: OrderLineID = try call.id("id", or: OrderRefusal.unknownOrder)
      let review = try await parts.flows.writeReview.run(
        WriteReview.Input(
          account: order.buyer, order: order.id, line: line, stars: body.stars, text: body.text, pictures: []))
      return try Answer(status: .created, ReviewAnswer(review, call.words))
    }
  }

  /// Another's order is refused like one that isn't there.
  private func own(_ call: APICall) async throws -> Order {
    try await contexts.order(numbered: call.parameter("number"), of: try call.account().id)
  }

  private func detail(_ order: Order, _ call: APICall) async throws -> Answer {
    let reviewed = try await contexts.reviews.reviewed(order.lines.map(\.id))
    let track = try await contexts.track(of: order.id).forBuyer
    return try Answer(
      OrderDetailAnswer(
        order: OrderAnswer(order, call.words), timeline: track.timeline.map(OrderDetailAnswer.Entry.init),
        parcels: track.parcels
          .map { parcel in
            ParcelAnswer(parcel, traces: track.traces[parcel.id] ?? [], carriers: track.carriers, call.words)
          },
        reviewedLines: order.lines.map(\.id).filter(reviewed.contains).map(\.description)))
  }
}

extension OrderFilter {
  /// Throws `FieldFaults`.
  init(_ form: Form, currency: Currency) throws {
    var faults = FieldFaults()
    self.init()
    let number = faults.text(form["number"], "number", max: 32, required: false)
    self.number = number.isEmpty ? nil : number
    let product = faults.text(form["product"], "product", max: 100, required: false)
    productName = product.isEmpty ? nil : product
    placedFrom = form.time("placedFrom", &faults)
    placedBefore = form.time("placedBefore", &faults)
    dueFrom = form.amount("dueFrom", currency, &faults)
    dueTo = form.amount("dueTo", currency, &faults)
    paidFrom = form.amount("paidFrom", currency, &faults)
    paidTo = form.amount("paidTo", currency, &faults)
    for text in form.all("state") where !text.isEmpty {
      if let state = OrderState(rawValue: text) { states.insert(state) } else { faults.add("state", "unknown") }
    }
    try faults.throwIfAny()
  }
}
