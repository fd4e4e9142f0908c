import Accounts
import Carts
import Flows
import Inventory
import Orders
import Payments
import Refunds
import TestKit
import Values

extension World {
  /// One deed, or several that meet. Worlds begin with an order that somebody wants to pay, and most have a lull in which the
  /// shop hears of it.
  func deeds(of step: Int, in shop: SimulatedShop) async throws -> [@Sendable () async -> Void] {
    let crowd = stage.draw { $0.happens(30) ? $0.number(2...3) : 1 }
    let deeds = stage.habits.deeds
    switch step {
    case 0: return await submissions(in: shop, count: crowd > 1 ? 2 : 1)
    case 1: return Array(repeating: deed(.pay, in: shop), count: crowd)
    case 2: return [deed(.visit, in: shop)]
    case 3 where stage.draw({ $0.happens(75) }): return [deed(.finish, in: shop)]
    case 4 where stage.draw({ $0.happens(60) }): return [attempt("a lull") { [self] in try await hear(in: shop) }]
    case 5 where stage.habits.ships && stage.draw({ $0.happens(70) }): return [deed(.ship, in: shop)]
    case 6 where stage.habits.ships && stage.draw({ $0.happens(70) }): return [deed(.receive, in: shop)]
    default:
      return (0..<crowd).compactMap { _ in stage.draw { $0.pick(deeds) } }.map { deed($0, in: shop) }
    }
  }

  private func deed(_ deed: Deed, in shop: SimulatedShop) -> @Sendable () async -> Void {
    attempt(deed.rawValue) { [self] in
      switch deed {
      case .place, .pay, .visit, .finish, .cancel, .askBack, .receive: try await buy(deed, in: shop)
      case .reject, .pass, .decide, .ship, .goodwill, .takeMoney, .payOut, .refuse: try await work(deed, in: shop)
      case .notice, .forge, .refundsEnd, .giveBack: try await provide(deed, in: shop)
      default: try await run(deed, in: shop)
      }
    }
  }

  func attempt(
    _ name: String, _ body: @escaping @Sendable () async throws -> Void
  ) -> @Sendable () async -> Void {
    { [stage] in
      do {
        try await body()
        stage.note(name)
      } catch {
        stage.note("\(name): \(error)")
      }
    }
  }
}

// MARK: Buyers

extension World {
  private func filledCart(in shop: SimulatedShop) async throws -> (Town.Buyer, PlaceOrder.Input)? {
    guard let buyer = stage.draw({ $0.pick(town.buyers) }) else { return nil }
    var version = 0
    var variants: Set<VariantID> = []
    for _ in 1...stage.draw({ $0.number(1...2) }) {
      guard let variant = stage.draw({ $0.pick(town.variants) }) else { continue }
      variants.insert(variant)
      let units = Quantity(stage.draw { $0.number(1...2) }) ?? .one
      version = try await AddToCart(shop.contexts, isGated: false).run(variant, units, to: .account(buyer.account))
        .version
    }
    if stage.habits.usesDiscounts {
      version = try await nameDiscounts(buyer.account, withKiln: variants.contains(town.variants[0]), in: shop)
    }
    return (
      buyer,
      PlaceOrder.Input(account: buyer.account, cartVersion: version, address: buyer.address, note: "", dueSeen: nil)
    )
  }

  /// Answers the version of the cart that has them.
  private func nameDiscounts(
    _ account: AccountID, withKiln hasKiln: Bool, in shop: SimulatedShop
  ) async throws -> Int {
    let fitting = Town.coupons.filter { hasKiln || $0 != "KILN" }
    let code = stage.draw { $0.happens(60) ? $0.pick(fitting) : nil }
    let points = stage.draw { $0.happens(50) ? $0.number(1...6) * 100 : 0 }
    let owner = CartOwner.account(account)
    _ = try await shop.contexts.carts.setCoupon(code, in: owner)
    return try await shop.contexts.carts.setPoints(points, in: owner).version
  }

  /// The same form, sent once or twice.
  private func submissions(in shop: SimulatedShop, count: Int) async -> [@Sendable () async -> Void] {
    let filled = try? await filledCart(in: shop)
    guard let (buyer, input) = filled else { return [] }
    let submission = attempt("submit") { [self] in
      learn(try await shop.placeOrder.run(input), of: buyer)
    }
    return Array(repeating: submission, count: count)
  }

  private func buy(_ deed: Deed, in shop: SimulatedShop) async throws {
    switch deed {
    case .place:
      guard let (buyer, input) = try await filledCart(in: shop) else { return }
      learn(try await shop.placeOrder.run(input), of: buyer)
    case .visit:
      guard let (house, number) = anyTrade(where: { $0.state == .unknown || $0.state == .pending }) else { return }
      house.visit(number)
    case .finish:
      guard let (house, number) = anyTrade(where: \.isPaying) else { return }
      house.finish(number, pays: stage.draw { $0.happens(85) })
    default:
      guard let order = anyOrder() else { return }
      try await buy(deed, order, in: shop)
    }
  }

  private func buy(_ deed: Deed, _ order: Known, in shop: SimulatedShop) async throws {
    switch deed {
    case .pay:
      guard let choice = drawChoice() else { return }
      // What is given up is over before the world is.
      let terms = stage.habits.givesUp ? OwnMethodTerms(doorDays: 2) : OwnMethodTerms()
      _ = try await PayOrder(shop.contexts, terms: terms).run(order.id, by: order.buyer.account, choice, language: .en)
    case .cancel: _ = try await shop.cancelOrder.run(order.id, by: order.buyer.account)
    case .receive: _ = try await ConfirmReceipt(shop.contexts).run(order.id, by: order.buyer.account)
    default:
      guard let found = try await shop.contexts.orders.order(order.id) else { return }
      try await askBack(found, in: shop)
    }
  }

  private func drawChoice() -> PayingChoice? {
    let habits = stage.habits
    let (atDoor, byTransfer, fromBalance) = stage.draw { dice in
      (
        habits.paysAtDoor && dice.happens(50), habits.transfers && dice.happens(50),
        habits.usesBalance && dice.happens(70)
      )
    }
    if atDoor { return PayingChoice(.cash, usesBalance: fromBalance) }
    if byTransfer { return PayingChoice(.transfer, usesBalance: fromBalance) }
    return stage.draw { $0.pick(houses) }.map { PayingChoice($0.method, usesBalance: fromBalance) }
  }

  /// Whoever has the goods already says that they are damaged, and keeps them.
  private func askBack(_ order: Order, in shop: SimulatedShop) async throws {
    let hasLeft = order.state == .awaitingReceipt || order.state == .completed
    let isWhole = stage.draw { $0.happens(60) }
    let lines = order.lines.prefix(isWhole ? order.lines.count : 1).map { line in
      RefundDraft.Line(line: line.id, quantity: isWhole ? line.quantity : .one)
    }
    _ = try await shop.refundOrder.request(
      RefundOrder.Input(
        account: order.buyer, order: order.id, kind: .moneyOnly, reason: hasLeft ? .damaged : .changedMind,
        explanation: "", lines: Array(lines)))
  }
}

// MARK: Providers and the network

extension World {
  private func provide(_ deed: Deed, in shop: SimulatedShop) async throws {
    switch deed {
    case .notice:
      guard let notice = stage.draw({ [post] in post.take(&$0) }) else { return }
      try await carry(notice, in: shop)
    case .forge:
      guard let forgery = stage.draw({ $0.pick(houses) })?.forgery() else { return }
      _ = try await shop.contexts.payments.takeNotice(forgery.raw, from: forgery.method)
    case .refundsEnd: stage.draw { $0.pick(houses) }?.endRefunds()
    default:
      // Of money that its only order took: what no order takes goes back by itself.
      guard let known = anyOrder(), let order = try await shop.contexts.orders.order(known.id),
        order.state != .cancelled, let payment = order.payment,
        try await shop.contexts.orders.orders(checkout: order.checkout).count == 1
      else { return }
      let minor = Int64(stage.draw { $0.number(1...2000) })
      for house in houses where house.trade(payment.description) != nil {
        house.giveBack(minor, of: payment.description)
      }
    }
  }

  /// All that is on its way arrives, as well as the weather lets it.
  private func hear(in shop: SimulatedShop) async throws {
    for _ in 0..<post.count {
      guard let notice = stage.draw({ [post] in post.take(&$0) }) else { break }
      try await carry(notice, in: shop)
    }
    try await shop.courier.deliverAll()
  }

  /// A notice on its way: lost, told twice, changed, or only late.
  private func carry(_ notice: Post.Notice, in shop: SimulatedShop) async throws {
    if stage.happens(\.lost) {
      stage.note("a notice is lost")
      if notice.isStubborn { post.put(notice) }
      return
    }
    if stage.happens(\.doubled) { post.put(notice) }
    try await mislead(beside: notice, in: shop)
    guard !stage.happens(\.tampered) else {
      stage.note("a notice is changed on its way")
      post.put(notice)
      let body = String(decoding: notice.raw.body, as: UTF8.self).replacing("|", with: "0|", maxReplacements: 4)
      let changed = RawNotice(headers: notice.raw.headers, body: Array(body.utf8))
      _ = try await shop.contexts.payments.takeNotice(changed, from: notice.method)
      return
    }
    try await deliver(notice, in: shop)
  }

  /// Without an answer that says so, the provider doesn't know that it was heard.
  func deliver(_ notice: Post.Notice, in shop: SimulatedShop) async throws {
    var isTaken = false
    defer { if !isTaken, notice.isStubborn || stage.draw({ $0.happens(50) }) { post.put(notice) } }
    let before = mutant == .movesBackwards ? try await capturedBefore(notice, in: shop) : nil
    isTaken = try await shop.contexts.payments.takeNotice(notice.raw, from: notice.method).status == 200
    if let before { try await Mutant.moveBack(before, in: shop.database) }
  }

  private func capturedBefore(_ notice: Post.Notice, in shop: SimulatedShop) async throws -> PaymentID? {
    guard let id = PaymentID(try SealedNotice.read(notice.raw).number) else { return nil }
    return try await shop.contexts.payments.payment(id)?.state == .captured ? id : nil
  }
}

// MARK: What the shop does by itself

extension World {
  /// One at a time, so that the order of what happens is the dice's to say.
  private func run(_ deed: Deed, in shop: SimulatedShop) async throws {
    let now = stage.clock.now
    switch deed {
    case .fact: _ = try await shop.courier.deliverOne()
    case .sweep: _ = try await shop.contexts.payments.sweep(now: now, limit: 1)
    case .settle: _ = try await shop.settlePayments.run(now: now, limit: 1)
    case .overdue: _ = try await shop.cancelOrder.runOverdue(now: now, limit: 1)
    case .expire: _ = try await shop.contexts.inventory.expireHolds(now: now, limit: 200)
    case .refunds: try await shop.run("refunds.settle")
    case .carts: try await shop.run("carts.finish")
    case .discounts: try await shop.run("pricing.endHolds")
    default:
      let pauses: [Duration] = [
        .seconds(1), .seconds(7), .seconds(40), .minutes(3), .minutes(10), .minutes(31), .minutes(45), .hours(2),
      ]
      stage.clock.advance(by: stage.draw { $0.pick(pauses) } ?? .zero)
    }
  }
}
