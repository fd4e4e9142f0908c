import Payments
import Synchronization
import TestKit
import Values

/// A provider with its own books, as true as anything is in a world: what is in them has happened to buyers' money. It
/// behaves as its name does where shops have to mind it.
final class ProviderHouse: Sendable {
  enum Manner: String, CaseIterable, Sendable {
    /// Knows of a payment only once its buyer has come; what isn't known can't be closed, and still be paid later. Sends
    /// money back at once, without a notice.
    case alipay
    /// Knows a payment from the start, won't close it while its buyer is paying, sends money back later with a notice.
    case wechat
    /// Has a reference of its own for each payment, sends money back at once and tells of it all the same.
    case stripe
  }

  struct Trade: Sendable {
    let number: String
    let amount: Money
    /// Nobody can begin to pay it later, and who is paying then has some minutes.
    let expiresAt: Timestamp
    var state: ProviderReport.State
    var isPaying = false
    var paidAt = Timestamp(milliseconds: 0)
    var refunds: [Back] = []

    /// Minor units that went back or are on their way.
    var claimed: Int64 { refunds.filter { $0.state != .failed }.reduce(0) { $0 + $1.amount.minor } }
    /// Minor units that went back.
    var returned: Int64 { refunds.filter { $0.state == .settled }.reduce(0) { $0 + $1.amount.minor } }
  }

  struct Back: Sendable {
    let number: String
    let amount: Money
    var state: ProviderRefundReport.State
    /// When it came to that state.
    var at: Timestamp
  }

  let manner: Manner
  let method: PaymentMethod
  let merchant = "martlet"
  private let stage: Stage
  private let post: Post
  private let books = Mutex<[Trade]>([])

  init?(_ manner: Manner, on stage: Stage, post: Post) {
    guard let method = PaymentMethod(rawValue: manner.rawValue) else { return nil }
    self.manner = manner
    self.method = method
    self.stage = stage
    self.post = post
  }

  /// In the order in which they were opened.
  var trades: [Trade] { books.withLock { $0 } }

  func trade(_ number: String) -> Trade? { books.withLock { $0.first { $0.number == number } } }

  private func change<Value: Sendable>(_ number: String, _ body: (inout Trade) throws -> Value) throws -> Value {
    try books.withLock { books in
      guard let index = books.firstIndex(where: { $0.number == number }) else {
        throw ProviderFault.refused(code: "TRADE_NOT_EXIST")
      }
      return try body(&books[index])
    }
  }

  private func report(on trade: Trade, refund: Back? = nil) -> ProviderReport {
    ProviderReport(
      number: trade.number, providerNumber: trade.state == .captured ? "\(manner.rawValue)-\(trade.number)" : "",
      merchant: merchant, amount: trade.amount, state: trade.state, at: trade.paidAt,
      refund: refund.map { ProviderRefundReport(number: $0.number, amount: $0.amount, state: $0.state) })
  }

  private func tell(_ trade: Trade, refund: Back? = nil, isStubborn: Bool = false) {
    post.put(
      Post.Notice(
        method: method, raw: SealedNotice.sealed(report(on: trade, refund: refund)), isStubborn: isStubborn))
  }
}

// MARK: What the shop asks

extension ProviderHouse {
  func open(_ payment: ProviderPayment) -> ProviderOpening {
    books.withLock { books in
      guard !books.contains(where: { $0.number == payment.number }) else { return }
      books.append(
        Trade(
          number: payment.number, amount: payment.amount, expiresAt: payment.expiresAt,
          state: manner == .alipay ? .unknown : .pending))
    }
    return ProviderOpening(
      .redirect(url: "https://\(manner.rawValue).example/\(payment.number)"),
      reference: manner == .stripe ? "cs_\(payment.number)" : nil)
  }

  func query(_ payment: ProviderPayment) -> ProviderReport {
    report(
      on: trade(payment.number)
        ?? Trade(
          number: payment.number, amount: payment.amount, expiresAt: payment.expiresAt, state: .unknown))
  }

  func close(_ payment: ProviderPayment) throws {
    try change(payment.number) { trade in
      guard trade.state != .unknown else { throw ProviderFault.refused(code: "TRADE_NOT_EXIST") }
      guard trade.state != .captured else { throw ProviderFault.refused(code: "ORDERPAID") }
      guard !trade.isPaying || manner == .stripe else { throw ProviderFault.refused(code: "USERPAYING") }
      trade.isPaying = false
      trade.state = .closed
    }
  }

  func refund(_ refund: ProviderRefund) throws -> ProviderRefundReport {
    let (trade, back, isNew) = try change(refund.payment.number) { trade in
      if let known = trade.refunds.first(where: { $0.number == refund.number }) { return (trade, known, false) }
      guard trade.state == .captured else { throw ProviderFault.refused(code: "TRADE_NOT_EXIST") }
      guard trade.claimed + refund.amount.minor <= trade.amount.minor else {
        throw ProviderFault.refused(code: "REFUND_FEE_NOT_ENOUGH")
      }
      guard !stage.happens(\.refused) else { throw ProviderFault.refused(code: "NOT_ENOUGH") }
      let isLate = manner == .wechat || (manner == .stripe && stage.happens(\.failing))
      let new = Back(
        number: refund.number, amount: refund.amount, state: isLate ? .pending : .settled, at: stage.clock.now)
      trade.refunds.append(new)
      return (trade, new, true)
    }
    if isNew, manner == .stripe, back.state == .settled { tell(trade, refund: back) }
    return ProviderRefundReport(number: back.number, amount: back.amount, state: back.state)
  }

  func queryRefund(_ refund: ProviderRefund) -> ProviderRefundReport {
    let back = trade(refund.payment.number)?.refunds.first { $0.number == refund.number }
    return ProviderRefundReport(
      number: refund.number, amount: back?.amount ?? refund.amount, state: back?.state ?? .unknown)
  }
}

// MARK: What happens there

extension ProviderHouse {
  private static let patience = Duration.minutes(15)

  /// A buyer stands before the provider's page. Nothing happens for what is closed, paid or too late.
  func visit(_ number: String) {
    let now = stage.clock.now
    _ = try? change(number) { trade in
      guard now < trade.expiresAt else { return }
      if trade.state == .unknown { trade.state = .pending }
      if trade.state == .pending { trade.isPaying = true }
    }
  }

  /// The buyer who stands there pays, or goes.
  func finish(_ number: String, pays: Bool) {
    let now = stage.clock.now
    let paid = try? change(number) { trade -> Trade? in
      guard trade.isPaying else { return nil }
      trade.isPaying = false
      guard pays, trade.state == .pending, now < trade.expiresAt.adding(Self.patience) else { return nil }
      trade.state = .captured
      trade.paidAt = now
      return trade
    }
    if let paid {
      stage.note("\(manner.rawValue) has the money of \(number)")
      tell(paid)
    }
  }

  /// Refunds that were left for later come to their end.
  func endRefunds() {
    for trade in trades {
      for back in trade.refunds where back.state == .pending || back.state == .stuck {
        endRefund(back.number, of: trade.number, as: outcome(of: back))
      }
    }
  }

  private func outcome(of back: Back) -> ProviderRefundReport.State {
    guard stage.happens(\.failing) else { return .settled }
    let waitsForAPerson = manner == .wechat && back.state == .pending && stage.draw { $0.happens(50) }
    return waitsForAPerson ? .stuck : .failed
  }

  private func endRefund(_ refund: String, of number: String, as state: ProviderRefundReport.State) {
    let told = try? change(number) { trade -> (Trade, Back)? in
      guard let index = trade.refunds.firstIndex(where: { $0.number == refund }) else { return nil }
      trade.refunds[index].state = state
      trade.refunds[index].at = stage.clock.now
      return (trade, trade.refunds[index])
    }
    if let told {
      stage.note("\(manner.rawValue) says \(state.rawValue) of \(refund)")
      tell(told.0, refund: told.1)
    }
  }

  /// Somebody sends money back at the provider's own desk.
  func giveBack(_ minor: Int64, of number: String) {
    let told = try? change(number) { trade -> (Trade, Back)? in
      guard trade.state == .captured, trade.claimed + minor <= trade.amount.minor else { return nil }
      let own = Back(
        number: "own\(trade.refunds.count)\(number.suffix(8))",
        amount: Money(minor: minor, currency: trade.amount.currency), state: .settled, at: stage.clock.now)
      trade.refunds.append(own)
      return (trade, own)
    }
    if let told {
      stage.note("\(minor) of \(number) go back at \(manner.rawValue)")
      tell(told.0, refund: told.1, isStubborn: true)
    }
  }

  /// What somebody sends who isn't the provider: that money has come which hasn't.
  func forgery() -> Post.Notice? {
    guard let trade = trades.first(where: { $0.state == .pending || $0.state == .unknown }) else { return nil }
    let report = reportIfPaid(trade)
    return Post.Notice(method: method, raw: SealedNotice.forged(report), isStubborn: false)
  }

  /// What would be told if the money of a payment came now.
  func reportIfPaid(_ trade: Trade) -> ProviderReport {
    ProviderReport(
      number: trade.number, providerNumber: "\(manner.rawValue)-\(trade.number)", merchant: merchant,
      amount: trade.amount, state: .captured, at: stage.clock.now)
  }

  /// Whoever stood there has gone, and what was left for later is done.
  func comeToRest() {
    for trade in trades where trade.isPaying { finish(trade.number, pays: false) }
    endRefunds()
  }
}

// MARK: Bills

extension ProviderHouse {
  /// Ten-thousandths that are kept of what buyers pay.
  private static let feeParts: Int64 = 60

  var calendar: StatementCalendar { manner == .stripe ? .utc : .china }

  /// Whether buyers have ever paid here.
  var hasMoved: Bool { trades.contains { $0.state == .captured } }

  /// All that is kept of what buyers paid, in minor units.
  var fees: Int64 { trades.filter { $0.state == .captured }.reduce(0) { $0 + Self.fee(of: $1.amount).minor } }

  /// What moved on one day of the house's own calendar.
  func bill(of day: ProviderDay) -> [StatementRow] {
    guard let span = calendar.span(of: day) else { return [] }
    var rows: [StatementRow] = []
    for trade in trades where trade.state == .captured {
      let nothing = Money.zero(trade.amount.currency)
      let number = "\(manner.rawValue)-\(trade.number)"
      if span.contains(trade.paidAt) {
        rows.append(
          StatementRow(
            kind: .payment, payment: trade.number, providerNumber: number, amount: trade.amount,
            fee: Self.fee(of: trade.amount), at: trade.paidAt))
      }
      rows += trade.refunds.filter { $0.state == .settled && span.contains($0.at) }.map { back in
        StatementRow(
          kind: .refund, payment: trade.number, refund: back.number, providerNumber: number, amount: back.amount,
          fee: nothing, at: back.at)
      }
    }
    return rows
  }

  private static func fee(of amount: Money) -> Money {
    Money(minor: (amount.minor * feeParts + 5000) / 10_000, currency: amount.currency)
  }
}
