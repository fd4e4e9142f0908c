import Values

/// What is asked of the gateway. Amounts are yuan as text.
enum AlipayMessage {
  struct Pay: Encodable {
    let outTradeNo: String
    let totalAmount: String
    let subject: String
    let productCode: String
    let timeExpire: String
  }

  struct Trade: Encodable {
    let outTradeNo: String
  }

  struct Refund: Encodable {
    let outTradeNo: String
    let outRequestNo: String
    let refundAmount: String
    let refundReason: String?
  }

  struct RefundQuestion: Encodable {
    let outTradeNo: String
    let outRequestNo: String
  }

  struct Bill: Encodable {
    let billType: String
    let billDate: String
  }

  /// How a trade stands, in words of the shop. `TRADE_CLOSED` ends both one that nobody paid and one whose money went back
  /// whole.
  static func state(_ status: String, isRefunded: Bool) -> ProviderReport.State? {
    switch status {
    case "WAIT_BUYER_PAY": .pending
    case "TRADE_SUCCESS", "TRADE_FINISHED": .captured
    case "TRADE_CLOSED": isRefunded ? .captured : .closed
    default: nil
    }
  }
}
