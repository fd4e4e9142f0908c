import Accounts
import AuditLog
import Carts
import Catalog
import Content
import Files
import Flows
import Foundation
import Fulfilment
import Imports
import Merchants
import Orders
import Pages
import NIOHTTP1
import Payments
import Refunds
import Reviews
import Storage
import TestKit
import Testing
import Values

@testable import API
@testable import App

/// A customer who has one of everything that a customer can have, and the names under which `ShopRoute` speaks of these
/// things. What a request uses up is there again after `stocked`.
struct Owner: Sendable {
  static let city = "310115"
  /// Words that stand nowhere but in what is this customer's alone.
  static let secrets = [
    "owner@secret.example", "Ottoline", "17 Hidden Lane", "leave it with nobody", "zanzibar kettle",
  ]

  let test: TestShop
  let merchant: Merchant
  let product: Product
  let account: Account
  var token: SessionToken
  /// What `$name` stands for in paths and bodies.
  var names: [String: JSONValue] = [:]

  var browser: Browser {
    let browser = test.browser()
    browser.carry(.session, token.rawValue)
    return browser
  }

  /// Secret words and the identifiers of private things.
  var secrets: [String] {
    let private_ =
      ["address", "cartLine", "payment"] + OrderStage.allCases.flatMap { [$0.rawValue, $0.line] }
      + RefundStage.allCases.map(\.rawValue)
    return Self.secrets + private_.compactMap { names[$0]?.text }
  }

  subscript(_ name: String) -> String { names[name]?.text ?? "" }
}

/// How far an order of the owner has come, by the name that routes call it.
enum OrderStage: String, CaseIterable {
  case unpaid, paid, passed, sent, done

  var line: String { "\(rawValue)Line" }

  var state: OrderState {
    switch self {
    case .unpaid: .awaitingPayment
    case .paid: .awaitingReview
    case .passed: .awaitingShipment
    case .sent: .awaitingReceipt
    case .done: .completed
    }
  }
}

/// How far a request for a refund has come, by the name that routes call it.
enum RefundStage: String, CaseIterable {
  case asked, awaited, broken

  var line: String { "\(rawValue)Line" }

  var state: RefundCase.State {
    switch self {
    case .asked: .requested
    case .awaited: .awaitingGoods
    case .broken: .failed
    }
  }
}

extension TestShop {
  func owner() async throws -> Owner {
    let merchant = try await merchant()
    let product = try await product(of: merchant, stock: 9000)
    let registration = Registration(
      email: Owner.secrets[0], password: TestShop.password, name: Owner.secrets[1], language: .en)
    let account = try await shop.contexts.accounts.register(registration)
    let token = try await token(of: account)
    let picture = try await shop.files.put(
      Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8), fileExtension: "svg")
    var owner = Owner(test: self, merchant: merchant, product: product, account: account, token: token)
    owner.names = [
      "product": .text("\(product.id)"), "variant": .text("\(product.variants[0].id)"), "handle": "teapot",
      "category": "tea", "merchant": "kiln", "media": .text("\(picture.rawValue)"),
      "picture": .text("\(product.id).svg"), "sitemap": "pages.xml", "email": .text(account.email),
      "password": .text(TestShop.password),
    ]
    let deed = try await shop.log.entries(matching: DeedFilter(merchant: merchant.id), before: nil, limit: 1).first
    owner.names["deed"] = deed.map { .text("\($0.number)") }
    await shop.contexts.browsing.recordView(of: product.id, by: .account(account.id))
    await shop.contexts.browsing.recordSearch(Owner.secrets[4], by: .account(account.id))
    return try await owner.stocked()
  }

  /// A log-in whose client nobody else uses, so that no throttle sees many of one.
  func token(of account: Account) async throws -> SessionToken {
    try await shop.contexts.accounts.logIn(
      email: account.email, password: TestShop.password, client: UUID().uuidString
    ).token
  }

  /// Another customer, with a cart and an address of her own.
  func other() async throws -> (browser: Browser, account: Account) {
    let account = try await shop.contexts.accounts.register(
      Registration(
        email: "\(UUID().uuidString)@example.com", password: TestShop.password, name: "Other", language: .en))
    let browser = browser()
    browser.carry(.session, try await token(of: account).rawValue)
    return (browser, account)
  }

  /// Whom a route of the desks is for.
  func staff(for route: ShopRoute, of owner: Owner) async throws -> Browser {
    let merchant = route.door == .platform ? nil : owner.merchant
    return try await route.isStaffAPI ? program(of: merchant) : staff(of: merchant)
  }

  func staff(of merchant: Merchant?, _ rights: Set<StaffRight> = Set(StaffRight.allCases)) async throws -> Browser {
    let email = "\(UUID().uuidString)@staff.example"
    let staff = shop.contexts.staff
    _ = try await staff.hire(
      StaffHire(email: email, password: TestShop.password, name: "Mei", merchant: merchant?.id, rights: rights))
    let browser = browser()
    let session = try await staff.logIn(email: email, password: TestShop.password, client: UUID().uuidString)
    browser.carry(.staff, session.token.rawValue)
    return browser
  }
}

extension Owner {
  private var contexts: Contexts { test.shop.contexts }

  /// The owner with everything there that an earlier request may have used up.
  func stocked() async throws -> Owner {
    var owner = self
    if try await contexts.accounts.account(session: token) == nil { owner.token = try await freshToken() }
    let addresses = try await contexts.accounts.addresses(of: account.id)
    let kept = addresses.first { $0.street == Self.secrets[2] }
    // There is a most of addresses; what tests added makes room.
    if kept != nil, addresses.count > 5 {
      for other in addresses where other.id != kept?.id {
        try await contexts.accounts.removeAddress(other.id, of: account.id)
      }
    }
    let address = if let kept { kept } else { try await self.address(addresses) }
    owner.names["address"] = .text("\(address.id)")
    try await contexts.browsing.setFavourite(product.id, of: account.id, true)
    for stage in OrderStage.allCases { try await owner.keep(stage, address) }
    try await owner.keepWished(address)
    try await owner.keepColleague()
    try await owner.keepCustomers()
    for stage in RefundStage.allCases { try await owner.keep(stage, address) }
    if let unpaid = OrderNumber(rawValue: owner["unpaid"]), let order = try await contexts.orders.order(number: unpaid)
    {
      let payment = try await test.shop.flows.payOrder.run(
        order.id, by: account.id, method: try #require(PaymentMethod(rawValue: "sandbox")), language: .en)
      owner.names["payment"] = .text("\(payment.payment.id)")
    }
    try await owner.keepMoney(address)
    try await owner.fillCart(address)
    try await owner.keepContent()
    try await owner.keepMerchants()
    try await owner.keepGoods()
    try await owner.keepShelves()
    try await owner.keepStock()
    try await owner.keepStatements()
    try await owner.keepToken()
    try await owner.keepCoupon()
    try await owner.keepSearch()
    try await owner.keepBills()
    owner.names["freshEmail"] = .text("\(UUID().uuidString.lowercased())@example.com")
    try await test.settle()
    try await owner.keepMessages()
    return owner
  }

  private func address(_ others: [Address]) async throws -> Address {
    for other in others { try await contexts.accounts.removeAddress(other.id, of: account.id) }
    return try await contexts.accounts.addAddress(
      AddressDraft(recipient: Self.secrets[1], phone: "13800138000", region: Self.city, street: Self.secrets[2]),
      to: account.id)
  }

  /// A log-in; the password is the usual one again, whatever became of it.
  private func freshToken() async throws -> SessionToken {
    if let token = try? await test.token(of: account) { return token }
    let reset = try #require(try await contexts.accounts.startPasswordReset(email: account.email))
    try await contexts.accounts.resetPassword(token: reset.token, newPassword: TestShop.password)
    return try await test.token(of: account)
  }

  private mutating func fillCart(_ address: Address) async throws {
    let owner = CartOwner.account(account.id)
    var cart = try await contexts.carts.cart(of: owner)
    if !cart.lines.contains(where: { $0.isTicked && $0.quantity.count < 50 }) {
      for line in cart.lines { cart = try await contexts.carts.remove(line.id, from: owner) }
      cart = try await test.shop.flows.addToCart.run(product.variants[0].id, .one, to: owner)
    }
    names["cartLine"] = (cart.lines.first?.id).map { .text("\($0)") }
    names["cartVersion"] = .integer(Int64(cart.version))
  }

  /// Makes the order of a stage again, unless it still is there.
  private mutating func keep(_ stage: OrderStage, _ address: Address) async throws {
    if let number = OrderNumber(rawValue: self[stage.rawValue]),
      let order = try await contexts.orders.order(number: number), order.state == stage.state
    {
      let reviewed = try await contexts.reviews.reviewed(order.lines.map(\.id))
      let claims = try await contexts.refunds.claims(of: order.id)
      let isClaimed = claims.values.contains { $0.units > 0 }
      let isUsed = try await stage == .passed ? !isHalfPacked(order) : !reviewed.isEmpty
      if !isUsed, !isClaimed, !order.isEditAsked { return }
    }
    // Of what is to be sent, one is in a parcel already and one isn't.
    let order = try await order(address, units: stage == .passed ? 2 : 1)
    names[stage.rawValue] = .text("\(order.number)")
    names[stage.line] = (order.lines.first?.id).map { .text("\($0)") }
    try await bring(order, to: stage)
  }

  /// Makes the request of a stage again, unless it still is there.
  private mutating func keep(_ stage: RefundStage, _ address: Address) async throws {
    let refunds = contexts.refunds
    if let id = RefundCaseID(self[stage.rawValue]), try await refunds.refundCase(id)?.state == stage.state { return }
    let order = try await order(address, units: 1)
    try await bring(order, to: .sent)
    let line = try #require(order.lines.first)
    let asked = try await test.shop.flows.refundOrder.request(
      RefundOrder.Input(
        account: account.id, order: order.id, kind: .goodsBack, reason: .damaged, explanation: Self.secrets[3],
        lines: [RefundDraft.Line(line: line.id, quantity: line.quantity)], evidence: [try await test.evidence()]))
    names[stage.rawValue] = .text("\(asked.id)")
    names[stage.line] = .text("\(line.id)")
    if stage == .asked { return }
    _ = try await refunds.approve(
      asked.id, RefundGrant(paid: order.amounts.due, needsGoods: stage == .awaited), by: .system)
    if stage == .broken { _ = try await refunds.noteFailed(asked.id) }
  }

  mutating func bring(_ order: Order, to stage: OrderStage) async throws {
    guard stage != .unpaid else { return }
    let (orders, staff) = (contexts.orders, StaffID(raw: 1))
    try await test.pay(order)
    if stage == .paid { return }
    _ = try await orders.pass(order.id, by: staff, note: "")
    if stage == .passed {
      let parcel = try await packed(order)
      names["parcel"] = .text("\(parcel.id)")
      return
    }
    _ = try await orders.ship(order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF12345678"), by: staff)
    if stage == .sent { return }
    _ = try await contexts.fulfilment.keep(
      ProofDraft(text: Self.secrets[3], picture: try await test.evidence()), of: OrderToSend(order), by: staff)
    _ = try await orders.confirmReceipt(order.id, by: .buyer(account.id))
  }

  private func packed(_ order: Order) async throws -> Parcel {
    let line = try #require(order.lines.first)
    return try await contexts.fulfilment.pack(
      ParcelDraft(key: "packed", lines: [ParcelLine(line: line.id, quantity: .one)]), of: OrderToSend(order),
      by: StaffID(raw: 1))
  }

  /// Whether the order's one parcel is still as it was packed, and goes where it went.
  private func isHalfPacked(_ order: Order) async throws -> Bool {
    guard let consignment = try await contexts.fulfilment.consignment(of: order.id), consignment.parcels.count == 1
    else { return false }
    return consignment.parcels[0].state == .packed && consignment.method == .door
      && order.destination.street == Self.secrets[2]
  }

  func order(_ address: Address, units: Int) async throws -> Order {
    let owner = CartOwner.account(account.id)
    for line in try await contexts.carts.cart(of: owner).lines {
      _ = try await contexts.carts.remove(line.id, from: owner)
    }
    let count = try #require(Quantity(units))
    let cart = try await test.shop.flows.addToCart.run(product.variants[0].id, count, to: owner)
    let orders = try await test.shop.flows.placeOrder.run(
      PlaceOrder.Input(
        account: account.id, cartVersion: cart.version, address: address.id, note: Self.secrets[3], dueSeen: nil))
    return try #require(orders.first)
  }

  /// All that is this customer's, to be compared before and after someone else's request.
  func belongings() async throws -> [String] {
    var all: [String] = []
    func keep(_ name: String, _ value: some Any) { all.append("\(name): \(value)") }
    keep("account", try await contexts.accounts.account(account.id) as Any)
    keep("session", try await contexts.accounts.account(session: token) != nil)
    keep("addresses", try await contexts.accounts.addresses(of: account.id))
    keep("cart", try await contexts.carts.cart(of: .account(account.id)))
    keep("favourites", try await contexts.browsing.favourites(of: account.id, PageRequest()).items)
    keep("views", try await contexts.browsing.recentViews(of: .account(account.id), limit: 50))
    keep("searches", try await contexts.browsing.recentSearches(of: .account(account.id), limit: 50))
    let orders = try await contexts.orders.orders(.buyer(account.id), matching: OrderFilter(), PageRequest(limit: 100))
      .items
    for order in orders {
      keep("order", order)
      keep("timeline", try await contexts.orders.timeline(of: order.id))
      let payments = try await contexts.payments.payments(of: order.id)
      keep("payments", payments)
      for payment in payments { keep("cases", try await contexts.payments.cases(of: payment.id)) }
      keep("consignment", try await contexts.fulfilment.consignment(of: order.id) as Any)
    }
    for (name, value) in try await colleague() { keep(name, value) }
    keep("goods", try await goods())
    for (name, value) in try await stockroom() { keep(name, value) }
    for (name, value) in try await wordsOfStaff() { keep(name, value) }
    keep("token", try await colleagueToken())
    keep("refunds", try await contexts.refunds.cases(.buyer(account.id), in: [], PageRequest(limit: 100)).items)
    keep("imports", try await contexts.imports.runs(of: merchant.id, PageRequest(limit: 10)).items)
    keep("messages", try await messages())
    keep("reviews", try await contexts.reviews.reviewed(orders.flatMap { $0.lines.map(\.id) }).sorted())
    return all
  }
}

extension TestShop {
  /// Pays at the sandbox as a buyer would, and waits until the order has heard of it.
  func pay(_ order: Order) async throws {
    let opened = try await shop.flows.payOrder.run(
      order.id, by: order.buyer, method: try #require(PaymentMethod(rawValue: "sandbox")), language: .en)
    try await control("payments/\(opened.payment.id)/pay")
    let paid = try await shop.contexts.payments.refresh(opened.payment.id)
    try #require(paid.state == .captured)
    try await settle()
  }

  /// Tables that note what went by rather than what is so: they may grow when a request is refused.
  private static let notes: Set<String> = [
    "outbox", "inbox", "account_session", "staff_session", "provider_notice", "cart_freeze", "browsing_history",
    "node_lease", "api_answer", "told_fact", "told_fact_head", "staff_token", "deed", "deed_head", "staff_challenge",
    "staff_code_failure",
    "refund_allowance",
    // What a job fetches.
    "bill_day", "bill_row", "bill_movement", "bill_total", "bill_leftover",
    // What looks count.
    "figure_entry", "daily_figure", "goods_figure", "figure_day", "figure_mark", "stretch_figure", "channel_figure",
    "channel_goods", "figure_visitors", "search_day", "search_query_day", "search_click", "search_purchase",
  ]

  /// Every row of the shop's books with how often it stands there, table by table.
  typealias Books = [String: [[SQLValue]: Int]]

  func books() async throws -> Books {
    // What was told before is still becoming messages, and other rows.
    try await settle()
    return try await shop.database.read { transaction in
      let tables = try transaction.rows(transaction.dialect.tables)
      var books: Books = [:]
      for table in try tables.map({ try $0["name"] as String }) where !Self.notes.contains(table) {
        books[table] = try Self.rows(of: table, in: transaction)
      }
      return books
    }
  }

  /// Without an order, since rows come as the server likes, which may change its mind between two looks.
  static func rows(of table: String, in transaction: any ReadTransaction) throws -> [[SQLValue]: Int] {
    try transaction.rows(SQL(text: "SELECT * FROM \(table)")).reduce(into: [:]) { $0[$1.values, default: 0] += 1 }
  }
}
