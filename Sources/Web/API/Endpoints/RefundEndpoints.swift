import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Refunds
import Values

/// Money back, for the buyer alone: what can be asked, asking, and what becomes of it.
struct RefundEndpoints: Sendable {
  private struct NewRefund: Decodable {
    struct Line: Decodable {
      let line: String
      let units: Int
      let wanted: String?
      /// What one that is wanted costs more, as it was offered.
      let difference: String?
    }

    let kind: String
    let reason: String
    let explanation: String?
    let lines: [Line]
  }

  private struct NewParcel: Decodable {
    let carrier: String
    let trackingNumber: String
  }

  private let parts: APIParts
  private var contexts: Contexts { parts.contexts }
  private var refunds: RefundOrder { parts.flows.refundOrder }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [offer, ask, list, refund, picture, withdraw, parcel] }

  private var offer: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/orders/{number}/refundable", .refunds, "What can be asked back of an order now", access: .account,
        with: "RefundOffer"
      ).refusing("unknownOrder")
    ) { call in
      guard let offer = try await refunds.offer(try await own(call)) else {
        return try Answer(RefundOfferAnswer(kinds: [], reasons: [], lines: []))
      }
      return try Answer(
        RefundOfferAnswer(
          kinds: offer.kinds.map(\.rawValue), reasons: offer.reasons.map(\.rawValue),
          lines: offer.lines.map { line in
            RefundOfferAnswer.Line(
              line: line.line.id.description, left: line.left,
              exchanges: line.exchanges.map(RefundOfferAnswer.Exchange.init))
          }))
    }
  }

  private var ask: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/orders/{number}/refunds", .refunds,
        "Asks for money or other goods, for units that no other request stands for. Pictures of what is wrong come along "
          + "in a form (`multipart/form-data`): the JSON as `request`, up to six files of 5 MB, 20 MB together, as "
          + "`pictures`", access: .account, answers: .created, with: "RefundDetail"
      ).taking("NewRefund").takingPictures().refusing(
        "unknownOrder", "orderNotRefundable", "orderChanging", "unitsAlreadyRequested", "refundTooLate",
        "refundKindNotOffered", "noLongerSold", "exchangePriceChanged", "tooManyRefundRequests", "invalidInput")
    ) { call in
      let body: NewRefund = try call.decoded()
      let order = try await own(call)
      var faults = FieldFaults()
      var asking = input(body, order, &faults)
      let pictures = call.form?.pictures(&faults)?.pictures(&faults) ?? []
      try faults.throwIfAny()
      let asked = try await parts.flows.keepEvidence.keeping(pictures) { evidence in
        asking.evidence = evidence
        return try await refunds.request(asking)
      }
      return try await detail(asked, status: .created).located(at: "/refunds/\(asked.id)")
    }
  }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/refunds", .refunds, "What the account asked back, the newest first", access: .account,
      with: "RefundPage"
    ).query("state", .choice(RefundCase.State.allCases.map(\.rawValue)), "May be given more than once.")
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      var faults = FieldFaults()
      var states: Set<RefundCase.State> = []
      for text in call.query.all("state") where !text.isEmpty {
        if let state = RefundCase.State(rawValue: text) { states.insert(state) } else { faults.add("state", "unknown") }
      }
      try faults.throwIfAny()
      let page = try await contexts.refunds.cases(.buyer(try call.account().id), in: states, call.page())
      let orders = try await contexts.orders.orders(Array(Set(page.items.map(\.order))))
      let numbers = Dictionary(orders.map { ($0.id, $0.number) }, uniquingKeysWith: { first, _ in first })
      let items = page.items.compactMap { refund in
        numbers[refund.order].map { RefundAnswer(refund, number: $0) }
      }
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private var refund: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/refunds/{id}", .refunds, "One request and what became of it", access: .account, with: "RefundDetail"
      ).refusing("unknownRefund")
    ) { call in try await detail(try await refunds.refund(try id(call), of: try call.account().id)) }
  }

  private var picture: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/refunds/{id}/pictures/{number}", .refunds, "A picture that came with the request, counted from 1",
        access: .account
      ).giving(OpenAPIDocument.pictureTypes).refusing("unknownRefund")
    ) { call in
      Answer(
        try await parts.flows.keepEvidence.picture(
          Int(call.parameter("number")), of: try id(call), for: try call.account().id))
    }
  }

  private var withdraw: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/refunds/{id}/withdrawal", .refunds, "Takes a request back that isn't decided, or not yet followed",
        access: .account, with: "RefundDetail"
      ).repeatable().refusing("unknownRefund", "wrongRefundState")
    ) { call in try await detail(try await refunds.withdraw(try id(call), by: try call.account().id)) }
  }

  private var parcel: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/refunds/{id}/parcel", .refunds, "Says how the goods come back", access: .account,
        with: "RefundDetail"
      ).taking("NewParcel").refusing("unknownRefund", "wrongRefundState", "invalidInput")
    ) { call in
      let body: NewParcel = try call.decoded()
      let parcel = ReturnParcel(carrier: body.carrier, trackingNumber: body.trackingNumber)
      return try await detail(try await refunds.noteParcel(try id(call), parcel, by: try call.account().id))
    }
  }

  private func id(_ call: APICall) throws -> RefundCaseID { try call.id("id", or: RefundRefusal.unknownCase) }

  /// Another's order is refused like one that isn't there.
  private func own(_ call: APICall) async throws -> Order {
    try await contexts.order(numbered: call.parameter("number"), of: try call.account().id)
  }

  private func input(_ body: NewRefund, _ order: Order, _ faults: inout FieldFaults) -> RefundOrder.Input {
    let kind = RefundCase.Kind(rawValue: body.kind)
    if kind == nil { faults.add("kind", "unknownValue") }
    let reason = RefundCase.Reason(rawValue: body.reason)
    if reason == nil { faults.add("reason", "unknownValue") }
    var seen: [OrderLineID: Money] = [:]
    let lines = body.lines.enumerated().compactMap { index, line -> RefundDraft.Line? in
      guard let id = OrderLineID(line.line), order.lines.contains(where: { $0.id == id }) else {
        faults.add("lines.\(index).line", "unknown")
        return nil
      }
      guard let quantity = Quantity(line.units) else {
        faults.add("lines.\(index).units", "outOfRange", ["min": "1", "max": "9999"])
        return nil
      }
      let wanted = line.wanted.map { VariantID($0) }
      if case .some(.none) = wanted { faults.add("lines.\(index).wanted", "unknown") }
      if let text = line.difference {
        seen[id] = Self.difference(text, order.amounts.due.currency)
        if seen[id] == nil { faults.add("lines.\(index).difference", "notAnAmount") }
      }
      return RefundDraft.Line(line: id, quantity: quantity, wanted: wanted ?? nil)
    }
    return RefundOrder.Input(
      account: order.buyer, order: order.id, kind: kind ?? .moneyOnly, reason: reason ?? .other,
      explanation: body.explanation ?? "", lines: lines, differencesSeen: seen)
  }

  /// Below zero where it is cheaper.
  private static func difference(_ text: String, _ currency: Currency) -> Money? {
    guard text.hasPrefix("-") else { return Money(decimalText: text, currency: currency) }
    return Money(decimalText: String(text.dropFirst()), currency: currency).map {
      Money(minor: -$0.minor, currency: currency)
    }
  }

  private func detail(_ refund: RefundCase, status: HTTPResponse.Status = .ok) async throws -> Answer {
    guard let order = try await contexts.orders.order(refund.order) else { throw RefundRefusal.unknownCase }
    return try Answer(
      status: status,
      RefundDetailAnswer(
        refund: RefundAnswer(refund, number: order.number),
        steps: try await contexts.refunds.steps(of: refund.id).map(RefundDetailAnswer.Step.init)))
  }
}
