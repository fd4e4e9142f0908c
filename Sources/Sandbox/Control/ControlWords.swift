import Values

/// What the control page says.
struct ControlWords: Sendable {
  let title, lead, key, open, wrongKey, other, otherName: String
  let clock, speed, advance, skew, setClock, resetClock, clockNow: String
  let trades, none, see, pay, payLate, refuse, close, tellAgain, refund, amount, cashier: String
  let refunds, succeed, stick, fail, notices, attempts: String
  let faults, kind, times, call, seconds, order, clear, noFaults: String
  let states: [Trade.State: String]
  let refundStates: [TradeRefund.State: String]
  let outcomes: [TradeNotice.Outcome: String]
  let kinds: [FaultKind: String]
  let said: [ControlPage.Said: String]

  static func of(_ language: Language) -> ControlWords {
    switch language {
    case .en: english
    case .zhHans: chinese
    }
  }

  private static let english = ControlWords(
    title: "Control room", lead: "Play the buyer, the bank and the weather. Nothing here moves real money.",
    key: "Control key", open: "Open", wrongKey: "This isn't the control key.", other: "zh-Hans", otherName: "中文",
    clock: "Clock", speed: "Times as fast", advance: "Move on by (seconds)",
    skew: "Moments in messages off by (seconds)",
    setClock: "Set the clock", resetClock: "Back to real time", clockNow: "It is now",
    trades: "Trades", none: "No trades yet.", see: "Buyer arrives", pay: "Pay", payLate: "Pay although closed",
    refuse: "Attempt fails", close: "Close", tellAgain: "Tell again", refund: "Refund at the provider",
    amount: "Minor units", cashier: "Cashier",
    refunds: "Refunds", succeed: "Succeeds", stick: "Gets stuck", fail: "Fails", notices: "Notices",
    attempts: "failed attempts",
    faults: "Things that go wrong", kind: "What", times: "Times", call: "Only calls with", seconds: "Seconds",
    order: "Order it", clear: "Clear all", noFaults: "Nothing is ordered.",
    states: [.unseen: "No buyer yet", .pending: "Waiting", .paid: "Paid", .closed: "Closed"],
    refundStates: [.processing: "Under way", .succeeded: "Done", .failed: "Failed", .stuck: "Stuck"],
    outcomes: [.waiting: "waiting", .delivered: "known", .givenUp: "given up"],
    kinds: [
      .timeoutBefore: "Call: breaks off, nothing done", .timeoutAfter: "Call: breaks off, but done",
      .errorBefore: "Call: server error, nothing done", .errorAfter: "Call: server error, but done",
      .tamperedAnswer: "Call: answer changed after signing", .unsignedAnswer: "Call: answer unsigned",
      .loseNotice: "Notice: lost", .duplicateNotice: "Notice: twice", .delayNotice: "Notice: late",
      .reorderNotice: "Notice: behind the next", .tamperNotice: "Notice: changed after signing",
      .wrongAmount: "Notice: wrong amount", .wrongCurrency: "Notice: wrong currency",
      .wrongNumber: "Notice: unknown number", .foreignNotice: "Notice: somebody else's",
      .badSignature: "Notice: another's signature", .signatureProbe: "Notice: signature probe",
      .refundStuck: "Refund: stays under way", .refundAbnormal: "Refund: gets stuck", .refundFails: "Refund: fails",
      .insufficientBalance: "Refund: balance too low",
    ],
    said: [.done: "Done.", .refused: "That can't be done as it stands.", .unknown: "There is no such thing."])

  private static let chinese = ControlWords(
    title: "控制台", lead: "在这里扮演买家、银行和各种意外。不涉及真实资金。",
    key: "控制密钥", open: "进入", wrongKey: "控制密钥不正确。", other: "en", otherName: "English",
    clock: "时钟", speed: "加速倍数", advance: "向前推进（秒）", skew: "报文时间偏差（秒）",
    setClock: "设置时钟", resetClock: "恢复真实时间", clockNow: "当前时间",
    trades: "交易", none: "暂无交易。", see: "买家到来", pay: "支付", payLate: "关闭后仍支付",
    refuse: "支付失败", close: "关闭", tellAgain: "重发通知", refund: "平台侧退款",
    amount: "最小货币单位", cashier: "收银台",
    refunds: "退款", succeed: "成功", stick: "异常", fail: "失败", notices: "通知",
    attempts: "次失败",
    faults: "故障注入", kind: "故障", times: "次数", call: "仅限包含此文字的调用", seconds: "秒数",
    order: "安排", clear: "全部清除", noFaults: "没有安排故障。",
    states: [.unseen: "买家未到", .pending: "待支付", .paid: "已支付", .closed: "已关闭"],
    refundStates: [.processing: "处理中", .succeeded: "已完成", .failed: "失败", .stuck: "异常"],
    outcomes: [.waiting: "等待中", .delivered: "已确认", .givenUp: "已放弃"],
    kinds: [
      .timeoutBefore: "调用：中断，未执行", .timeoutAfter: "调用：中断，已执行",
      .errorBefore: "调用：服务器错误，未执行", .errorAfter: "调用：服务器错误，已执行",
      .tamperedAnswer: "调用：应答签名后被改", .unsignedAnswer: "调用：应答无签名",
      .loseNotice: "通知：丢失", .duplicateNotice: "通知：重复", .delayNotice: "通知：延迟",
      .reorderNotice: "通知：乱序", .tamperNotice: "通知：签名后被改",
      .wrongAmount: "通知：金额错误", .wrongCurrency: "通知：币种错误",
      .wrongNumber: "通知：单号未知", .foreignNotice: "通知：属于他人",
      .badSignature: "通知：他人签名", .signatureProbe: "通知：签名探测",
      .refundStuck: "退款：一直处理中", .refundAbnormal: "退款：异常", .refundFails: "退款：失败",
      .insufficientBalance: "退款：余额不足",
    ],
    said: [.done: "已完成。", .refused: "当前状态下无法执行。", .unknown: "找不到对应的内容。"])
}
