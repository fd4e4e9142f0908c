import Accounts
import Flows
import Orders
import Payments
import Refunds
import Settlement
import Values

/// One side of a booking. Those of one `booking` add up to zero.
struct PostingAnswer: Encodable, Sendable {
  let booking: String
  /// `capture` or `refund`.
  let kind: String
  let book: String
  /// An order's number, or a method.
  let party: String
  /// Above zero is debit, below credit.
  let amount: MoneyAnswer
  let payment: String
  let at: String

  /// - Parameter orders: those whose numbers may be told.
  init(_ entry: LedgerEntry, orders: [OrderID: Order]) {
    booking = entry.booking
    kind = entry.isCapture ? "capture" : "refund"
    book = entry.book.rawValue
    party =
      entry.book == .order
      ? orders.values.first { $0.id.description == entry.party }?.number.rawValue ?? entry.party : entry.party
    amount = MoneyAnswer(entry.amount)
    payment = entry.payment.description
    at = entry.at.description
  }
}

/// One movement of money back to a buyer.
struct MovementAnswer: Encodable, Sendable {
  let id: String
  let payment: String
  let order: String
  @OrNull var number: String?
  let amount: MoneyAnswer
  let state: String
  let reason: String
  let requestedAt: String
  @OrNull var settledAt: String?

  init(_ refund: Refund, of order: Order?) {
    id = refund.id.description
    payment = refund.payment.description
    self.order = refund.order.description
    _number = OrNull(wrappedValue: order?.number.rawValue)
    amount = MoneyAnswer(refund.amount)
    state = refund.state.rawValue
    reason = refund.reason
    requestedAt = refund.requestedAt.description
    _settledAt = OrNull(wrappedValue: refund.settledAt?.description)
  }
}

/// A payment, or a merchant's part of it, with how it got where it stands.
struct TransactionDetailAnswer: Encodable, Sendable {
  struct Payer: Encodable, Sendable {
    let name: String
    let email: String
  }

  struct Notice: Encodable, Sendable {
    /// What it did: `moved`, `repeated`, `outOfOrder`.
    let effect: String
    /// As it came; empty for those who may not read it.
    let body: String
    let at: String

    init(_ notice: PaymentNotice) {
      effect = notice.effect
      body = notice.body
      at = notice.receivedAt.description
    }
  }

  let transaction: TransactionAnswer
  let payer: Payer
  /// What it is for beyond the orders themselves.
  @OrNull var occasion: String?
  let expiresAt: String
  /// Whether others have shares in it.
  let isPart: Bool
  /// Where it may go from here.
  let next: [String]
  /// The newest first.
  let notices: [Notice]
  /// The oldest first.
  let refunds: [MovementAnswer]
  let postings: [PostingAnswer]

  /// Masks who paid from those who needn't know.
  init(_ detail: PaymentDetail, by payer: Account?, for staff: Staff) {
    let payment = detail.seen.payment
    transaction = TransactionAnswer(detail.seen)
    self.payer = Payer(
      name: BuyerContact.name(payer?.profile.name ?? "", for: staff),
      email: BuyerContact.email(payer?.email ?? "", for: staff))
    _occasion = OrNull(wrappedValue: payment.occasion)
    expiresAt = payment.expiresAt.description
    isPart = detail.seen.shares.count < payment.shares.count
    next = PaymentState.allCases.filter { payment.state.canMove(to: $0) }.map(\.rawValue)
    notices = detail.notices.map(Notice.init)
    refunds = detail.refunds.map { MovementAnswer($0, of: detail.seen.orders[$0.order]) }
    postings = detail.ledger.map { PostingAnswer($0, orders: detail.seen.orders) }
  }
}

/// All that moved money for an order.
struct OrderLedgerAnswer: Encodable, Sendable {
  struct Line: Encodable, Sendable {
    let kind: String
    let payment: String
    /// Above zero came in, below went back.
    let amount: MoneyAnswer
    /// What the shop holds for the order from then on.
    let balance: MoneyAnswer
    let at: String

    init(_ line: OrderLedger.Line) {
      let entry = line.entry
      kind = entry.isCapture ? "capture" : "refund"
      payment = entry.payment.description
      amount = MoneyAnswer(Money(minor: -entry.amount.minor, currency: entry.amount.currency))
      balance = MoneyAnswer(line.balance)
      at = entry.at.description
    }
  }

  struct Paid: Encodable, Sendable {
    let id: String
    let method: String
    let state: String
    /// The order's share.
    let amount: MoneyAnswer
    let openedAt: String

    init(_ payment: Payment, of order: Order) {
      id = payment.id.description
      method = payment.method.rawValue
      state = payment.state.rawValue
      amount = MoneyAnswer(payment.shares.first { $0.order == order.id }?.amount ?? .zero(payment.amount.currency))
      openedAt = payment.openedAt.description
    }
  }

  struct Edit: Encodable, Sendable {
    let id: String
    let dueBefore: MoneyAnswer
    let dueAfter: MoneyAnswer
    let refund: MoneyAnswer
    let at: String

    init(_ edit: OrderEdit) {
      id = edit.id.description
      dueBefore = MoneyAnswer(edit.dueBefore)
      dueAfter = MoneyAnswer(edit.dueAfter)
      refund = MoneyAnswer(edit.refund)
      at = edit.at.description
    }
  }

  /// How it stands between platform and merchant.
  struct Account: Encodable, Sendable {
    let paid: MoneyAnswer
    let borne: MoneyAnswer
    let refunds: MoneyAnswer
    let commission: MoneyAnswer
    let fee: MoneyAnswer
    /// What is owed to the merchant in all; nothing before the order ended.
    let net: MoneyAnswer
    /// What of it no statement has yet.
    let open: MoneyAnswer
    let goodwill: MoneyAnswer
    @OrNull var endedAt: String?

    init(_ account: OrderAccount) {
      let sums = account.sums
      paid = MoneyAnswer(sums.paid)
      borne = MoneyAnswer(sums.borne)
      refunds = MoneyAnswer(sums.refunds)
      commission = MoneyAnswer(sums.commission)
      fee = MoneyAnswer(sums.fee)
      net = MoneyAnswer(sums.net)
      open = MoneyAnswer(account.open)
      goodwill = MoneyAnswer(account.goodwill)
      _endedAt = OrNull(wrappedValue: account.endedAt?.description)
    }
  }

  let number: String
  let state: String
  let due: MoneyAnswer
  let paid: MoneyAnswer
  /// What the shop holds for it now.
  let held: MoneyAnswer
  @OrNull var openDifference: MoneyAnswer?
  /// The oldest first.
  let lines: [Line]
  /// The newest first.
  let payments: [Paid]
  let refunds: [RefundRowAnswer]
  let edits: [Edit]
  let postings: [PostingAnswer]
  /// Nil where nothing is known yet, and without the right to see it.
  @OrNull var account: Account?

  init(_ ledger: OrderLedger) {
    let (order, lines) = (ledger.order, ledger.lines)
    number = order.number.rawValue
    state = order.state.rawValue
    due = MoneyAnswer(order.amounts.due)
    paid = MoneyAnswer(order.amounts.paid)
    held = MoneyAnswer(lines.last?.balance ?? .zero(order.amounts.due.currency))
    _openDifference = OrNull(wrappedValue: order.openDifference.map(MoneyAnswer.init))
    self.lines = lines.map(Line.init)
    payments = ledger.payments.map { Paid($0, of: order) }
    refunds = ledger.cases.map { RefundRowAnswer($0, of: order) }
    edits = ledger.edits.map(Edit.init)
    postings = ledger.entries.map { PostingAnswer($0, orders: [order.id: order]) }
    _account = OrNull(wrappedValue: ledger.account.map(Account.init))
  }
}

/// A row of the record of what went back.
struct RefundRecordAnswer: Encodable, Sendable {
  let id: String
  /// The case that it settled.
  let refund: String
  /// The order's number.
  let order: String
  let kind: String
  let state: String
  let reason: String
  let titles: [LocalizedText]
  let amount: MoneyAnswer
  @OrNull var payment: String?
  /// The movement of money; nil where none went, as in an exchange.
  @OrNull var movement: String?
  let settledAt: String

  init(_ row: RefundRecordRow) {
    id = row.record.id.description
    refund = row.refund.id.description
    order = row.order.number.rawValue
    kind = row.refund.kind.rawValue
    state = row.refund.state.rawValue
    reason = row.refund.reason.rawValue
    titles = row.refund.titles(in: row.order)
    amount = MoneyAnswer(row.record.amount)
    _payment = OrNull(wrappedValue: row.record.payment?.description)
    _movement = OrNull(wrappedValue: row.record.refund?.description)
    settledAt = row.record.at.description
  }
}
