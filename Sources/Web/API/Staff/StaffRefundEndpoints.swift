import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Refunds
import Values

/// Refunds and returns as staff decide on them.
struct StaffRefundEndpoints: Sendable {
  private static let readers = APIDescription.Access.staff(WorkRefund.readers)
  private static let access = APIDescription.Access.staff([.refundsApprove])

  private struct Decision: Decodable {
    let amount: String?
    let needsGoods: Bool?
    let asMoney: Bool?
    let answer: String?
  }

  private struct Receipt: Decodable {
    struct Line: Decodable {
      let line: String
      let units: Int
    }

    let restocked: [Line]
    let note: String?
  }

  private struct Goodwill: Decodable {
    let key: String
    let amount: String
    let words: String
  }

  private let parts: APIParts
  private var contexts: Contexts { parts.contexts }
  private var work: WorkRefund { parts.flows.workRefund }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("refunds"), refund, picture, approve, reject, receive, retry, give] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/refunds", .staffRefunds, "What was asked back or given, the newest first", access: Self.readers,
      with: "StaffRefundPage"
    ).query("state", .choice(RefundCase.State.allCases.map(\.rawValue)), "May be given more than once.")
      .query("number", .text, "The beginning of an order's number.")
      .query("product", .text, "Part of the name of something in the order.")
      .query("from", .time, "Asked for then or later.").query("until", .time, "Asked for earlier.")
      .query("amountFrom", .text, "The lowest amount that was agreed to, or else asked.")
      .query("amountTo", .text, "The highest.")
      .query("sort", .choice(["newest", "oldest"]), "The newest first unless it says otherwise.")
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let (currency, staff) = (try await parts.currency(), try call.staff())
      var faults = FieldFaults()
      let amounts = call.amounts(currency, &faults)
      var filter = RefundCaseFilter(
        states: call.choices("state", &faults), requestedFrom: call.query.time("from", &faults),
        requestedBefore: call.query.time("until", &faults), amountFrom: amounts.from, amountTo: amounts.to)
      filter.isOldestFirst = call.oldestFirst(&faults)
      let search = RefundSearch(
        filter: filter, number: call.sought("number", max: 32, &faults),
        product: call.sought("product", max: 100, &faults))
      try faults.throwIfAny()
      let page = try await work.rows(search, call.page(), for: staff)
      let items = page.items.map { StaffRefundAnswer($0.refund, number: $0.order.number) }
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private var refund: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/refunds/{id}", .staffRefunds, "One case and what became of it", access: Self.readers,
        with: "StaffRefundDetail"
      ).refusing("unknownRefund")
    ) { call in try await detail(try await work.refund(try Self.id(call), for: try call.staff())) }
  }

  private var picture: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/refunds/{id}/pictures/{number}", .staffRefunds, "A picture that the buyer sent, counted from 1",
        access: Self.readers
      ).giving(OpenAPIDocument.pictureTypes).refusing("unknownRefund")
    ) { call in
      Answer(
        try await parts.flows.keepEvidence.picture(
          Int(call.parameter("number")), of: try Self.id(call), for: try call.staff()))
    }
  }

  private var approve: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/refunds/{id}/approval", .staffRefunds,
        "Agrees: to what was asked unless an amount is named, once the goods are back where they are needed",
        access: Self.access, with: "StaffRefundDetail"
      ).taking("RefundDecision").refusing(
        "unknownRefund", "wrongRefundState", "refundAboveAllowed", "nothingLeftToRefund", "refundKindNotOffered",
        "shippedMeanwhile", "invalidInput")
    ) { call in
      let body: Decision = try call.decoded()
      let staff = try call.staff()
      let asked = try await work.refund(try Self.id(call), for: staff)
      var faults = FieldFaults()
      let amount = call.amount(body.amount, "amount", asked.asked.currency, &faults)
      try faults.throwIfAny()
      let decision = WorkRefund.Decision(
        amount: amount, needsGoods: body.needsGoods ?? false, asMoney: body.asMoney ?? false,
        answer: body.answer ?? "")
      return try await detail(try await work.approve(asked.id, decision, by: staff))
    }
  }

  private var reject: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/refunds/{id}/rejection", .staffRefunds, "Turns a request down, with the reason",
        access: Self.access, with: "StaffRefundDetail"
      ).taking("Reason").refusing("unknownRefund", "wrongRefundState", "invalidInput")
    ) { call in
      let body: StaffOrderEndpoints.Reason = try call.decoded()
      return try await detail(
        try await work.reject(try Self.id(call), reason: body.reason, by: try call.staff()))
    }
  }

  private var receive: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/refunds/{id}/receipt", .staffRefunds,
        "The goods are back: so many of each line can be sold again, the others are written off", access: Self.access,
        with: "StaffRefundDetail"
      ).taking("RefundReceipt").refusing("unknownRefund", "wrongRefundState", "invalidInput")
    ) { call in
      let body: Receipt = try call.decoded()
      let staff = try call.staff()
      let refund = try await work.refund(try Self.id(call), for: staff)
      var faults = FieldFaults()
      var restocked: [OrderLineID: Int] = [:]
      for (index, sent) in body.restocked.enumerated() {
        guard let line = refund.lines.first(where: { $0.line.description == sent.line }) else {
          faults.add("restocked.\(index).line", "unknown")
          continue
        }
        if !(0...line.quantity.count).contains(sent.units) {
          faults.add("restocked.\(index).units", "outOfRange", ["min": "0", "max": String(line.quantity.count)])
        }
        restocked[line.line] = sent.units
      }
      try faults.throwIfAny()
      return try await detail(
        try await work.receive(refund.id, restocked: restocked, note: body.note ?? "", by: staff))
    }
  }

  private var retry: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/refunds/{id}/retry", .staffRefunds, "Tries a refund again that failed", access: Self.access,
        with: "StaffRefundDetail"
      ).refusing("unknownRefund", "wrongRefundState")
    ) { call in try await detail(try await work.retry(try Self.id(call), by: try call.staff())) }
  }

  private var give: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/orders/{number}/goodwill", .staffRefunds,
        "Gives money back without being asked, once for each `key`", access: Self.access, answers: .created,
        with: "StaffRefundDetail"
      ).repeatable().taking("Goodwill")
        .refusing("unknownOrder", "refundAboveAllowed", "nothingLeftToRefund", "invalidInput")
    ) { call in
      let body: Goodwill = try call.decoded()
      let order = try await parts.staffOrder(call)
      var faults = FieldFaults()
      let currency = order.amounts.due.currency
      let amount = call.amount(body.amount, "amount", currency, &faults)
      if body.amount.isEmpty { faults.add("amount", "missing") }
      let key = faults.text(body.key, "key", max: 40)
      try faults.throwIfAny()
      let given = try await work.giveGoodwill(
        amount ?? .zero(currency), for: order.id, words: body.words, key: "\(order.id)-\(key)", by: try call.staff())
      var answer = try await detail(given)
      answer.status = .created
      return answer.located(at: "/admin/refunds/\(given.id)")
    }
  }

  private static func id(_ call: APICall) throws -> RefundCaseID {
    try call.id("id", or: RefundRefusal.unknownCase)
  }

  private func detail(_ refund: RefundCase) async throws -> Answer {
    guard let order = try await contexts.orders.order(refund.order) else { throw RefundRefusal.unknownCase }
    return try Answer(
      StaffRefundDetailAnswer(
        refund: StaffRefundAnswer(refund, number: order.number),
        steps: try await contexts.refunds.steps(of: refund.id).map { StaffStepAnswer($0) }))
  }
}
