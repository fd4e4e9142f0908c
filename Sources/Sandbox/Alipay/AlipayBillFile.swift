import Compression
import Foundation
import Values

/// A bill of trades as Alipay makes it: a zip with the rows and their sums, in GBK.
struct AlipayBillFile {
  struct Refund: Sendable {
    let trade: Trade
    let refund: TradeRefund
  }

  /// GB 18030, of which GBK is the part that is needed.
  private static let gbk = String.Encoding(rawValue: 0x8000_0632)
  private static let header =
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    + "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
    + "卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
  private static let sumHeader =
    "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,"
    + "服务费（元）,分润（元）,实收净额（元）"

  let sellerID: String
  let span: AlipayBillSpan
  let payments: [Trade]
  let refunds: [Refund]
  let madeAt: Timestamp

  func zip() throws -> [UInt8] {
    let name = "\(sellerID)0156_\(span.text.filter { $0 != "-" })_业务明细"
    return try CompressedWriter.zip([
      (name: Self.bytes(name + ".csv"), content: Self.bytes(rows)),
      (name: Self.bytes(name + "(汇总).csv"), content: Self.bytes(sums)),
    ])
  }

  private static func bytes(_ text: String) -> [UInt8] { Array(text.data(using: gbk) ?? Data()) }

  // MARK: Text

  private var paid: Int64 { payments.reduce(0) { $0 + $1.amount } }
  private var back: Int64 { refunds.reduce(0) { $0 + $1.refund.amount } }
  /// Negative where more is kept than given back.
  private var fees: Int64 {
    let kept: Int64 = payments.reduce(0) { $0 + Gateway.fee($1.amount) }
    let given: Int64 = refunds.reduce(0) { $0 + Gateway.fee($1.refund.amount) }
    return given - kept
  }

  var rows: String {
    var lines = begun("明细", title: "业务明细列表")
    lines.append(Self.header)
    for trade in payments { lines.append(Self.paymentRow(trade)) }
    for refund in refunds { lines.append(Self.refundRow(refund)) }
    lines += [
      "#-----------------------------------------业务明细列表结束------------------------------------",
      "#交易合计：\(payments.count)笔，商家实收共\(AlipayTrade.yuan(paid))元，商家优惠共0.00元",
      "#退款合计：\(refunds.count)笔，商家实收退款共\(AlipayTrade.yuan(-back))元，商家优惠退款共0.00元",
      "#导出时间：[\(Self.long(madeAt))]",
    ]
    return lines.map { $0 + "\r\n" }.joined()
  }

  private var sums: String {
    let (net, charged) = (AlipayTrade.yuan(paid - back), AlipayTrade.yuan(fees))
    let cells = [
      "合计", "", "\(payments.count)", "\(refunds.count)", net, net, "0.00", "0.00", "0.00", charged, "0.00",
      AlipayTrade.yuan(paid - back + fees),
    ]
    var lines = begun("汇总", title: "业务汇总列表")
    lines += [
      Self.sumHeader, cells.joined(separator: ","),
      "#-----------------------------------------业务汇总列表结束------------------------------------",
      "#导出时间：[\(Self.long(madeAt))]",
    ]
    return lines.map { $0 + "\r\n" }.joined()
  }

  private func begun(_ kind: String, title: String) -> [String] {
    [
      "#支付宝业务\(kind)查询", "#账号：[\(sellerID)0156]",
      "#起始日期：[\(Self.long(span.start))]   终止日期：[\(Self.long(span.end))]",
      "#-----------------------------------------\(title)----------------------------------------",
    ]
  }

  private static func paymentRow(_ trade: Trade) -> String {
    let yuan = trade.money.decimalText
    return row(
      trade, kind: "交易", at: trade.paidAt ?? trade.openedAt, amount: yuan, request: "",
      fee: AlipayTrade.yuan(-Gateway.fee(trade.amount)), remark: "")
  }

  private static func refundRow(_ back: Refund) -> String {
    row(
      back.trade, kind: "退款", at: back.refund.settledAt ?? back.refund.requestedAt,
      amount: AlipayTrade.yuan(-back.refund.amount), request: back.refund.number,
      fee: AlipayTrade.yuan(Gateway.fee(back.refund.amount)), remark: back.refund.reason)
  }

  private static func row(
    _ trade: Trade, kind: String, at: Timestamp, amount: String, request: String, fee: String, remark: String
  ) -> String {
    let created = (trade.seenAt ?? trade.openedAt).chineseText
    return
      "\(trade.tradeNumber)\t,\(trade.number)\t,\(kind)\t,\(cell(trade.subject)),\(created),\(at.chineseText),\t,\t,\t,\t,"
      + "**三(abc***@example.com)\t,\(amount),\(amount),0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,\(request)\t,\(fee),0.00,"
      + cell(remark)
  }

  /// Text of others in a cell: nothing in it ends the cell or the line, and what GBK has no place for, which GB 18030 writes in
  /// four bytes, becomes a question mark.
  private static func cell(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case ",", "\"", "\t", "\n", "\r": result += " "
      default:
        if scalar.isASCII || bytes(String(scalar)).count <= 2 {
          result.unicodeScalars.append(scalar)
        } else {
          result += "?"
        }
      }
    }
    return result
  }

  /// `2026年01月15日 10:20:30`.
  private static func long(_ moment: Timestamp) -> String {
    let text = moment.chineseText
    let (date, time) = (text.prefix(10).split(separator: "-"), text.suffix(8))
    return "\(date[0])年\(date[1])月\(date[2])日 \(time)"
  }
}
