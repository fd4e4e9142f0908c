import Foundation
import Values

/// What a merchant asks for when it tells of an order, checked.
struct WeChatWish: Hashable, Codable, Sendable {
  enum Kind: String, Codable, Sendable {
    case native = "NATIVE"
    case jsapi = "JSAPI"
    case h5 = "MWEB"

    /// By the last step of the address.
    init?(step: String) {
      switch step {
      case "native": self = .native
      case "jsapi": self = .jsapi
      case "h5": self = .h5
      default: return nil
      }
    }
  }

  /// ¥10 billion: sums of these can't overflow.
  static let largestTotal: Int64 = 1_000_000_000_000
  private static let longestLife = Duration.days(7)

  let kind: Kind
  let number: String
  let description: String
  let attach: String
  let noticeURL: String
  /// Fen.
  let total: Int64
  let openID: String?
  /// As it was asked for; nil for the seven days that are the rule.
  let expiresAt: Timestamp?
  /// All that was asked for, also what means nothing here.
  let fingerprint: String

  init(_ body: [UInt8], _ kind: Kind, of account: WeChatAccount) throws(WeChatProblem) {
    let asked = try WeChatMessages.decode(WeChatMessages.Wish.self, from: body)
    guard let number = asked.out_trade_no, Self.isNumber(number) else {
      throw .badParameter("/out_trade_no", "商户订单号须为6到32个字符")
    }
    guard let description = asked.description, (1...127).contains(description.count) else {
      throw .badParameter("/description", "商品描述须为1到127个字符")
    }
    guard let total = asked.amount?.total, (1...Self.largestTotal).contains(total) else {
      throw .badParameter("/amount/total", "订单总金额须为正整数，单位为分")
    }
    guard (asked.amount?.currency ?? "CNY") == "CNY" else { throw .badParameter("/amount/currency", "只支持CNY") }
    guard let address = asked.notify_url, Self.isNoticeAddress(address) else {
      throw .badParameter("/notify_url", "通知地址无效")
    }
    guard (asked.attach?.count ?? 0) <= 128 else { throw .badParameter("/attach", "附加数据过长") }
    try Self.expect(asked, kind)
    guard asked.mchid == account.merchantID else { throw .foreignMerchant }
    guard asked.appid == account.appID else { throw .foreignApplication }
    var expiresAt: Timestamp?
    if let text = asked.time_expire {
      guard let moment = Timestamp(rfc3339: text) else { throw .badParameter("/time_expire", "时间格式有误") }
      expiresAt = moment
    }
    self.kind = kind
    self.number = number
    self.description = description
    attach = asked.attach ?? ""
    noticeURL = address
    self.total = total
    openID = asked.payer?.openid
    self.expiresAt = expiresAt
    fingerprint = WeChatMessages.fingerprint(body) ?? ""
  }

  private static func expect(_ asked: WeChatMessages.Wish, _ kind: Kind) throws(WeChatProblem) {
    switch kind {
    case .native: return
    case .jsapi:
      guard let payer = asked.payer?.openid, !payer.isEmpty, payer.utf8.count <= 128 else {
        throw .badParameter("/payer/openid", "缺少用户标识")
      }
    case .h5:
      guard let address = asked.scene_info?.payer_client_ip, (1...45).contains(address.utf8.count) else {
        throw .badParameter("/scene_info/payer_client_ip", "缺少用户终端IP")
      }
      guard let type = asked.scene_info?.h5_info?.type, ["iOS", "Android", "Wap"].contains(type) else {
        throw .badParameter("/scene_info/h5_info/type", "场景类型有误")
      }
    }
  }

  /// A time that is asked for must be a minute ahead when the order is told of for the first time.
  func end(from now: Timestamp) throws(WeChatProblem) -> Timestamp {
    guard let expiresAt else { return now.adding(Self.longestLife) }
    guard expiresAt >= now.adding(.minutes(1)), expiresAt <= now.adding(Self.longestLife) else {
      throw .badParameter("/time_expire", "交易结束时间须在1分钟之后、7天之内")
    }
    return expiresAt
  }

  /// 6–32 of `A-Z a-z 0-9 _ - | *`.
  static func isNumber(_ text: String) -> Bool {
    (6...32).contains(text.utf8.count) && hasLetters(text, besides: "_-|*")
  }

  /// 1–64 of `A-Z a-z 0-9 _ - | * @`.
  static func isRefundNumber(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && hasLetters(text, besides: "_-|*@")
  }

  private static func hasLetters(_ text: String, besides others: String) -> Bool {
    text.utf8.allSatisfy { letter in
      (48...57).contains(letter) || (65...90).contains(letter) || (97...122).contains(letter)
        || others.utf8.contains(letter)
    }
  }

  /// Without a question, as the platform wants it. It also wants `https`, which shops on the same machine needn't have.
  static func isNoticeAddress(_ text: String) -> Bool {
    text.utf8.count <= 255 && PaymentWish.isWebAddress(text) && !text.contains("?") && !text.contains("#")
  }
}

/// What a merchant asks for when it gives money back, checked as far as one can without its order.
struct WeChatRefundWish: Hashable, Sendable {
  enum Order: Hashable, Sendable {
    case transaction(String)
    case number(String)
  }

  let order: Order
  let number: String
  /// Fen.
  let amount: Int64
  /// Fen; the order's.
  let total: Int64
  let reason: String
  /// Where the merchant wants to hear of it; nil where it doesn't.
  let noticeURL: String?
  let fingerprint: String

  init(_ body: [UInt8]) throws(WeChatProblem) {
    let asked = try WeChatMessages.decode(WeChatMessages.RefundWish.self, from: body)
    guard let number = asked.out_refund_no, WeChatWish.isRefundNumber(number) else {
      throw .badParameter("/out_refund_no", "商户退款单号无效")
    }
    if let transaction = asked.transaction_id {
      order = .transaction(transaction)
    } else if let payment = asked.out_trade_no {
      order = .number(payment)
    } else {
      throw .badParameter("/out_trade_no", "微信支付订单号与商户订单号须有其一")
    }
    guard let amount = asked.amount?.refund, (1...WeChatWish.largestTotal).contains(amount) else {
      throw .badParameter("/amount/refund", "退款金额须为正整数，单位为分")
    }
    guard let total = asked.amount?.total, (1...WeChatWish.largestTotal).contains(total) else {
      throw .badParameter("/amount/total", "原订单金额须为正整数，单位为分")
    }
    guard asked.amount?.currency == "CNY" else { throw .badParameter("/amount/currency", "只支持CNY") }
    guard (asked.reason?.count ?? 0) <= 80 else { throw .badParameter("/reason", "退款原因过长") }
    if let address = asked.notify_url, !WeChatWish.isNoticeAddress(address) {
      throw .badParameter("/notify_url", "通知地址无效")
    }
    self.number = number
    self.amount = amount
    self.total = total
    reason = asked.reason ?? ""
    noticeURL = asked.notify_url
    fingerprint = WeChatMessages.fingerprint(body) ?? ""
  }
}
