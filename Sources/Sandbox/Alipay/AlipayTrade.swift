import Values

/// A trade in Alipay's words.
struct AlipayTrade: Sendable {
  /// How long money can go back.
  private static let refundPeriod = Duration.days(365)

  let trade: Trade
  let refunds: [TradeRefund]
  let now: Timestamp

  init(_ trade: Trade, in turn: BookTurn) {
    self.trade = trade
    refunds = turn.refunds(of: trade.token)
    now = turn.now
  }

  /// Before the buyer comes there is no trade at Alipay, whatever the merchant was handed.
  var exists: Bool { trade.seenAt != nil }

  /// Minor units that are back with the buyer.
  var refunded: Int64 { refunds.filter { $0.state == .succeeded }.reduce(0) { $0 + $1.amount } }

  var isFinished: Bool { trade.paidAt.map { now >= $0.adding(Self.refundPeriod) } ?? false }

  var status: String {
    switch trade.state {
    case .unseen, .pending: "WAIT_BUYER_PAY"
    case .closed: "TRADE_CLOSED"
    case .paid: refunded == trade.amount ? "TRADE_CLOSED" : isFinished ? "TRADE_FINISHED" : "TRADE_SUCCESS"
    }
  }

  var buyer: String { "abc***@example.com" }
  var buyerID: String { "2088000000000001" }
  var amount: String { trade.money.decimalText }
  /// What was paid; nothing before.
  var paid: String { trade.paidAt == nil ? "0.00" : amount }

  static func yuan(_ minor: Int64) -> String { Money(minor: minor, currency: .cny).decimalText }

  /// 28 digits that begin with the day.
  static func number(_ now: Timestamp) -> String {
    now.chineseDay.filter { $0 != "-" } + "22001400" + Random.digits(12)
  }
}
