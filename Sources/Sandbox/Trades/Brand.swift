import Values

/// Whose protocol a trade is made under.
enum Brand: String, Codable, CaseIterable, Sendable {
  case alipay, wechat, stripe

  /// As buyers know it.
  func name(_ language: Language) -> String {
    switch (self, language) {
    case (.alipay, .en): "Alipay"
    case (.alipay, .zhHans): "支付宝"
    case (.wechat, .en): "WeChat Pay"
    case (.wechat, .zhHans): "微信支付"
    case (.stripe, _): "Stripe"
    }
  }
}
