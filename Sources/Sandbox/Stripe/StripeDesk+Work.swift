import Values

extension StripeDesk {
  /// By what is called. Throws `StripeProblem`.
  func work(_ call: StripeCall, _ form: StripeForm) async throws -> StripeValue {
    // What is due by now has happened.
    try await book.work()
    let steps = call.steps
    switch (call.method, steps.first ?? "", steps.count) {
    case (_, "checkout", 2...) where steps[1] == "sessions": return try await sessions(call, form)
    case (_, "payment_intents", _): return try await intents(call, form)
    case (_, "refunds", _): return try await refunds(call, form)
    case ("GET", "charges", 1): return try list(form, "charge", "/v1/charges", try await charges(form))
    case ("GET", "charges", 2): return try await thing("charge", steps[1])
    case ("GET", "events", 1): return try list(form, "event", "/v1/events", try await events(form))
    case ("GET", "events", 2): return try await event(steps[1])
    case ("GET", "balance_transactions", 1):
      return try list(form, "balance_transaction", "/v1/balance_transactions", try await movements(form))
    case ("GET", "balance_transactions", 2): return try await thing("balance_transaction", steps[1])
    case ("GET", "account", 1): return account.shown
    case ("GET", "balance", 1): return await balance()
    case (_, "webhook_endpoints", _): return try await webhooks(call, form)
    default: throw StripeProblem.unknownAddress(call.method, call.path)
    }
  }

  private func sessions(_ call: StripeCall, _ form: StripeForm) async throws -> StripeValue {
    let steps = call.steps
    switch (call.method, steps.count) {
    case ("POST", 2): return try await openSession(form)
    case ("GET", 2):
      return try list(form, "checkout.session", "/v1/checkout/sessions", try await sessions(form))
    case ("GET", 3): return shownSession(try await session(steps[2]))
    case ("GET", 4) where steps[3] == "line_items": return try await session(steps[2]).shownLines
    case ("POST", 4) where steps[3] == "expire": return try await expireSession(steps[2], call)
    default: throw StripeProblem.unknownAddress(call.method, call.path)
    }
  }

  private func intents(_ call: StripeCall, _ form: StripeForm) async throws -> StripeValue {
    let steps = call.steps
    switch (call.method, steps.count) {
    case ("POST", 1): return try await openIntent(form)
    case ("GET", 1): return try list(form, "payment_intent", "/v1/payment_intents", try await intents(form))
    case ("GET", 2): return shownIntent(try await intent(steps[1]))
    case ("POST", 3) where steps[2] == "confirm": return try await confirmIntent(steps[1], form)
    case ("POST", 3) where steps[2] == "cancel": return try await cancelIntent(steps[1], call, form)
    default: throw StripeProblem.unknownAddress(call.method, call.path)
    }
  }

  private func refunds(_ call: StripeCall, _ form: StripeForm) async throws -> StripeValue {
    switch (call.method, call.steps.count) {
    case ("POST", 1): return try await refund(call, form)
    case ("GET", 1): return try list(form, "refund", "/v1/refunds", try await refunds(form))
    case ("GET", 2): return try await thing("refund", call.steps[1])
    default: throw StripeProblem.unknownAddress(call.method, call.path)
    }
  }

  private func webhooks(_ call: StripeCall, _ form: StripeForm) async throws -> StripeValue {
    switch (call.method, call.steps.count) {
    case ("POST", 1):
      try form.expectOnly(["url", "enabled_events", "description", "api_version", "metadata"])
      let url = try form.needed("url")
      guard PaymentWish.isWebAddress(url) else {
        throw StripeProblem.invalid("url", "Invalid URL", code: "url_invalid")
      }
      let events = form.list("enabled_events")
      guard !events.isEmpty else { throw StripeProblem.missing("enabled_events") }
      let webhook = StripeWebhook(url: url, events: events)
      try await book.turn { try webhook.keep(in: &$0) }
      return webhook.shown(secret: account.webhookSecrets.first)
    case ("GET", 1):
      let all = StripeWebhook.current(await book.pages).map { [$0.shown(secret: nil)] } ?? []
      return ["object": "list", "data": .list(all), "has_more": false, "url": "/v1/webhook_endpoints"]
    default: throw StripeProblem.unknownAddress(call.method, call.path)
    }
  }

  // MARK: What there is

  func shownSession(_ trade: Trade) -> StripeValue { trade.shownSession(url: core.cashier(of: trade)) }
  func shownIntent(_ trade: Trade) -> StripeValue { trade.shownIntent(url: core.cashier(of: trade)) }

  func session(_ id: String) async throws -> Trade {
    try await book.turn { turn in try turn.session(id) }
  }

  func intent(_ id: String) async throws -> Trade {
    try await book.turn { turn in try turn.intent(id) }
  }

  private func thing(_ kind: String, _ id: String) async throws -> StripeValue {
    guard let shown = shown(id, await book.pages), shown["object"]?.text == kind else {
      throw StripeProblem.missingResource(kind, id)
    }
    return shown
  }

  /// How something stands, whatever it is; nil where there is no such thing.
  func shown(_ id: String, _ pages: BookPages) -> StripeValue? {
    let stem = id.split(separator: "_").last.map { String($0) } ?? ""
    func trade() -> Trade? { pages.trade(.stripe, tradeNumber: "pi_\(stem.prefix(24))") }
    switch id.prefix(3) {
    case "cs_": return StripeLedger.session(id, pages).map(shownSession)
    case "pi_": return trade().map(shownIntent)
    case "ch_":
      guard let trade = trade() else { return nil }
      if id == trade.chargeID, trade.paidAt != nil { return trade.shownCharge(refunded: refunded(trade, pages)) }
      return trade.refusals > 0 && id == trade.failedChargeID ? trade.shownFailedCharge : nil
    case "re_":
      guard let refund = StripeLedger.refund(id, pages), let trade = pages.trades[refund.trade] else {
        return nil
      }
      return refund.shown(of: trade)
    case "txn": return StripeLedger.movement(id, pages)?.shown(at: book.clock.now)
    default: return nil
    }
  }

  func refunded(_ trade: Trade, _ pages: BookPages) -> Int64 {
    pages.refunds(of: trade.token).filter(\.counts).reduce(0) { $0 + $1.amount }
  }

  // MARK: In full

  /// Puts things where their ids stand, as asked for.
  func expanded(_ value: StripeValue, _ form: StripeForm) async throws -> StripeValue {
    let wishes = form.list("expand")
    guard !wishes.isEmpty else { return value }
    let pages = await book.pages
    return try wishes.reduce(value) { value, wish in
      let steps = wish.split(separator: ".").map { String($0) }
      guard steps.count <= 4 else {
        throw StripeProblem.invalid(
          "expand", "You cannot expand more than 4 levels of a property (\(wish.prefix(80))).")
      }
      return try expanded(value, steps[...], wish, pages)
    }
  }

  private func expanded(
    _ value: StripeValue, _ steps: ArraySlice<String>, _ wish: String, _ pages: BookPages
  ) throws -> StripeValue {
    guard let step = steps.first else { return value }
    if step == "data", case .list(let items) = value["data"] {
      var list = value
      list["data"] = .list(try items.map { try expanded($0, steps.dropFirst(), wish, pages) })
      return list
    }
    var whole = value
    switch value[step] {
    case .null: return value
    case .text(let id):
      guard let thing = shown(id, pages) else { throw unexpandable(wish) }
      whole[step] = try expanded(thing, steps.dropFirst(), wish, pages)
    case .object(let members):
      whole[step] = try expanded(.object(members), steps.dropFirst(), wish, pages)
    case nil where step == "line_items" && value["object"]?.text == "checkout.session":
      whole[step] = StripeLedger.session(value["id"]?.text ?? "", pages)?.shownLines
    default: throw unexpandable(wish)
    }
    return whole
  }

  private func unexpandable(_ wish: String) -> StripeProblem {
    .invalid("expand", "This property cannot be expanded (\(wish.prefix(80))).")
  }
}

extension BookTurn {
  /// As it is now, so closed when its time is over.
  mutating func session(_ id: String) throws -> Trade {
    guard let token = note(.stripe, StripeLedger.sessions, id)?.value, let trade = trade(token: token) else {
      throw StripeProblem.missingResource("checkout.session", id)
    }
    return try current(trade)
  }

  mutating func intent(_ id: String, param: String? = nil) throws -> Trade {
    guard let trade = trade(.stripe, tradeNumber: id) else {
      throw StripeProblem.missingResource("payment_intent", id, param: param)
    }
    return try current(trade)
  }
}
