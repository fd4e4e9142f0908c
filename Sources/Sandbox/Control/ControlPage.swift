import Values

/// The page on which a person plays the buyer, the bank and the weather, as HTML. Works without scripts.
struct ControlPage {
  enum Said: Hashable, Sendable { case done, refused, unknown }

  /// What is shown to who knows the key.
  struct Room {
    let brand: Brand
    let brands: [Brand]
    let entries: [TradeControl.Entry]
    let faults: [FaultOrder]
    let time: TradeControl.Time
  }

  let language: Language
  let key: String
  let isKeyWrong: Bool
  let said: Said?
  let room: Room?

  private var words: ControlWords { .of(language) }
  private static let escaped = CashierPage.escaped

  var html: String {
    """
    <!doctype html>
    <html lang="\(language.rawValue)">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(words.title)</title>
    <link rel="stylesheet" href="static/cashier.css">
    <link rel="stylesheet" href="static/control.css">
    </head>
    <body\(room.map { " class=\"\($0.brand.rawValue)\"" } ?? "")>
    <p class="banner" role="note">\(CashierWords.of(language).banner)</p>
    <main class="room">
    <header><h1>\(words.title)</h1>\(otherLanguage)</header>
    <p class="hint">\(words.lead)</p>
    \(isKeyWrong ? "<p class=\"said\" role=\"alert\">\(words.wrongKey)</p>" : "")
    \(said.flatMap { words.said[$0] }.map { "<p class=\"said\" role=\"status\">\($0)</p>" } ?? "")
    \(room.map(content) ?? entrance)
    </main>
    </body>
    </html>
    """
  }

  private var otherLanguage: String {
    let other = words.other == "en" ? Language.en : .zhHans
    return form(
      brand: room?.brand, language: other,
      "<button class=\"plain\" lang=\"\(other.rawValue)\">\(words.otherName)</button>")
  }

  private var entrance: String {
    """
    <section class="card"><form method="post" action="control">
    <input type="hidden" name="lang" value="\(language.rawValue)">
    <label>\(words.key)<input name="key" type="password" required autocomplete="off"></label>
    <button class="button primary">\(words.open)</button>
    </form></section>
    """
  }

  // MARK: The room

  private func content(_ room: Room) -> String {
    """
    <nav>\(room.brands.map { tab($0, isHere: $0 == room.brand) }.joined())</nav>
    <section><h2>\(words.trades)</h2>
    \(room.entries.isEmpty ? "<p class=\"hint\">\(words.none)</p>" : room.entries.map { trade($0, room) }.joined())
    </section>
    <section class="card"><h2>\(words.faults)</h2>\(faults(room))</section>
    <section class="card"><h2>\(words.clock)</h2>\(clock(room))</section>
    """
  }

  private func tab(_ brand: Brand, isHere: Bool) -> String {
    form(
      brand: brand,
      "<button class=\"plain\"\(isHere ? " aria-current=\"true\"" : "")>\(Self.escaped(brand.name(language)))</button>")
  }

  private func trade(_ entry: TradeControl.Entry, _ room: Room) -> String {
    let trade = entry.trade
    let number = field("number", trade.number)
    func deed(_ verb: String, _ label: String) -> String {
      form(brand: room.brand, "\(field("verb", verb))\(number)<button class=\"small\">\(label)</button>")
    }
    var deeds: [String] = []
    if trade.state == .unseen { deeds.append(deed("see", words.see)) }
    if trade.state == .unseen || trade.state == .pending {
      deeds += [deed("pay", words.pay), deed("refuse", words.refuse), deed("close", words.close)]
    }
    if trade.state == .closed, trade.paidAt == nil { deeds.append(deed("payLate", words.payLate)) }
    if trade.paidAt != nil, entry.refunded < trade.amount { deeds.append(giveBack(entry, room)) }
    deeds.append(deed("notify", words.tellAgain))
    return """
      <article class="card">
      <h3><bdi>\(Self.escaped(trade.number))</bdi> <span class="state">\(words.states[trade.state] ?? "")</span></h3>
      <p><strong>\(Self.escaped(CashierPage.text(trade.money)))</strong> · \
      <bdi>\(Self.escaped(CashierPage.shortened(trade.subject)))</bdi> · \
      <a href="till/\(Self.escaped(trade.token))">\(words.cashier)</a></p>
      <div class="deeds">\(deeds.joined())</div>
      \(list(words.refunds, entry.refunds.map { refund($0, trade, room) }))
      \(list(words.notices, entry.notices.map(notice)))
      </article>
      """
  }

  private func giveBack(_ entry: TradeControl.Entry, _ room: Room) -> String {
    let left = entry.trade.amount - entry.refunded
    return form(
      brand: room.brand,
      """
      \(field("verb", "refund"))\(field("number", entry.trade.number))
      <label>\(words.amount)<input name="amount" inputmode="numeric" value="\(left)" maxlength="13"></label>
      <button class="small">\(words.refund)</button>
      """)
  }

  private func refund(_ refund: TradeRefund, _ trade: Trade, _ room: Room) -> String {
    func end(_ state: TradeRefund.State, _ label: String) -> String {
      guard refund.state != state, refund.state != .failed else { return "" }
      return form(
        brand: room.brand,
        """
        \(field("verb", "settle"))\(field("number", refund.refundNumber))\(field("state", state.rawValue))\
        <button class="small">\(label)</button>
        """)
    }
    let amount = CashierPage.text(Money(minor: refund.amount, currency: trade.currency))
    return """
      <bdi>\(Self.escaped(refund.number))</bdi> · \(Self.escaped(amount)) · \(words.refundStates[refund.state] ?? "")
      <div class="deeds">\(end(.succeeded, words.succeed))\(end(.stuck, words.stick))\(end(.failed, words.fail))</div>
      """
  }

  private func notice(_ notice: TradeNotice) -> String {
    let failures = notice.failures > 0 ? " · \(notice.failures) \(words.attempts)" : ""
    return "\(Self.escaped(notice.event)) · \(words.outcomes[notice.outcome] ?? "")\(failures)"
  }

  private func list(_ title: String, _ items: [String]) -> String {
    guard !items.isEmpty else { return "" }
    return "<h4>\(title)</h4><ul>\(items.map { "<li>\($0)</li>" }.joined())</ul>"
  }

  private func faults(_ room: Room) -> String {
    let options = FaultKind.allCases.map {
      "<option value=\"\($0.rawValue)\">\(words.kinds[$0] ?? $0.rawValue)</option>"
    }
    let orders = room.faults.map { order in
      let call = order.call.isEmpty ? "" : " · \(Self.escaped(order.call))"
      return "<li>\(words.kinds[order.kind] ?? order.kind.rawValue) · ×\(order.times)\(call)</li>"
    }
    return """
      \(orders.isEmpty ? "<p class=\"hint\">\(words.noFaults)</p>" : "<ul>\(orders.joined())</ul>")
      \(form(brand: room.brand, """
        \(field("verb", "fault"))
        <label>\(words.kind)<select name="kind">\(options.joined())</select></label>
        <label>\(words.times)<input name="times" inputmode="numeric" value="1" maxlength="5"></label>
        <label>\(words.call)<input name="call" maxlength="80"></label>
        <label>\(words.seconds)<input name="seconds" inputmode="decimal" value="0" maxlength="6"></label>
        <button class="button secondary">\(words.order)</button>
        """))
      \(form(brand: room.brand, "\(field("verb", "clear"))<button class=\"small\">\(words.clear)</button>"))
      """
  }

  private func clock(_ room: Room) -> String {
    let now = room.time.now.chineseText
    return """
      <p>\(words.clockNow) <strong class="number">\(now)</strong> \(CashierWords.of(language).timeZone)</p>
      \(form(brand: room.brand, """
        \(field("verb", "clock"))
        <label>\(words.speed)<input name="speed" inputmode="numeric" value="\(room.time.speed)" maxlength="6"></label>
        <label>\(words.advance)<input name="advance" inputmode="numeric" value="0" maxlength="9"></label>
        <label>\(words.skew)<input name="skew" value="\(room.time.skewSeconds)" maxlength="10"></label>
        <button class="button secondary">\(words.setClock)</button>
        """))
      \(form(brand: room.brand, "\(field("verb", "resetClock"))<button class=\"small\">\(words.resetClock)</button>"))
      """
  }

  // MARK: Forms

  private func field(_ name: String, _ value: String) -> String {
    "<input type=\"hidden\" name=\"\(name)\" value=\"\(Self.escaped(value))\">"
  }

  /// With who asks, in which language, and about which provider.
  private func form(brand: Brand?, language: Language? = nil, _ content: String) -> String {
    """
    <form method="post" action="control">\(field("key", key))\(field("lang", (language ?? self.language).rawValue))\
    \(brand.map { field("brand", $0.rawValue) } ?? "")\(content)</form>
    """
  }
}
