import Flows
import Orders
import Pages
import Payments
import QRCodes
import Values

/// The values of the page that shows how a payment stands, and what its buyer has to do.
struct PaymentResultModel {
  private enum Standing: String { case paid, pending, code, here, door, refused, closed, tooLate, other, back }

  let payment: Payment
  let orders: [Order]
  /// Nil once it isn't open, and where what led to the provider is over.
  let handover: Handover?
  let account: TransferAccount?
  /// Whether the code can't be used in the browser that shows it.
  let needsOtherBrowser: Bool
  let now: Timestamp
  let words: Words

  private var format: Format { Format(words.language) }
  private var waiting: Order? { orders.first { $0.payable != nil } }

  private var standing: Standing {
    if payment.state.hasMoney {
      return isStray || orders.allSatisfy { $0.state == .cancelled } ? .back : .paid
    }
    if payment.state.isOpen {
      switch handover {
      case .here: return payment.method == .cash ? .door : .here
      case .code: return .code
      default: return .pending
      }
    }
    if waiting == nil { return isPaidOtherwise ? .other : .tooLate }
    return payment.state == .failed ? .refused : .closed
  }

  /// In another way, or in another window.
  private var isPaidOtherwise: Bool {
    orders.contains { order in
      order.state != .cancelled && !order.paysAtDoor && order.payment.map { $0 != payment.id } == true
    }
  }

  /// Taken by no order, it is on its way back or there. Orders that haven't heard of it yet wait for as much as it is.
  private var isStray: Bool {
    if payment.state == .refunded { return !orders.contains { $0.payment == payment.id } }
    guard payment.occasion == nil, !orders.isEmpty else { return false }
    return orders.allSatisfy { order in
      guard let paid = order.payment else {
        return payment.shares.first { $0.order == order.id }?.amount != order.amounts.due
      }
      return paid != payment.id
    }
  }

  var title: String { words.phrase("result.\(standing.rawValue)") }

  var model: Model {
    let standing = standing
    let isGood = [.paid, .door, .other].contains(standing)
    let isWaiting = [.pending, .code, .here, .back].contains(standing)
    var model: Model = [
      "title": title, "hint": words.phrase("result.\(standing.rawValue)Hint"),
      "mark": isGood ? "check" : isWaiting ? "clock" : "cross",
      "colour": isGood ? "green" : isWaiting ? "amber" : "red",
      "amountName": words.phrase(amountName),
      "amount": format.money(payment.amount),
    ]
    if payment.fromBalance.isPositive {
      model["fromBalance"] = words.phrase("result.fromBalance", ["amount": format.money(payment.fromBalance)])
    }
    if standing == .pending || standing == .code { addPending(to: &model) }
    if standing == .here { addTransfer(to: &model) }
    if let waiting, standing != .paid, standing != .door {
      model["retryURL"] = "\(Addresses.order(waiting.number))/pay"
      model["retryText"] = words.phrase(handover == nil ? "result.retry" : "result.another")
    }
    return model
  }

  private var amountName: String {
    if payment.state.hasMoney { return "order.paid" }
    return payment.state.isOpen ? "cart.due" : "result.notTaken"
  }

  /// What leads to the provider, and how long it can be used.
  private func addPending(to model: inout Model) {
    let here = Addresses.paymentResult(payment.id)
    model["refreshURL"] = here
    model["deadlineText"] = deadline
    switch handover {
    case .redirect(let url): model["goURL"] = url
    case .code(let text):
      guard let code = QRCode(text) else { break }
      model["code"] =
        [
          "side": String(code.side), "path": code.path,
          "say": words.phrase("result.scan", ["method": words.phrase("pay.methods.\(payment.method)")]),
        ] as Model
      if needsOtherBrowser { model["elsewhere"] = words.phrase("result.inWeChat") }
      // Looked at often: the provider's notice is awaited, and nobody asks it each time.
      model["followURL"] = Addresses.with([("quiet", "1")], here)
    case .client, .settled, .here, nil: break
    }
  }

  private func addTransfer(to model: inout Model) {
    model["deadlineText"] = deadline
    guard let account else { return }
    let rows = [
      ("holder", account.holder), ("bank", account.bank), ("number", account.number),
      ("amount", format.money(payment.atProvider)), ("reference", payment.id.description),
    ]
    model["transfer"] =
      ["rows": rows.map { ["name": words.phrase("transfer.\($0.0)"), "value": $0.1] as Model }] as Model
  }

  private var deadline: String {
    let minutes = max(0, payment.expiresAt.milliseconds - now.milliseconds + 59_999) / 60_000
    let time = format.dateTime(payment.expiresAt)
    guard minutes <= 120 else { return words.phrase("result.until", ["time": time]) }
    return words.phrase("result.minutesLeft", count: Int(minutes), ["time": time])
  }
}
