import Values

/// What the cashier page says.
struct CashierWords: Sendable {
  let banner: String
  let payTo: String
  let subject: String
  let number: String
  let openUntil: String
  let timeZone: String
  let refuse: String
  let leave: String
  let leaveHint: String
  let refusedBefore: String
  let pay: @Sendable (String) -> String
  let back: @Sendable (String) -> String
  /// Title and sentence of a payment that is decided; the amount goes into the sentence.
  let paid: (title: String, sentence: @Sendable (String) -> String)
  let refused: (title: String, sentence: String)
  let closed: (title: String, sentence: String)

  static func of(_ language: Language) -> CashierWords {
    switch language {
    case .en: english
    case .zhHans: chinese
    }
  }

  private static let english = CashierWords(
    banner: "Test platform – no real money moves", payTo: "Pay to", subject: "For", number: "Number",
    openUntil: "Open until", timeZone: "China time", refuse: "Refuse", leave: "Close the window",
    leaveHint: "“Close the window” goes back without deciding anything.",
    refusedBefore: "The last attempt was refused. You can try again.",
    pay: { "Pay \($0)" }, back: { "Back to \($0)" },
    paid: ("Paid", { "You paid \($0). Go back to the shop to see your order." }),
    refused: ("Refused", "You refused this payment. Nothing was charged."),
    closed: ("No longer open", "The time to pay is over or the shop closed the payment. Nothing was charged."))

  private static let chinese = CashierWords(
    banner: "测试平台，不涉及真实资金", payTo: "收款方", subject: "商品", number: "支付单号",
    openUntil: "支付截止", timeZone: "北京时间", refuse: "拒绝付款", leave: "关闭窗口",
    leaveHint: "“关闭窗口”将直接返回，付款保持待支付。",
    refusedBefore: "上一次付款被拒绝，可以重试。",
    pay: { "支付 \($0)" }, back: { "返回\($0)" },
    paid: ("支付成功", { "您已支付 \($0)，可返回商家查看订单。" }),
    refused: ("已拒绝付款", "您拒绝了这笔付款，未扣款。"),
    closed: ("付款已关闭", "已超过支付时间，或商家已关闭这笔付款。未扣款。"))
}
