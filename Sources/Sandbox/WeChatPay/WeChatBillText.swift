import Values

/// A day's bill as text: a header, a line for each movement with a backquote before each cell, and the sums. Amounts are in
/// yuan, fees with five decimals.
struct WeChatBillText {
  enum Kind: String {
    case all = "ALL"
    case payments = "SUCCESS"
    case refunds = "REFUND"

    fileprivate var columns: [Column] {
      switch self {
      case .all: Column.allCases.filter { ![.askedAt, .endedAt].contains($0) }
      case .payments: Column.allCases.filter { !Column.ofRefunds.contains($0) }
      case .refunds: Column.allCases
      }
    }
  }

  fileprivate enum Column: String, CaseIterable {
    case at = "交易时间"
    case app = "公众账号ID"
    case merchant = "商户号"
    case subMerchant = "特约商户号"
    case device = "设备号"
    case transaction = "微信订单号"
    case number = "商户订单号"
    case payer = "用户标识"
    case type = "交易类型"
    case state = "交易状态"
    case bank = "付款银行"
    case currency = "货币种类"
    case settled = "应结订单金额"
    case coupons = "代金券金额"
    case askedAt = "退款申请时间"
    case endedAt = "退款成功时间"
    case refund = "微信退款单号"
    case refundNumber = "商户退款单号"
    case refunded = "退款金额"
    case refundedCoupons = "充值券退款金额"
    case refundType = "退款类型"
    case refundState = "退款状态"
    case goods = "商品名称"
    case attach = "商户数据包"
    case fee = "手续费"
    case rate = "费率"
    case total = "订单金额"
    case asked = "申请退款金额"
    case note = "费率备注"

    static let ofRefunds: Set<Column> = [
      .askedAt, .endedAt, .refund, .refundNumber, .refunded, .refundedCoupons, .refundType, .refundState, .asked,
    ]
  }

  /// A movement: a trade that was paid, or one of its refunds.
  struct Entry {
    let trade: Trade
    let refund: TradeRefund?
    let at: Timestamp

    static func happened(_ left: Entry, before right: Entry) -> Bool {
      (left.at, left.trade.tradeNumber, left.refundNumber) < (right.at, right.trade.tradeNumber, right.refundNumber)
    }

    /// Empty for the trade itself.
    private var refundNumber: String { refund?.refundNumber ?? "" }
    /// Fen; 0 for money that didn't reach the buyer.
    fileprivate var fee: Int64 {
      guard let refund else { return Gateway.fee(trade.amount) }
      return refund.state == .succeeded ? -Gateway.fee(refund.amount) : 0
    }
  }

  let account: WeChatAccount
  let kind: Kind
  /// In the order in which they happened.
  let entries: [Entry]

  /// Begins with the mark of UTF-8; lines end as on Windows.
  var text: String {
    let lines = [kind.columns.map(\.rawValue).joined(separator: ",")] + entries.map(line) + sums
    return "\u{FEFF}" + lines.map { $0 + "\r\n" }.joined()
  }

  private func line(_ entry: Entry) -> String {
    let cells = cells(entry)
    return Self.quoted(kind.columns.map { cells[$0] ?? "" })
  }

  private func cells(_ entry: Entry) -> [Column: String] {
    let trade = entry.trade
    var cells: [Column: String] = [
      .at: entry.at.chineseText, .app: account.appID, .merchant: account.merchantID, .subMerchant: "0",
      .transaction: trade.tradeNumber, .number: trade.number, .payer: trade.weChatOpenID,
      .type: trade.weChatKind, .state: "SUCCESS", .bank: "OTHERS", .currency: "CNY",
      .settled: Self.yuan(trade.amount), .coupons: "0.00", .refund: "0", .refundNumber: "0", .refunded: "0.00",
      .refundedCoupons: "0.00", .goods: Self.plain(trade.subject), .attach: Self.plain(trade.weChatAttach),
      .fee: Self.fee(entry.fee), .rate: "0.60%", .total: Self.yuan(trade.amount), .asked: "0.00",
    ]
    guard let refund = entry.refund else { return cells }
    let isDone = refund.state == .succeeded
    cells[.state] = "REFUND"
    cells[.settled] = "0.00"
    cells[.askedAt] = refund.requestedAt.chineseText
    cells[.endedAt] = isDone ? entry.at.chineseText : ""
    cells[.refund] = refund.refundNumber
    cells[.refundNumber] = refund.number
    cells[.refunded] = Self.yuan(refund.amount)
    cells[.refundType] = "ORIGINAL"
    cells[.refundState] = isDone ? "SUCCESS" : "CHANGE"
    cells[.total] = "0.00"
    cells[.asked] = Self.yuan(refund.amount)
    return cells
  }

  private var sums: [String] {
    let paid = entries.filter { $0.refund == nil }.reduce(0) { $0 + $1.trade.amount }
    let refunded = entries.reduce(0) { $0 + ($1.refund?.amount ?? 0) }
    return [
      "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
      Self.quoted([
        String(entries.count), Self.yuan(paid), Self.yuan(refunded), "0.00",
        Self.fee(entries.reduce(0) { $0 + $1.fee }), Self.yuan(paid), Self.yuan(refunded),
      ]),
    ]
  }

  static func quoted(_ cells: [String]) -> String { cells.map { "`" + $0 }.joined(separator: ",") }
  static func yuan(_ fen: Int64) -> String { Money(minor: fen, currency: .cny).decimalText }
  private static func fee(_ fen: Int64) -> String { yuan(fen) + "000" }

  /// The format has no way to say a comma within a cell.
  static func plain(_ text: String) -> String {
    String(text.map { $0 == "," || $0 == "`" || $0.isNewline ? " " : $0 })
  }
}

/// The day's movements of the merchant's money: what came in, what the platform kept of it, what went back.
struct WeChatFundText {
  private static let columns = [
    "记账时间", "微信支付业务单号", "资金流水单号", "业务名称", "业务类型", "收支类型", "收支金额（元）", "账户结余（元）",
    "资金变更提交申请人", "备注", "业务凭证号",
  ]

  struct Movement {
    let at: Timestamp
    let number: String
    let business: String
    let kind: String
    /// Fen; negative for what goes out.
    let amount: Int64
    let note: String
    let voucher: String
  }

  /// Fen; the account's at the beginning of the day.
  let balance: Int64
  let movements: [Movement]

  /// Fen; the account's at the end of the day.
  var closing: Int64 { balance + movements.reduce(0) { $0 + $1.amount } }

  init(entries: [WeChatBillText.Entry], balance: Int64) {
    self.balance = balance
    movements = entries.flatMap { entry -> [Movement] in
      let trade = entry.trade
      guard let refund = entry.refund else {
        return [
          Movement(
            at: entry.at, number: trade.tradeNumber, business: "交易", kind: "交易", amount: trade.amount,
            note: "结算总金额 \(WeChatBillText.yuan(trade.amount)) 元", voucher: trade.number),
          Movement(
            at: entry.at, number: trade.tradeNumber, business: "扣除交易手续费", kind: "扣除交易手续费",
            amount: -Gateway.fee(trade.amount), note: "", voucher: trade.number),
        ]
      }
      guard refund.state == .succeeded else { return [] }
      let back = Gateway.fee(refund.amount) - refund.amount
      return [
        Movement(
          at: entry.at, number: refund.refundNumber, business: "退款", kind: "退款", amount: back,
          note: "退款总金额 \(WeChatBillText.yuan(refund.amount)) 元，含手续费", voucher: refund.number)
      ]
    }.filter { $0.amount != 0 }
  }

  var text: String {
    var left = balance
    var lines = [Self.columns.joined(separator: ",")]
    for movement in movements {
      left += movement.amount
      lines.append(
        WeChatBillText.quoted([
          movement.at.chineseText, movement.number, movement.number, movement.business, movement.kind,
          movement.amount > 0 ? "收入" : "支出", WeChatBillText.yuan(abs(movement.amount)), WeChatBillText.yuan(left),
          "system", movement.note, movement.voucher,
        ]))
    }
    let (gains, losses) = (movements.filter { $0.amount > 0 }, movements.filter { $0.amount < 0 })
    lines.append("资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额")
    lines.append(
      WeChatBillText.quoted([
        String(movements.count), String(gains.count), WeChatBillText.yuan(gains.reduce(0) { $0 + $1.amount }),
        String(losses.count), WeChatBillText.yuan(-losses.reduce(0) { $0 + $1.amount }),
      ]))
    return "\u{FEFF}" + lines.map { $0 + "\r\n" }.joined()
  }
}
