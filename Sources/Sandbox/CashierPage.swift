import Values

/// The cashier page as HTML. Works without scripts.
struct CashierPage {
  let view: CashierView
  let merchantName: String

  private var words: CashierWords { .of(view.language) }
  private var amount: String { Self.text(view.money) }

  var html: String {
    Self.document(
      language: view.language, title: "\(title) · \(merchantName)", depth: 1, banner: words.banner, brand: view.brand
    ) {
      view.state == .pending ? question : outcome
    }
  }

  private var title: String {
    switch view.state {
    case .pending: words.pay(amount)
    case .paid: words.paid.title
    case .refused: words.refused.title
    case .closed: words.closed.title
    }
  }

  // MARK: Parts

  private var question: String {
    """
    <p class="payee"><span>\(words.payTo)</span> <strong><bdi>\(Self.escaped(merchantName))</bdi></strong></p>
    <h1 class="amount">\(Self.escaped(amount))</h1>
    \(view.wasRefused ? "<p class=\"hint before\" role=\"status\">\(words.refusedBefore)</p>" : "")
    \(facts)
    \(button("pay", words.pay(amount), "primary"))
    <div class="pair">
    \(button("refuse", words.refuse, "secondary"))
    \(button("leave", words.leave, "secondary", describedBy: "leave-hint"))
    </div>
    <p class="hint" id="leave-hint">\(words.leaveHint)</p>
    """
  }

  private var outcome: String {
    let (kind, sentence, sign) =
      switch view.state {
      case .paid: ("paid", words.paid.sentence(amount), "M7 12.5l3.5 3.5L17 9")
      case .refused: ("refused", words.refused.sentence, "M8 8l8 8M16 8l-8 8")
      case .closed, .pending: ("closed", words.closed.sentence, "M12 7v5.5l3.5 2")
      }
    return """
      <div class="outcome \(kind)">
      <svg viewBox="0 0 24 24" width="64" height="64" aria-hidden="true"><circle cx="12" cy="12" r="10.5"/>\
      <path d="\(sign)"/></svg>
      <h1>\(Self.escaped(title))</h1>
      <p>\(Self.escaped(sentence))</p>
      </div>
      \(facts)
      \(back)
      """
  }

  private var back: String {
    guard let address = view.returnURL else { return "" }
    return """
      <a class="button primary" href="\(Self.escaped(address))">\(Self.escaped(words.back(merchantName)))</a>
      """
  }

  private var facts: String {
    let until = view.expiresAt.map { String($0.chineseText.prefix(16)) } ?? ""
    let isOpen = view.state == .pending && view.expiresAt != nil
    return """
      <dl>
      <div><dt>\(words.subject)</dt><dd><bdi>\(Self.unbroken(Self.escaped(Self.shortened(view.subject))))</bdi></dd></div>
      <div><dt>\(words.number)</dt><dd class="number">\(Self.escaped(view.number))</dd></div>
      \(isOpen ? "<div><dt>\(words.openUntil)</dt><dd class=\"number\">\(until) \(words.timeZone)</dd></div>" : "")
      </dl>
      """
  }

  private func button(_ verb: String, _ label: String, _ kind: String, describedBy hint: String? = nil) -> String {
    let description = hint.map { " aria-describedby=\"\($0)\"" } ?? ""
    return """
      <form method="post" action="\(view.token)/\(verb)">\
      <button class="button \(kind)"\(description)>\(Self.escaped(label))</button></form>
      """
  }

  // MARK: Pages without a payment

  static func unknown(depth: Int) -> String {
    notice(
      depth: depth,
      english: ("Payment not found", "This address belongs to no payment. Go back to the shop and try again."),
      chinese: ("找不到这笔付款", "此地址没有对应的付款，请返回商家重试。"))
  }

  /// Of a wish that the platform doesn't take.
  static func failed(_ code: String) -> String {
    notice(
      depth: 1, english: ("This payment can't be made", "The platform says: \(escaped(code)). Go back to the shop."),
      chinese: ("无法发起付款", "平台返回：\(escaped(code))。请返回商家。"))
  }

  static func broken(depth: Int) -> String {
    notice(
      depth: depth, english: ("Something went wrong", "Please load the page again to see how the payment stands."),
      chinese: ("出了点问题", "请重新加载页面，查看付款状态。"))
  }

  /// In both languages, because it isn't known which one the buyer reads.
  private static func notice(
    depth: Int, english: (title: String, sentence: String), chinese: (title: String, sentence: String)
  ) -> String {
    let banner = CashierWords.of(.en).banner + " · <span lang=\"zh-Hans\">\(CashierWords.of(.zhHans).banner)</span>"
    return document(language: .en, title: "\(english.title) · \(chinese.title)", depth: depth, banner: banner) {
      """
      <div class="outcome closed">
      <h1>\(english.title)</h1>
      <p>\(english.sentence)</p>
      </div>
      <div class="outcome closed" lang="zh-Hans">
      <h2>\(chinese.title)</h2>
      <p>\(chinese.sentence)</p>
      </div>
      """
    }
  }

  /// `depth` is the number of folders above the page: the style is found also when the platform isn't at the root.
  private static func document(
    language: Language, title: String, depth: Int, banner: String, brand: Brand? = nil, _ content: () -> String
  ) -> String {
    let root = String(repeating: "../", count: depth)
    return """
      <!doctype html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(escaped(title))</title>
      <link rel="stylesheet" href="\(root)static/cashier.css">
      </head>
      <body\(brand.map { " class=\"\($0.rawValue)\"" } ?? "")>
      <p class="banner" role="note">\(banner)</p>
      <main>
      <p class="platform"><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">\
      <rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/></svg>\(brand.map { "\($0.name(language)) · Sandbox" } ?? "Sandbox Pay")</p>
      <div class="card">
      \(content())
      </div>
      </main>
      </body>
      </html>
      """
  }
}
