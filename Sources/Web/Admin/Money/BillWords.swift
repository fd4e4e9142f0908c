import Flows
import Pages
import Payments
import Values

/// Days, signs and differences of bills as the desks show them.
struct BillWords {
  let words: Words
  let format: Format

  init(_ words: Words) {
    self.words = words
    format = Format(words.language)
  }

  func sign(_ sign: BillDay.Sign) -> Model {
    let (kind, icon) =
      switch sign {
      case .matched: ("green", "check")
      case .differences: ("amber", "alert")
      case .notYet: ("grey", "clock")
      case .failed: ("red", "cross")
      }
    return ["kind": kind, "icon": icon, "text": words["reconciliation.signs.\(sign.rawValue)"] ?? ""]
  }

  func state(_ state: BillDifference.State) -> Model {
    let (kind, icon) =
      switch state {
      case .carried: ("grey", "clock")
      case .open: ("amber", "alert")
      case .explained: ("green", "check")
      case .corrected: ("green", "edit")
      case .ignored: ("grey", "cross")
      }
    return ["kind": kind, "icon": icon, "text": text(state)]
  }

  func text(_ state: BillDifference.State) -> String {
    words["reconciliation.states.\(state.rawValue)"] ?? state.rawValue
  }

  func text(_ kind: BillDifference.Kind) -> String {
    words["reconciliation.kinds.\(kind.rawValue)"] ?? kind.rawValue
  }

  func method(_ method: PaymentMethod) -> String { MoneyWords.method(method, words) }

  /// `24 Nov 2026`; the text itself for what is no day.
  func day(_ day: ProviderDay) -> String { format.startOfDay(day.rawValue).map(format.date) ?? day.rawValue }

  func month(_ month: BillMonth) -> String {
    words.phrase(
      "reconciliation.month", ["year": String(month.rawValue.prefix(4)), "month": String(month.rawValue.suffix(2))])
  }

  func money(_ money: Money?) -> String { money.map(format.money) ?? "–" }

  /// What names a difference: a number of ours where there is one.
  static func name(of difference: BillDifference) -> String {
    if difference.isRefund, !difference.refundNumber.isEmpty { return difference.refundNumber }
    return difference.paymentNumber.isEmpty ? difference.providerNumber : difference.paymentNumber
  }

  /// As a state of a payment or refund is called elsewhere.
  func hereState(of difference: BillDifference) -> String {
    guard let state = difference.here.state else { return "" }
    return words["\(difference.isRefund ? "refundState" : "paymentState").\(state)"] ?? state
  }

  /// A row of a list of differences within a page.
  func row(_ difference: BillDifference) -> Model {
    [
      "address": Addresses.difference(difference.id), "name": Self.name(of: difference),
      "kindText": text(difference.kind), "isRefund": difference.isRefund,
      "what": words[difference.isRefund ? "transactions.refund" : "transactions.capture"] ?? "",
      "there": money(difference.there.amount), "here": money(difference.here.amount),
      "thereFee": money(difference.there.fee), "hereFee": money(difference.here.fee),
      "hereState": hereState(of: difference), "at": format.dateTime(difference.at), "state": state(difference.state),
    ]
  }
}

extension BillMonth {
  /// That of the address, or that of yesterday by the shop's calendar.
  static func asked(_ form: Form, now: Timestamp) -> BillMonth {
    form["month"].flatMap(BillMonth.init(rawValue:)) ?? WorkReconciliation.latestMonth(at: now)
  }
}
