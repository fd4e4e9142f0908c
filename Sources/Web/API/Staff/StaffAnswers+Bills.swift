import Payments
import Values

/// What answers about bills have in common.
enum BillAnswers {
  static let month = Schema.text(pattern: "^[0-9]{4}-[0-9]{2}$")
  static let day = Schema.text(format: "date")
}

/// How reconciliation stands as a whole.
struct BillStandingAnswer: Encodable, Sendable {
  struct Fee: Encodable, Sendable {
    /// `0.6`.
    let percent: String
    /// On top, in the currency of the payment: `0.10`.
    let fixed: String

    init(_ rule: BillFeeRule) {
      percent = BasisPoints.percentText(of: rule.parts)
      fixed = Money(minor: Int64(rule.fixed), currency: .cny).decimalText
    }
  }

  struct Method: Encodable, Sendable {
    let method: String
    /// The last day that was compared.
    @OrNull var lastMatched: String?
    /// What was agreed.
    @OrNull var fee: Fee?
  }

  /// Counted up to 1000.
  let openDifferences: Int
  let failedDays: Int
  let methods: [Method]

  init(_ standing: BillStanding, _ methods: some Sequence<PaymentMethod>, _ rules: [BillFeeRule]) {
    openDifferences = standing.openDifferences
    failedDays = standing.failedDays
    self.methods = methods.sorted { $0.rawValue < $1.rawValue }.map { method in
      Method(
        method: method.rawValue, lastMatched: (standing.lastMatched[method] ?? nil)?.rawValue,
        fee: rules.first { $0.method == method }.map(Fee.init))
    }
  }
}

/// A day of a provider's bill, and how far it is.
struct BillDayAnswer: Encodable, Sendable {
  let method: String
  let day: String
  let state: String
  /// What a calendar shows of it.
  let sign: String
  let rows: Int
  @OrNull var source: String?
  @OrNull var fetchedAt: String?
  @OrNull var matchedAt: String?
  @OrNull var nextTryAt: String?
  let tries: Int
  let fault: String
  let openDifferences: Int

  init(_ bill: BillDay) {
    method = bill.method.rawValue
    day = bill.day.rawValue
    state = bill.state.rawValue
    sign = bill.sign.rawValue
    rows = bill.rows
    _source = OrNull(wrappedValue: bill.source?.rawValue)
    _fetchedAt = OrNull(wrappedValue: bill.fetchedAt?.description)
    _matchedAt = OrNull(wrappedValue: bill.matchedAt?.description)
    _nextTryAt = OrNull(wrappedValue: bill.nextTryAt?.description)
    tries = bill.tries
    fault = bill.fault
    openDifferences = bill.openDifferences
  }
}

/// Both sides of some days in one currency.
struct BillTotalsAnswer: Encodable, Sendable {
  struct Side: Encodable, Sendable {
    let payments: Int
    let paid: MoneyAnswer
    let refunds: Int
    let refunded: MoneyAnswer

    init(_ side: BillTotals.Side) {
      payments = side.payments
      paid = MoneyAnswer(side.paid)
      refunds = side.refunds
      refunded = MoneyAnswer(side.refunded)
    }
  }

  let currency: String
  /// In the bill.
  let there: Side
  /// In the books.
  let here: Side
  let fees: MoneyAnswer
  /// Movements that are neither payments nor refunds, and what they brought and took.
  let others: Int
  let othersIn: MoneyAnswer
  let othersOut: MoneyAnswer
  /// By how much the balance at the provider changed.
  let net: MoneyAnswer

  init(_ totals: BillTotals) {
    currency = totals.currency.code
    there = Side(totals.there)
    here = Side(totals.here)
    fees = MoneyAnswer(totals.fees)
    others = totals.others
    othersIn = MoneyAnswer(totals.othersIn)
    othersOut = MoneyAnswer(totals.othersOut)
    net = MoneyAnswer(totals.net)
  }
}

/// A day of a month in one currency.
struct BillDayRowAnswer: Encodable, Sendable {
  let bill: BillDayAnswer
  @OrNull var totals: BillTotalsAnswer?

  /// At least one.
  static func rows(of bill: BillDay, _ totals: [BillTotals]) -> [BillDayRowAnswer] {
    let day = BillDayAnswer(bill)
    if totals.isEmpty { return [BillDayRowAnswer(bill: day, totals: nil)] }
    return totals.map { BillDayRowAnswer(bill: day, totals: BillTotalsAnswer($0)) }
  }
}

struct BillDayDetailAnswer: Encodable, Sendable {
  let method: String
  let day: String
  @OrNull var bill: BillDayAnswer?
  /// One for each currency.
  let totals: [BillTotalsAnswer]
}

/// A movement of the provider's own.
struct BillMovementAnswer: Encodable, Sendable {
  let providerNumber: String
  /// Below zero where it goes out.
  let amount: MoneyAnswer
  let fee: MoneyAnswer
  let at: String

  init(_ movement: BillMovement) {
    providerNumber = movement.providerNumber
    amount = MoneyAnswer(movement.amount)
    fee = MoneyAnswer(movement.fee)
    at = movement.at.description
  }
}

/// Something in which a bill and the books don't agree.
struct BillDifferenceAnswer: Encodable, Sendable {
  struct Side: Encodable, Sendable {
    @OrNull var amount: MoneyAnswer?
    @OrNull var fee: MoneyAnswer?
    @OrNull var state: String?

    init(_ side: BillDifference.Side) {
      _amount = OrNull(wrappedValue: side.amount.map(MoneyAnswer.init))
      _fee = OrNull(wrappedValue: side.fee.map(MoneyAnswer.init))
      _state = OrNull(wrappedValue: side.state)
    }
  }

  let id: String
  let method: String
  let day: String
  let kind: String
  let isRefund: Bool
  /// As the bill or the books have them; empty where they have none.
  let payment: String
  let refund: String
  let providerNumber: String
  let there: Side
  let here: Side
  let at: String
  let state: String
  /// How it came to its end.
  @OrNull var cause: String?
  let reason: String
  @OrNull var staff: String?
  /// Whether what the bill says can be taken over.
  let isCorrectable: Bool
  let foundAt: String
  let changedAt: String

  init(_ difference: BillDifference) {
    id = difference.id.description
    method = difference.method.rawValue
    day = difference.day.rawValue
    kind = difference.kind.rawValue
    isRefund = difference.isRefund
    payment = difference.paymentNumber
    refund = difference.refundNumber
    providerNumber = difference.providerNumber
    there = Side(difference.there)
    here = Side(difference.here)
    at = difference.at.description
    state = difference.state.rawValue
    _cause = OrNull(wrappedValue: difference.cause?.rawValue)
    reason = difference.reason
    _staff = OrNull(wrappedValue: difference.staff?.description)
    isCorrectable = difference.isCorrectable
    foundAt = difference.foundAt.description
    changedAt = difference.changedAt.description
  }
}

/// What went through each provider in a month.
struct BillReportAnswer: Encodable, Sendable {
  struct Account: Encodable, Sendable {
    let method: String
    let opening: MoneyAnswer
    let closing: MoneyAnswer
    let totals: BillTotalsAnswer
    let daysMatched: Int
    let daysMissing: Int
    let openDifferences: Int

    init(_ bill: MonthlyBill) {
      method = bill.method.rawValue
      opening = MoneyAnswer(bill.opening)
      closing = MoneyAnswer(bill.closing)
      totals = BillTotalsAnswer(bill.totals)
      daysMatched = bill.daysMatched
      daysMissing = bill.daysMissing
      openDifferences = bill.openDifferences
    }
  }

  let month: String
  /// One for each method and currency.
  let items: [Account]

  init(_ month: BillMonth, _ bills: [MonthlyBill]) {
    self.month = month.rawValue
    items = bills.map(Account.init)
  }
}
