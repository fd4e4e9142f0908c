/// A "no" of WeChat Pay, as it words them.
struct WeChatProblem: Error, Hashable {
  let status: Int
  let code: String
  let message: String
  /// The part of the request that is to blame: `/amount/total`.
  var field: String?

  init(_ status: Int, _ code: String, _ message: String, field: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.field = field
  }

  static func badSignature(_ message: String) -> WeChatProblem { WeChatProblem(401, "SIGN_ERROR", message) }
  static func badParameter(_ field: String, _ message: String) -> WeChatProblem {
    WeChatProblem(400, "PARAM_ERROR", message, field: field)
  }
  static func invalid(_ message: String) -> WeChatProblem { WeChatProblem(400, "INVALID_REQUEST", message) }

  static let foreignApplication = WeChatProblem(400, "APPID_MCHID_NOT_MATCH", "商户号和appid没有绑定关系")
  static let foreignMerchant = WeChatProblem(400, "MCH_NOT_EXISTS", "商户号不存在")
  static let numberUsed = WeChatProblem(403, "OUT_TRADE_NO_USED", "商户订单号重复")
  static let orderClosed = WeChatProblem(400, "ORDER_CLOSED", "该订单已关闭，请重新下单")
  static let orderPaid = WeChatProblem(400, "ORDERPAID", "该订单已支付")
  static let unknownOrder = WeChatProblem(404, "ORDER_NOT_EXIST", "订单不存在")
  static let unknownResource = WeChatProblem(404, "RESOURCE_NOT_EXISTS", "记录不存在")
  static let notEnough = WeChatProblem(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起")
  static let broken = WeChatProblem(500, "SYSTEM_ERROR", "系统异常，请稍后重试")
  static let noBill = WeChatProblem(400, "NO_STATEMENT_EXIST", "账单文件不存在")
  static let billInTheMaking = WeChatProblem(400, "STATEMENT_CREATING", "账单生成中")
  static let unknownKey = WeChatProblem(400, "PARAM_ERROR", "Http头Wechatpay-Serial有误", field: "Wechatpay-Serial")

  var body: [UInt8] {
    let detail = field.map { WeChatMessages.Problem.Detail(field: $0, issue: message, location: "body") }
    return (try? Message.encode(WeChatMessages.Problem(code: code, message: message, detail: detail))) ?? []
  }
}
