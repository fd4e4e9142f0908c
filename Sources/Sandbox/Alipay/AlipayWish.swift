import Values

/// What the shop asks for when it opens a payment, checked.
struct AlipayWish: Sendable {
  /// A fen to a hundred million yuan.
  private static let amounts: ClosedRange<Int64> = 1...10_000_000_000

  /// What pages must name.
  private static let products = [
    "alipay.trade.page.pay": "FAST_INSTANT_TRADE_PAY", "alipay.trade.wap.pay": "QUICK_WAP_PAY",
  ]

  let number: String
  let amount: Int64
  let subject: String
  let expiresAt: Timestamp
  let returnURL: String?
  let noticeURL: String?
  let details: [String: String]

  init(_ content: AlipayContent, _ parameters: [String: String], now: Timestamp) throws {
    guard let number = content["out_trade_no"], Self.isNumber(number) else {
      throw AlipayRefusal.invalid("out_trade_no")
    }
    guard let amount = content["total_amount"].flatMap({ Money(decimalText: $0, currency: .cny) })?.minor,
      Self.amounts.contains(amount)
    else { throw AlipayRefusal.invalid("total_amount") }
    guard let subject = content["subject"], subject.count <= 256 else { throw AlipayRefusal.invalid("subject") }
    self.number = number
    self.amount = amount
    self.subject = subject
    let method = parameters["method"] ?? ""
    if let product = Self.products[method], content["product_code"] != product {
      throw AlipayRefusal.invalid("product_code")
    }
    expiresAt = try Self.end(content, method: method, now: now)
    returnURL = try Self.address("return_url", in: parameters)
    noticeURL = try Self.address("notify_url", in: parameters)
    var details = ["method": method]
    for name in ["body", "passback_params", "product_code"] { details[name] = content[name] }
    if parameters["app_cert_sn"] != nil { details["certificates"] = "yes" }
    self.details = details
  }

  /// 1–64 of `A-Z a-z 0-9 _`.
  static func isNumber(_ text: String) -> Bool { PaymentWish.isNumber(text) && !text.contains("-") }

  private static func address(_ name: String, in parameters: [String: String]) throws -> String? {
    guard let text = parameters[name], !text.isEmpty else { return nil }
    guard PaymentWish.isWebAddress(text), name != "notify_url" || text.utf8.count <= 256 else {
      throw AlipayRefusal.invalid(name)
    }
    return text
  }

  private static func end(_ content: AlipayContent, method: String, now: Timestamp) throws -> Timestamp {
    if let text = content["time_expire"] {
      guard text.utf8.count == 19, let moment = Timestamp(chineseText: text) else {
        throw AlipayRefusal.invalid("time_expire")
      }
      guard moment > now else {
        throw AlipayRefusal.business("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR", "当前时间已超过订单绝对超时时间")
      }
      return moment
    }
    guard let text = content["timeout_express"] else {
      // A code that nobody reads is good for two hours.
      return now.adding(method == "alipay.trade.precreate" ? .hours(2) : .days(15))
    }
    guard let duration = duration(text, now: now) else { throw AlipayRefusal.invalid("timeout_express") }
    return now.adding(duration)
  }

  /// `1m`–`15d`, or `1c` for the end of the day.
  private static func duration(_ text: String, now: Timestamp) -> Duration? {
    if text == "1c" {
      return Timestamp(chineseDay: now.chineseDay).map {
        .milliseconds($0.adding(.days(1)).milliseconds - now.milliseconds)
      }
    }
    guard let unit = text.last, let count = Int(text.dropLast()), (1...21_600).contains(count) else { return nil }
    let duration: Duration? =
      switch unit {
      case "m": .minutes(count)
      case "h": .hours(count)
      case "d": .days(count)
      default: nil
      }
    return duration.flatMap { $0 <= .days(15) ? $0 : nil }
  }
}
