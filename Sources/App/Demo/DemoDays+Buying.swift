import Accounts
import Carts
import Catalog
import Flows
import Insight
import Inventory
import Merchants
import Orders
import Payments
import Pricing
import Refunds
import Sandbox
import Values

/// What buyers do until they have their goods.
extension DemoDays {
  /// A city in which nobody of them lives.
  private static let otherPlace = (region: "460106", street: "滨海大道 77 号 9 楼")

  func register(_ number: Int) async throws {
    let account = try await account(buyers[number])
    accounts[number] = account
    places[account] = number
  }

  private func account(_ buyer: DemoBuyer) async throws -> AccountID {
    // The demo's own customer is one of them, and has been here from the first day on.
    let known = try await contexts.customers.customers(
      of: nil, matching: CustomerFilter(email: buyer.email), PageRequest(limit: 1))
    if let known = known.items.first { return known.id }
    let account = try await contexts.accounts.register(
      Registration(email: buyer.email, password: DemoShop.password, name: buyer.name, language: buyer.language))
    _ = try await contexts.accounts.addAddress(
      AddressDraft(
        recipient: buyer.name, phone: buyer.phone, region: buyer.region, street: buyer.street,
        postcode: buyer.postcode, isDefault: true), to: account.id)
    return account.id
  }

  func buy(_ purchase: DemoPurchase) async throws {
    guard let account = accounts[purchase.buyer] else { return }
    let orders = try await place(purchase, by: account)
    guard let first = orders.first else { return }
    switch purchase.way {
    case .lapses, .opens: return
    case .cancels:
      past.clock.move(to: now.adding(.minutes(4)))
      for order in orders { _ = try await flows.cancelOrder.run(order.id, by: account) }
    case .cancelsLate: try await cancelAtCashier(orders, by: account)
    case .usual: try await pay(first, by: account)
    case .odd(let oddity):
      heldBack.formUnion(orders.map(\.id))
      if oddity == .failedPayments { for _ in 1...3 { try await pay(first, by: account, succeeds: false) } }
      try await pay(first, by: account)
    case .regrets:
      try await pay(first, by: account)
      try await past.settle()
      try await regret(first)
    }
  }

  private func place(_ purchase: DemoPurchase, by account: AccountID) async throws -> [Order] {
    let owner = CartOwner.account(account)
    var isEmpty = true
    for line in purchase.lines {
      guard let units = Quantity(line.units) else { continue }
      do {
        _ = try await flows.addToCart.run(line.variant, units, to: owner)
        isEmpty = false
      } catch is any Refusal {
        // Gone meanwhile, as it happens in shops.
      }
    }
    guard !isEmpty, let address = try await address(purchase, of: account) else { return [] }
    let cart = try await contexts.carts.cart(of: owner)
    return try await flows.placeOrder.run(
      PlaceOrder.Input(
        account: account, cartVersion: cart.version, address: address.id,
        note: purchase.note.map { words($0, of: account) } ?? "", dueSeen: nil))
  }

  private func address(_ purchase: DemoPurchase, of account: AccountID) async throws -> Address? {
    guard purchase.way == .odd(.newPlace) else {
      return try await contexts.accounts.addresses(of: account).first
    }
    let buyer = buyers[purchase.buyer]
    return try await contexts.accounts.addAddress(
      AddressDraft(
        recipient: buyer.name, phone: buyer.phone, region: Self.otherPlace.region, street: Self.otherPlace.street),
      to: account)
  }

  private func pay(_ order: Order, by account: AccountID, succeeds: Bool = true) async throws {
    let payment = try await open(order, by: account)
    past.clock.move(to: now.adding(.seconds(dice.number(in: 25...110))))
    try await past.sandbox.decide("\(payment)", pays: succeeds) { try await hear($0) }
  }

  private func open(_ order: Order, by account: AccountID) async throws -> PaymentID {
    let language = places[account].map { buyers[$0].language } ?? .zhHans
    return try await flows.payOrder.run(order.id, by: account, method: Self.method, language: language).payment.id
  }

  /// In another window, while the cashier waits; and a quarter of an hour later that window is found again.
  private func cancelAtCashier(_ orders: [Order], by account: AccountID) async throws {
    guard let first = orders.first else { return }
    let payment = try await open(first, by: account)
    past.clock.move(to: now.adding(.minutes(3)))
    for order in orders { _ = try await flows.cancelOrder.run(order.id, by: account) }
    agenda.add(.payLate(payment), at: now.adding(.minutes(15)))
  }

  /// All of it, before anybody looked: agreed to by itself.
  private func regret(_ order: Order) async throws {
    guard let order = try await contexts.orders.order(order.id) else { return }
    do {
      _ = try await flows.refundOrder.request(
        RefundOrder.Input(
          account: order.buyer, order: order.id, kind: .moneyOnly, reason: .changedMind, explanation: "",
          lines: order.lines.map { RefundDraft.Line(line: $0.id, quantity: $0.quantity) }))
      asked.insert(order.id)
    } catch is any Refusal {}
  }

  func confirm(_ id: OrderID) async throws {
    guard let order = try await contexts.orders.order(id), order.state == .awaitingReceipt else { return }
    _ = try await flows.confirmReceipt.run(id, by: order.buyer)
    if dice.number(in: 1...100) <= 55 {
      agenda.add(.review(id), at: now.adding(.minutes(dice.number(in: 30...2600))))
    }
  }

  // MARK: Those who only look

  /// How many of a hundred visitors of a day come in each hour of it.
  private static let hourShares = [
    1, 1, 1, 0, 0, 1, 2, 3, 4, 5, 6, 5, 6, 5, 5, 5, 5, 5, 6, 8, 9, 8, 6, 3,
  ]
  /// Of as many days, today among them, the hours are told apart; the day a week ago is the earliest that one is compared with.
  private static let daysByHour = 9
  /// Minutes between two looks at who was here.
  private static let (often, seldom) = (30, 360)

  /// Those of today have been here until now.
  func planVisits() {
    let today = ShopDay(past.now)
    let soFar = Int((past.now.milliseconds - today.start.milliseconds) / 60_000)
    for number in 0..<DemoPast.days {
      let day = past.firstDay.adding(number)
      let end = day == today ? max(soFar, 1) : 1440
      let length = number >= DemoPast.days - Self.daysByHour ? Self.often : Self.seldom
      for start in stride(from: 0, to: end, by: length) {
        let minutes = start..<min(start + length, end)
        // Within the day that it counts for.
        let at = min(day.start.adding(.minutes(min(minutes.upperBound, 1439))), past.now)
        agenda.add(.visits(day, minutes), at: at)
      }
    }
  }

  func visits(_ day: ShopDay, _ minutes: Range<Int>) async throws {
    let weekday = (day.rawValue + 3) % 7
    let whole = (weekday >= 5 ? 130 : 90) + (day.rawValue - past.firstDay.rawValue) + day.rawValue * 11 % 29 - 14
    // In six thousandths, of which what is left makes one more now and then.
    let share = minutes.reduce(0) { $0 + Self.hourShares[$1 / 60] } * whole
    var count = share / 6000 + (crowd.number(in: 1...6000) <= share % 6000 ? 1 : 0)
    // However early it is, somebody is here.
    if day == ShopDay(past.now), minutes.lowerBound == 0 { count = max(count, 3) }
    for _ in 0..<count {
      lookAround(day.start.adding(.minutes(crowd.number(in: minutes.lowerBound...minutes.upperBound - 1))))
    }
    try await contexts.insight.flush()
  }

  /// One visitor, who sees pages of the shop and of a merchant.
  private func lookAround(_ moment: Timestamp) {
    let visitor = "demo-\(crowd.number(in: 1...2400))"
    let merchant = crowd.pick(merchants.keys.sorted())
    for _ in 0..<crowd.pick([1, 2, 3, 3, 4, 6, 9]) {
      let isTheirs = crowd.number(in: 1...3) > 1
      contexts.insight.countPage(seenBy: visitor, of: isTheirs ? merchant : nil, at: moment)
    }
  }
}
