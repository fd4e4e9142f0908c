import Foundation
import Values

/// An item of a list.
struct StripeItem: Sendable {
  let id: String
  let at: Timestamp
  let shown: StripeValue
}

extension StripeDesk {
  private static let listNames: Set<String> = [
    "limit", "starting_after", "ending_before", "created", "payment_intent", "charge", "type", "types",
    "delivery_success", "currency", "source", "payout", "status", "customer", "customer_details",
  ]

  // MARK: Pages

  /// The newest first, a page at a time.
  /// - Parameter items: the oldest first.
  func list(_ form: StripeForm, _ kind: String, _ url: String, _ items: [StripeItem]) throws -> StripeValue {
    try form.expectOnly(Self.listNames)
    let limit = Int(try form.integer("limit") ?? 10)
    guard (1...100).contains(limit) else {
      throw StripeProblem.invalid("limit", "This value must be between 1 and 100.", code: "parameter_invalid_integer")
    }
    let all = try within(form, items).reversed()
    var (page, hasMore) = (Array(all.prefix(limit)), all.count > limit)
    if let after = form["starting_after"] {
      let rest = all.dropFirst(try place(of: after, in: Array(all), kind, "starting_after") + 1)
      (page, hasMore) = (Array(rest.prefix(limit)), rest.count > limit)
    } else if let before = form["ending_before"] {
      let rest = all.prefix(try place(of: before, in: Array(all), kind, "ending_before"))
      (page, hasMore) = (Array(rest.suffix(limit)), rest.count > limit)
    }
    return [
      "object": "list", "data": .list(page.map(\.shown)), "has_more": .flag(hasMore), "url": .text(url),
    ]
  }

  private func place(of id: String, in items: [StripeItem], _ kind: String, _ param: String) throws -> Int {
    guard let place = items.firstIndex(where: { $0.id == id }) else {
      throw StripeProblem.missingResource(kind, id, param: param)
    }
    return place
  }

  /// Those of the time that is asked for, in seconds.
  private func within(_ form: StripeForm, _ items: [StripeItem]) throws -> [StripeItem] {
    let exactly = try form.integer("created")
    let (from, after) = (try form.integer("created", "gte"), try form.integer("created", "gt"))
    let (to, before) = (try form.integer("created", "lte"), try form.integer("created", "lt"))
    return items.filter { item in
      let seconds = item.at.seconds
      return seconds == exactly ?? seconds && seconds >= from ?? seconds && seconds > after ?? (seconds - 1)
        && seconds <= to ?? seconds && seconds < before ?? (seconds + 1)
    }
  }

  // MARK: What is listed

  func sessions(_ form: StripeForm) async throws -> [StripeItem] {
    let (payment, status) = (form["payment_intent"], form["status"])
    return StripeLedger.trades(await book.pages).compactMap { trade in
      guard let id = trade.stripe.session, payment ?? trade.tradeNumber == trade.tradeNumber,
        status ?? trade.sessionStatus == trade.sessionStatus
      else { return nil }
      return StripeItem(id: id, at: trade.openedAt, shown: shownSession(trade))
    }
  }

  /// Those of sessions come to be when the buyer tries to pay.
  func intents(_ form: StripeForm) async throws -> [StripeItem] {
    StripeLedger.trades(await book.pages).compactMap { trade in
      let isTried = trade.paidAt != nil || trade.refusals > 0 || trade.stripe.isThrough == true
      guard isTried || trade.stripe.session == nil else { return nil }
      return StripeItem(id: trade.tradeNumber, at: trade.openedAt, shown: shownIntent(trade))
    }
  }

  func charges(_ form: StripeForm) async throws -> [StripeItem] {
    let pages = await book.pages
    let payment = form["payment_intent"]
    return StripeLedger.trades(pages).compactMap { trade in
      guard let at = trade.paidAt, payment == nil || payment == trade.tradeNumber else { return nil }
      return StripeItem(id: trade.chargeID, at: at, shown: trade.shownCharge(refunded: refunded(trade, pages)))
    }
  }

  func refunds(_ form: StripeForm) async throws -> [StripeItem] {
    let pages = await book.pages
    if let payment = form["payment_intent"] {
      guard let trade = pages.trade(.stripe, tradeNumber: payment) else {
        throw StripeProblem.missingResource("payment_intent", payment, param: "payment_intent")
      }
      return pages.refunds(of: trade.token).map {
        StripeItem(id: $0.stripeID, at: $0.requestedAt, shown: $0.shown(of: trade))
      }
    }
    let charge = form["charge"]
    return StripeLedger.refunds(pages).compactMap { refund in
      guard let trade = pages.trades[refund.trade], charge == nil || charge == trade.chargeID else { return nil }
      return StripeItem(id: refund.stripeID, at: refund.requestedAt, shown: refund.shown(of: trade))
    }
  }

  func movements(_ form: StripeForm) async throws -> [StripeItem] {
    // Nothing is paid out here.
    if let payout = form["payout"] { throw StripeProblem.missingResource("payout", payout, param: "payout") }
    let (type, source, currency) = (form["type"], form["source"], form["currency"])
    let now = book.clock.now
    return StripeLedger.movements(await book.pages).filter { movement in
      (type == nil || type == movement.kind.rawValue) && (source == nil || source == movement.source)
        && (currency == nil || currency == movement.currency.stripeCode)
    }
    .map { StripeItem(id: $0.id, at: $0.at, shown: $0.shown(at: now)) }
  }

  func balance() async -> StripeValue {
    let now = book.clock.now
    let all = Dictionary(grouping: StripeLedger.movements(await book.pages), by: \.currency)
    func sums(_ isCounted: (StripeMovement) -> Bool) -> StripeValue {
      .list(
        all.keys.sorted { $0.code < $1.code }.map { currency in
          let sum = (all[currency] ?? []).filter(isCounted).reduce(0) { $0 + $1.amount - $1.fee }
          return ["amount": .number(sum), "currency": .text(currency.stripeCode)]
        })
    }
    let available = sums { $0.at.adding(.days(2)) <= now }
    let pending = sums { $0.at.adding(.days(2)) > now }
    return ["object": "balance", "available": available, "livemode": false, "pending": pending]
  }

  // MARK: Events

  /// Of the last 30 days.
  func events(_ form: StripeForm) async throws -> [StripeItem] {
    let types = form["type"].map { [$0] } ?? form.list("types")
    let isDelivered = try form.flag("delivery_success")
    return await told().filter { event in
      let type = event.shown["type"]?.text ?? ""
      let isWanted =
        types.isEmpty || types.contains(type)
        || types.contains { $0.hasSuffix(".*") && type.hasPrefix($0.dropLast()) }
      return isWanted && (isDelivered ?? event.isDelivered) == event.isDelivered
    }
    .map { StripeItem(id: $0.shown["id"]?.text ?? "", at: $0.at, shown: $0.shown) }
  }

  func event(_ id: String) async throws -> StripeValue {
    guard let event = await told().last(where: { $0.shown["id"]?.text == id }) else {
      throw StripeProblem.missingResource("event", id)
    }
    return event.shown
  }

  private struct Told {
    let at: Timestamp
    let shown: StripeValue
    let isDelivered: Bool
  }

  /// Each once, however often it was told.
  private func told() async -> [Told] {
    let oldest = book.clock.now.adding(.days(-30))
    let notices = await book.pages.notices.values.filter { $0.brand == .stripe && $0.madeAt >= oldest }
    var seen: Set<String> = []
    return notices.sorted { $0.id < $1.id }.compactMap { notice in
      guard var shown = try? JSONDecoder().decode(StripeValue.self, from: Data(notice.content.utf8)),
        seen.insert(shown["id"]?.text ?? "").inserted
      else { return nil }
      shown["pending_webhooks"] = notice.outcome == .waiting ? 1 : 0
      return Told(at: notice.madeAt, shown: shown, isDelivered: notice.outcome == .delivered)
    }
  }
}
