import Accounts
import Carts
import Catalog
import Inventory
import Logging
import Orders
import Pricing
import Values

/// Turns the ticked lines of a cart into one order per merchant. Goods first, money second: the stock is held before
/// anything is asked of a payment provider. The key is the cart and its version, so that a second submit, from this tab
/// or another, answers the orders of the first.
public struct PlaceOrder: Sendable {
  public struct Input: Sendable {
    public var account: AccountID
    /// The cart's version that the buyer has seen.
    public var cartVersion: Int
    public var address: AddressID
    /// Up to 500 characters for each merchant; `note` goes to those without one of their own.
    public var note: String
    public var notes: [MerchantID: String]
    /// The amount that the buyer has seen; nil when none was shown.
    public var dueSeen: Money?

    public init(
      account: AccountID, cartVersion: Int, address: AddressID, note: String, notes: [MerchantID: String] = [:],
      dueSeen: Money?
    ) {
      self.account = account
      self.cartVersion = cartVersion
      self.address = address
      self.note = note
      self.notes = notes
      self.dueSeen = dueSeen
    }
  }

  private let contexts: Contexts
  private let regions: RegionDirectory
  private let terms: OrderTerms
  private let quoting: QuoteDiscounts
  private let ids: IDGenerator
  private let clock: WallClock
  private let logger: Logger

  public init(
    _ contexts: Contexts, regions: RegionDirectory, terms: OrderTerms, ids: IDGenerator, clock: WallClock,
    logger: Logger
  ) {
    self.contexts = contexts
    self.regions = regions
    self.terms = terms
    quoting = QuoteDiscounts(contexts, points: terms.points)
    self.ids = ids
    self.clock = clock
    self.logger = logger
  }

  /// Throws `CartRefusal`, `InventoryRefusal.soldOut`, `PricingRefusal`, `CouponRefusal`, `PointRefusal`, `CheckoutRefusal`,
  /// `AccountRefusal.accountBlocked` and `FieldFaults` for `note`.
  public func run(_ input: Input) async throws -> [Order] {
    let note = try checkedNotes(input)
    try await contexts.accounts.expectOpen(input.account)
    let frozen = try await contexts.carts.freeze(.account(input.account), version: input.cartVersion)
    let key = frozen.key
    if frozen.isRepeat, let placed = try await placedBefore(key) { return placed }
    try await finish(frozen.others)

    var undo = UndoStack(logger: logger)
    var orders: [Order]
    var isAlone = true
    var taking = DiscountTaking()
    do {
      let priced = try await PricedLines(frozen.lines, contexts: contexts)
      let destination = try await self.destination(input.address, of: input.account)
      let quoted = try await quote(priced, of: frozen, to: destination, input)
      let payBefore = clock.now.adding(terms.payWithin)
      try await hold(quoted.quote, key: key, until: payBefore.adding(terms.holdGrace), undo: &undo)
      taking = DiscountTaking(
        quoted, buyer: input.account, checkout: key.rawValue, until: payBefore.adding(terms.holdGrace))
      try await take(taking, key: key, undo: &undo)
      orders = try await contexts.orders.place(
        priced.checkout(
          key: key, quote: quoted.quote, buyer: input.account, destination: destination, notes: note,
          payBefore: payBefore, ids: ids))
      isAlone = try await contexts.carts.settle(key)
    } catch {
      // Another tab may have won with the same key while this one was under way.
      guard let placed = try? await placedBefore(key) else {
        await undo.run()
        throw error
      }
      orders = placed
      isAlone = false
    }
    if !isAlone { try await holdAgain(orders) }
    try await keep(taking, orders)
    return orders
  }

  /// What it comes to with coupon and points. Throws `PricingRefusal`, `CouponRefusal`, and
  /// `CheckoutRefusal.amountChanged` where the buyer has seen another sum.
  private func quote(
    _ priced: PricedLines, of frozen: FrozenCart, to destination: Destination, _ input: Input
  ) async throws -> DiscountedQuote {
    let quoted = try await quoting.run(
      priced.request(to: destination.region, currency: terms.currency), of: frozen, for: input.account)
    if let refusal = quoted.refusal { throw refusal }
    let due = quoted.quote.due
    if let seen = input.dueSeen, seen != due { throw CheckoutRefusal.amountChanged(from: seen, to: due) }
    return quoted
  }

  /// The words to each merchant.
  private func checkedNotes(_ input: Input) throws -> (MerchantID) -> String {
    var faults = FieldFaults()
    let note = faults.text(input.note, "note", max: 500, required: false, multiline: true)
    var notes: [MerchantID: String] = [:]
    for (merchant, text) in input.notes.sorted(by: { $0.key < $1.key }) {
      notes[merchant] = faults.text(text, "note.\(merchant)", max: 500, required: false, multiline: true)
    }
    try faults.throwIfAny()
    return { [notes] in notes[$0] ?? note }
  }

  private func placedBefore(_ key: CheckoutKey) async throws -> [Order]? {
    let orders = try await contexts.orders.orders(checkout: key.rawValue)
    guard !orders.isEmpty else { return nil }
    _ = try await contexts.carts.settle(key)
    return orders
  }

  /// Attempts at other versions of the cart may have broken off after their orders were placed, with the goods still in the
  /// cart: nobody shall order them twice. Throws `CartRefusal.cartChanged` after taking them out.
  private func finish(_ others: [CheckoutKey]) async throws {
    var hasPlaced = false
    for key in others where try await placedBefore(key) != nil { hasPlaced = true }
    if hasPlaced { throw CartRefusal.cartChanged }
  }

  private func isUnplaced(_ key: CheckoutKey) async throws -> Bool {
    try await contexts.orders.orders(checkout: key.rawValue).isEmpty
  }

  /// One hold per order, so that each can be confirmed or released alone.
  private func hold(_ quote: Quote, key: CheckoutKey, until: Timestamp, undo: inout UndoStack) async throws {
    for merchant in quote.merchants {
      let hold = HoldKey(checkout: key.rawValue, merchant: merchant.merchant)
      let lines = merchant.lines.map { HoldLine(variant: $0.variant, quantity: $0.quantity) }
      _ = try await contexts.inventory.hold(lines, key: hold, until: until)
      undo.add("release the stock") { [self] in
        guard try await isUnplaced(key) else { return }
        _ = try await contexts.inventory.release(hold)
        // Another tab may have placed between the two, and looked at its hold before it was released.
        if try await !isUnplaced(key) { _ = try await contexts.inventory.hold(lines, key: hold, until: until) }
      }
    }
  }

  private func take(_ taking: DiscountTaking, key: CheckoutKey, undo: inout UndoStack) async throws {
    undo.add("give coupon and points back") { [self] in
      guard try await isUnplaced(key) else { return }
      try await taking.giveBack(contexts)
      // As with the stock.
      if try await !isUnplaced(key) { try await taking.take(contexts) }
    }
    try await taking.take(contexts)
  }

  /// Coupon and points are used for good. Where another tab's undo had given them back and they are gone, the orders end.
  private func keep(_ taking: DiscountTaking, _ orders: [Order]) async throws {
    do {
      try await taking.settle(contexts)
    } catch let refusal as any Refusal {
      for order in orders where order.state == .awaitingPayment {
        _ = try await contexts.orders.cancel(order.id, by: .system, reason: .discountGone)
      }
      throw refusal
    }
  }

  /// The undo of another tab under the same key may have released the holds just before the orders were placed: they are
  /// taken again. Cancels the orders and throws `InventoryRefusal.soldOut` when others were quicker.
  private func holdAgain(_ orders: [Order]) async throws {
    do {
      for order in orders where order.state == .awaitingPayment {
        let state = try await contexts.inventory.hold(HoldKey(order))?.state
        guard state != .standing, state != .confirmed else { continue }
        _ = try await contexts.inventory.hold(
          order.lines.map { HoldLine(variant: $0.variant, quantity: $0.quantity) }, key: HoldKey(order),
          until: order.payBefore.adding(terms.holdGrace))
      }
    } catch let refusal as InventoryRefusal {
      for order in orders where order.state == .awaitingPayment {
        _ = try await contexts.orders.cancel(order.id, by: .system, reason: .soldOut)
      }
      throw refusal
    }
  }

  private func destination(_ id: AddressID, of account: AccountID) async throws -> Destination {
    guard let address = try await contexts.accounts.address(id, of: account) else { throw CheckoutRefusal.noAddress }
    return Destination(
      recipient: address.recipient, phone: address.phone, region: address.region,
      regionName: regions.name(of: address.region), street: address.street, postcode: address.postcode)
  }
}

/// The shop's terms for orders, from its settings.
public struct OrderTerms: Sendable {
  public var currency: Currency
  /// How long an order may stay unpaid.
  public var payWithin: Duration
  /// How much longer than that its goods stay held, so that a payment made in the last minute finds them.
  public var holdGrace: Duration
  /// What points are worth.
  public var points: PointTerms

  public init(
    currency: Currency = .cny, payWithin: Duration = .minutes(30), holdGrace: Duration = .minutes(10),
    points: PointTerms = .off
  ) {
    self.points = points
    self.currency = currency
    self.payWithin = payWithin
    self.holdGrace = holdGrace
  }
}

extension HoldKey {
  /// The hold of the order that a checkout makes with a merchant.
  public init(checkout: String, merchant: MerchantID) { self.init(rawValue: "\(checkout)/\(merchant)") }
  public init(_ order: Order) { self.init(checkout: order.checkout, merchant: order.merchant) }
}

/// How ordering says no, where no single context does.
public enum CheckoutRefusal: Refusal, Hashable {
  case noAddress
  case amountChanged(from: Money, to: Money)
  case noLongerSold(VariantID)

  public var code: String {
    switch self {
    case .noAddress: "noAddress"
    case .amountChanged: "amountChanged"
    case .noLongerSold: "noLongerSold"
    }
  }

  public var details: [String: String] {
    switch self {
    case .noAddress: [:]
    case .amountChanged(let from, let to): ["from": from.decimalText, "to": to.decimalText]
    case .noLongerSold(let variant): ["variant": variant.description]
    }
  }

  public var kind: RefusalKind {
    if case .noAddress = self { .invalid } else { .conflict }
  }
}
