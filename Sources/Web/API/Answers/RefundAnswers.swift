import Catalog
import Flows
import Orders
import Refunds
import Values

struct RefundAnswer: Encodable, Sendable {
  struct Line: Encodable, Sendable {
    let line: String
    let units: Int
    let amount: MoneyAnswer
    @OrNull var wanted: String?
    let difference: MoneyAnswer

    init(_ line: RefundCase.Line) {
      self.line = line.line.description
      units = line.quantity.count
      amount = MoneyAnswer(line.amount)
      _wanted = OrNull(wrappedValue: line.wanted?.description)
      difference = MoneyAnswer(line.difference)
    }
  }

  struct Parcel: Encodable, Sendable {
    let carrier: String
    let trackingNumber: String
  }

  let id: String
  let order: String
  let kind: String
  let state: String
  let reason: String
  let explanation: String
  let lines: [Line]
  let pictures: [String]
  let freight: MoneyAnswer
  let asked: MoneyAnswer
  @OrNull var granted: MoneyAnswer?
  let answer: String
  @OrNull var parcel: Parcel?
  let requestedAt: String
  let changedAt: String

  /// - Parameters:
  ///   - number: the order's.
  ///   - isForStaff: whose address the pictures have.
  init(_ refund: RefundCase, number: OrderNumber, isForStaff: Bool = false) {
    id = refund.id.description
    order = number.rawValue
    kind = refund.kind.rawValue
    state = refund.state.rawValue
    reason = refund.reason.rawValue
    explanation = refund.explanation
    lines = refund.lines.map(Line.init)
    let place = "\(ShopAPI.root)\(isForStaff ? "/admin" : "")/refunds/\(refund.id)/pictures"
    pictures = refund.evidence.indices.map { "\(place)/\($0 + 1)" }
    freight = MoneyAnswer(refund.freight)
    asked = MoneyAnswer(refund.asked)
    _granted = OrNull(wrappedValue: refund.granted.map(MoneyAnswer.init))
    answer = refund.answer
    _parcel = OrNull(
      wrappedValue: refund.parcel.map { Parcel(carrier: $0.carrier, trackingNumber: $0.trackingNumber) })
    requestedAt = refund.requestedAt.description
    changedAt = refund.changedAt.description
  }
}

struct RefundDetailAnswer: Encodable, Sendable {
  struct Step: Encodable, Sendable {
    let kind: String
    let note: String
    let at: String

    init(_ step: RefundStep) {
      kind = step.kind.rawValue
      note = step.note
      at = step.at.description
    }
  }

  let refund: RefundAnswer
  let steps: [Step]
}

/// What can be asked back of an order now; nothing where there are no lines.
struct RefundOfferAnswer: Encodable, Sendable {
  struct Line: Encodable, Sendable {
    let line: String
    let left: Int
    let exchanges: [Exchange]
  }

  struct Exchange: Encodable, Sendable {
    let variant: String
    let difference: MoneyAnswer

    init(_ exchange: RefundOffer.Exchange) {
      variant = exchange.variant.id.description
      difference = MoneyAnswer(exchange.difference)
    }
  }

  let kinds: [String]
  let reasons: [String]
  let lines: [Line]
}
