import Inventory
import Orders
import Payments
import Values

/// What the shop's own methods allow.
public struct OwnMethodTerms: Sendable {
  /// How long a transfer may take from the order on, 1…30 days.
  public var transferDays: Int
  /// How long money at the door is waited for.
  public var doorDays: Int
  /// Where buyers transfer to; nil offers no transfers.
  public var account: TransferAccount?
  /// Within which each of them takes what is paid at once; a method that isn't named takes any amount.
  public var bounds: [PaymentMethod: PaymentTerms]
  /// How much longer goods are held than their order can be paid.
  public var holdGrace: Duration

  public init(
    transferDays: Int = 3, doorDays: Int = 60, account: TransferAccount? = nil,
    bounds: [PaymentMethod: PaymentTerms] = [:], holdGrace: Duration = .minutes(10)
  ) {
    self.transferDays = transferDays
    self.doorDays = doorDays
    self.account = account
    self.bounds = bounds
    self.holdGrace = holdGrace
  }
}

/// The shop's account, as buyers read it.
public struct TransferAccount: Hashable, Sendable {
  public let holder: String
  public let bank: String
  public let number: String

  public init(holder: String, bank: String, number: String) {
    self.holder = holder
    self.bank = bank
    self.number = number
  }
}

/// How a buyer wants to pay.
public struct PayingChoice: Sendable {
  public var method: PaymentMethod
  public var way: PaymentWay
  public var client: PayingClient
  /// Takes as much as there is from the buyer's balance, and the rest by the method.
  public var usesBalance: Bool

  public init(
    _ method: PaymentMethod, way: PaymentWay = .page, client: PayingClient = PayingClient(), usesBalance: Bool = false
  ) {
    self.method = method
    self.way = way
    self.client = client
    self.usesBalance = usesBalance
  }
}

/// Hands the buyer over to a payment provider for orders that are due. The amounts are the orders' own.
public struct PayOrder: Sendable {
  private let contexts: Contexts
  public let terms: OwnMethodTerms

  public init(_ contexts: Contexts, terms: OwnMethodTerms = OwnMethodTerms()) {
    self.contexts = contexts
    self.terms = terms
  }

  public func run(
    _ order: OrderID, by account: AccountID, method: PaymentMethod, language: Language
  ) async throws -> OpenedPayment {
    try await run(order, by: account, PayingChoice(method), language: language)
  }

  /// Throws `OrderRefusal.unknownOrder` for another buyer's order, `.notPayable` when nothing of them is due any more,
  /// and `PaymentRefusal`. Paying one order of a checkout pays all of it that is still due. Where that is nothing, it is
  /// paid at once, whatever the method. Of a paid order that was changed, what the change added is paid, alone. At the door
  /// each order is paid by itself.
  public func run(
    _ order: OrderID, by account: AccountID, _ choice: PayingChoice, language: Language
  ) async throws -> OpenedPayment {
    let chosen = try await contexts.order(order, of: account)
    if let more = chosen.openDifference {
      guard choice.method != .cash else { throw PaymentRefusal.unknownMethod }
      let share = OpenPayment.Share(order: chosen.id, amount: more, merchant: chosen.merchant)
      var request = request([chosen], [share], choice, language)
      request.occasion = Self.occasion(of: chosen)
      return try await open(request, choice)
    }
    let due = try await contexts.orders.orders(checkout: chosen.checkout)
      .filter { $0.buyer == account && $0.state == .awaitingPayment }
    guard let first = due.first else { throw OrderRefusal.notPayable(chosen.state) }
    let shares = due.map { OpenPayment.Share(order: $0.id, amount: $0.amounts.due, merchant: $0.merchant) }
    let request = request(due, shares, choice, language)
    guard !due.allSatisfy(\.amounts.due.isZero) else {
      return OpenedPayment(payment: try await contexts.payments.settleFree(request), handover: .settled)
    }
    try await expectWithinBounds(request, choice)
    switch choice.method {
    case .cash: return try await promise(due, chosen: due.first { $0.id == order } ?? first, choice, language)
    case .transfer: return try await open(try await allowTime(for: due, request), choice)
    default: return try await open(request, choice)
    }
  }

  /// Of a payment for what the last change of an order added.
  static func occasion(of order: Order) -> String { "edit-\(order.revision)" }

  /// Before anything is done for a payment: at the door the orders of a checkout are promised one by one, and a transfer gives
  /// them time. What the balance gives doesn't count. Throws `PaymentRefusal.amountOutOfRange`.
  private func expectWithinBounds(_ request: OpenPayment, _ choice: PayingChoice) async throws {
    guard let bounds = terms.bounds[choice.method], let first = request.shares.first else { return }
    var asked = try Money.sum(request.shares.map(\.amount), currency: first.amount.currency)
    if choice.usesBalance {
      let given = try await contexts.spendable(by: request.payer, for: request.shares.map(\.order), asked.currency)
      if given >= asked { return }
      asked = try asked.subtracting(given)
    }
    guard bounds.allows(asked) else {
      throw PaymentRefusal.amountOutOfRange(least: bounds.least, most: bounds.most)
    }
  }

  private func request(
    _ orders: [Order], _ shares: [OpenPayment.Share], _ choice: PayingChoice, _ language: Language
  ) -> OpenPayment {
    OpenPayment(
      method: choice.method, payer: orders[0].buyer, shares: shares,
      subject: Self.subject(of: orders, language: language), language: language, expiresAt: orders[0].payBefore,
      way: choice.way, client: choice.client, channel: orders[0].channel)
  }

  /// With as much from the balance as there is, where the buyer wants that.
  private func open(_ request: OpenPayment, _ choice: PayingChoice) async throws -> OpenedPayment {
    guard choice.usesBalance, let first = request.shares.first else { return try await contexts.payments.open(request) }
    let total = try Money.sum(request.shares.map(\.amount), currency: first.amount.currency)
    let available = try await contexts.spendable(by: request.payer, for: request.shares.map(\.order), total.currency)
    var request = request
    if available >= total {
      request.method = .balance
      request.way = .page
      request.fromBalance = total
    } else if available.isPositive {
      request.fromBalance = available
    }
    return try await contexts.payments.open(request)
  }

  /// A transfer takes days: the orders wait for it, and their goods are held.
  private func allowTime(for orders: [Order], _ request: OpenPayment) async throws -> OpenPayment {
    // Nobody gets the time for a method that isn't offered.
    let basis = PaymentBasis(channel: request.channel, merchants: orders.map(\.merchant))
    guard try await contexts.payments.methods(for: basis).contains(.transfer) else {
      throw PaymentRefusal.unknownMethod
    }
    var request = request
    let until = max(orders[0].placedAt.adding(.days(terms.transferDays)), orders[0].payBefore)
    for order in orders {
      _ = try await contexts.inventory.hold(
        order.lines.map { HoldLine(variant: $0.variant, quantity: $0.quantity) }, key: HoldKey(order),
        until: until.adding(terms.holdGrace))
    }
    try await contexts.orders.allowUntil(until, orders.map(\.id))
    request.expiresAt = until
    return request
  }

  /// At the door: a payment for each order, since each parcel is paid by itself; the goods are sold, and the orders go on.
  private func promise(
    _ orders: [Order], chosen: Order, _ choice: PayingChoice, _ language: Language
  ) async throws -> OpenedPayment {
    // An exchange goes on once its difference is paid, not once it is promised.
    guard orders.allSatisfy({ Replacement.exchange(of: $0) == nil }) else { throw PaymentRefusal.unknownMethod }
    var answer: OpenedPayment?
    for order in orders {
      let share = OpenPayment.Share(order: order.id, amount: order.amounts.due, merchant: order.merchant)
      var request = request([order], [share], choice, language)
      request.expiresAt = order.placedAt.adding(.days(terms.doorDays))
      let opened =
        order.amounts.due.isZero
        ? OpenedPayment(payment: try await contexts.payments.settleFree(request), handover: .settled)
        : try await open(request, choice)
      if opened.payment.method == .cash { try await promise(order, by: opened.payment) }
      if answer == nil || order.id == chosen.id { answer = opened }
    }
    guard let answer else { throw OrderRefusal.notPayable(chosen.state) }
    return answer
  }

  private func promise(_ order: Order, by payment: Payment) async throws {
    guard payment.state.isOpen else { return }
    try await contexts.inventory.confirm(HoldKey(order), at: payment.openedAt)
    do {
      _ = try await contexts.orders.promise(order.id, by: payment.id)
    } catch let refusal as OrderRefusal {
      // Cancelled in the same moment.
      if try await contexts.orders.order(order.id)?.state == .cancelled {
        try await contexts.inventory.putBack(HoldKey(order), by: .system)
        // Nobody brings money for it.
        _ = try await contexts.payments.close(payment.id)
      }
      throw refusal
    }
  }

  private static func subject(of orders: [Order], language: Language) -> String {
    let titles = orders.flatMap(\.lines).map { $0.title[language] }
    let numbers = orders.map(\.number.rawValue).joined(separator: " ")
    return String("\(numbers) \(titles.first ?? "")".prefix(120))
  }
}

extension Contexts {
  /// What a buyer can spend of the balance on the orders: what is free, and what an open payment of theirs keeps for them.
  public func spendable(by account: AccountID, for orders: [OrderID], _ currency: Currency) async throws -> Money {
    var spendable = try await payments.balance(of: account, in: currency)
    var seen: Set<PaymentID> = []
    for order in orders {
      for payment in try await payments.payments(of: order)
      where payment.state.isOpen && payment.payer == account && seen.insert(payment.id).inserted {
        spendable = try spendable.adding(payment.fromBalance)
      }
    }
    return spendable
  }
}
