import Flows
import Fulfilment
import Orders
import Payments
import Values

struct OrderAnswer: Encodable, Sendable {
  struct Line: Encodable, Sendable {
    let id: String
    let product: String
    let variant: String
    let title: TextAnswer
    let choice: TextAnswer
    let sku: String
    let picture: PictureAnswer
    let unit: MoneyAnswer
    let quantity: Int
    let returned: Int
    let discount: MoneyAnswer
    let due: MoneyAnswer

    init(_ line: OrderLine, _ words: Wording) {
      id = line.id.description
      product = line.product.description
      variant = line.variant.description
      title = words(line.title)
      choice = words(line.choice)
      sku = line.sku
      picture = PictureAnswer(line.picture, of: line.product, title: line.title, words)
      unit = MoneyAnswer(line.unit)
      quantity = line.quantity.count
      returned = line.returned
      discount = MoneyAnswer(line.discount)
      due = MoneyAnswer(line.due)
    }
  }

  struct Amounts: Encodable, Sendable {
    let goods: MoneyAnswer
    let discount: MoneyAnswer
    let freight: MoneyAnswer
    let due: MoneyAnswer
    let paid: MoneyAnswer
    /// What each offer takes off.
    let discounts: [DiscountAnswer]
    /// Freight that offers bear, besides `freight`.
    let waived: [DiscountAnswer]
  }

  struct Destination: Encodable, Sendable {
    let recipient: String
    let phone: String
    let region: String
    let regionName: TextAnswer
    let street: String
    let postcode: String
  }

  struct Shipment: Encodable, Sendable {
    let carrier: String
    let trackingNumber: String
  }

  let number: String
  let state: String
  let merchant: String
  let lines: [Line]
  let amounts: Amounts
  let destination: Destination
  let note: String
  @OrNull var payment: String?
  @OrNull var shipment: Shipment?
  let placedAt: String
  let payBefore: String
  let paysAtDoor: Bool

  init(_ order: Order, _ words: Wording) {
    number = order.number.rawValue
    state = order.state.rawValue
    merchant = order.merchant.description
    lines = order.lines.map { Line($0, words) }
    amounts = Amounts(
      goods: MoneyAnswer(order.amounts.goods), discount: MoneyAnswer(order.amounts.discount),
      freight: MoneyAnswer(order.amounts.freight), due: MoneyAnswer(order.amounts.due),
      paid: MoneyAnswer(order.amounts.paid), discounts: order.shares.map(DiscountAnswer.init),
      waived: order.waived.map(DiscountAnswer.init))
    let place = order.destination
    destination = Destination(
      recipient: place.recipient, phone: place.phone, region: place.region.rawValue,
      regionName: words(place.regionName),
      street: place.street, postcode: place.postcode)
    note = order.note
    _payment = OrNull(wrappedValue: order.payment?.description)
    _shipment = OrNull(
      wrappedValue: order.shipment.map { Shipment(carrier: $0.carrier, trackingNumber: $0.trackingNumber) })
    placedAt = order.placedAt.description
    payBefore = order.payBefore.description
    paysAtDoor = order.paysAtDoor
  }
}

struct OrderDetailAnswer: Encodable, Sendable {
  struct Entry: Encodable, Sendable {
    let kind: String
    let note: String
    let at: String

    init(_ entry: TimelineEntry) {
      kind = entry.kind.rawValue
      at = entry.at.description
      note = entry.buyerNote ?? ""
    }
  }

  let order: OrderAnswer
  let timeline: [Entry]
  let parcels: [ParcelAnswer]
  let reviewedLines: [String]
}

/// A parcel that has left, with what its carrier says, the latest first.
struct ParcelAnswer: Encodable, Sendable {
  struct Line: Encodable, Sendable {
    let line: String
    let quantity: Int
  }

  struct Entry: Encodable, Sendable {
    let kind: String
    let text: String
    let place: String
    let at: String

    init(_ trace: Trace) {
      kind = trace.kind.rawValue
      text = trace.text
      place = trace.place
      at = trace.at.description
    }
  }

  let id: String
  let state: String
  let carrier: String
  let carrierName: TextAnswer
  let trackingNumber: String
  @OrNull var trackingAddress: String?
  let lines: [Line]
  @OrNull var handedOverAt: String?
  @OrNull var deliveredAt: String?
  let traces: [Entry]

  init(_ parcel: Parcel, traces: [Trace], carriers: CarrierBook, _ words: Wording) {
    id = parcel.id.description
    state = parcel.state.rawValue
    carrier = parcel.label?.carrier ?? ""
    carrierName = words(carriers.name(carrier))
    trackingNumber = parcel.label?.trackingNumber ?? ""
    _trackingAddress = OrNull(wrappedValue: carriers[carrier]?.address(of: trackingNumber))
    lines = parcel.lines.map { Line(line: $0.line.description, quantity: $0.quantity.count) }
    _handedOverAt = OrNull(wrappedValue: parcel.handedOverAt?.description)
    _deliveredAt = OrNull(wrappedValue: parcel.deliveredAt?.description)
    self.traces = traces.map(Entry.init)
  }
}

struct PaymentAnswer: Encodable, Sendable {
  let id: String
  let method: String
  let state: String
  let amount: MoneyAnswer
  let refunded: MoneyAnswer
  let openedAt: String
  let expiresAt: String
  @OrNull var capturedAt: String?
  let way: String
  let fromBalance: MoneyAnswer

  init(_ payment: Payment) {
    id = payment.id.description
    method = payment.method.rawValue
    state = payment.state.rawValue
    amount = MoneyAnswer(payment.amount)
    refunded = MoneyAnswer(payment.refunded)
    openedAt = payment.openedAt.description
    expiresAt = payment.expiresAt.description
    _capturedAt = OrNull(wrappedValue: payment.capturedAt?.description)
    way = payment.way.rawValue
    fromBalance = MoneyAnswer(payment.fromBalance)
  }
}

struct OpenedPaymentAnswer: Encodable, Sendable {
  let payment: PaymentAnswer
  let handover: JSONValue

  /// - Parameter account: where a transfer goes.
  init(_ opened: OpenedPayment, account: TransferAccount?) {
    payment = PaymentAnswer(opened.payment)
    handover =
      switch opened.handover {
      case .settled: ["kind": "settled"]
      case .here: Self.here(opened.payment, account)
      case .redirect(let url): ["kind": "redirect", "url": .text(url)]
      case .code(let text): ["kind": "code", "text": .text(text)]
      case .client(let parameters):
        ["kind": "client", "parameters": .object(parameters.mapValues(JSONValue.text))]
      }
  }

  private static func here(_ payment: Payment, _ account: TransferAccount?) -> JSONValue {
    guard payment.method == .transfer, let account else { return ["kind": "here"] }
    return [
      "kind": "here",
      "transfer": [
        "holder": .text(account.holder), "bank": .text(account.bank), "number": .text(account.number),
        "amount": .text(payment.atProvider.decimalText), "reference": .text(payment.id.description),
      ],
    ]
  }
}
