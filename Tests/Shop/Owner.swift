import Accounts
import AuditLog
import Carts
import Catalog
import Files
import Flows
import Foundation
import Merchants
import Orders
import Pages
import Payments
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
    let private_ = ["address", "cartLine", "payment"] + OrderStage.allCases.flatMap { [$0.rawValue, $0.line] }
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
    try await staff(of: route.door == .platform ? nil : owner.merchant)
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
    if let unpaid = OrderNumber(rawValue: owner["unpaid"]), let order = try await contexts.orders.order(number: unpaid)
    {
      let payment = try await test.shop.flows.payOrder.run(
        order.id, by: account.id, method: try #require(PaymentMethod(rawValue: "sandbox")), language: .en)
      owner.names["payment"] = .text("\(payment.payment.id)")
    }
    try await owner.fillCart(address)
    owner.names["freshEmail"] = .text("\(UUID().uuidString.lowercased())@example.com")
    try await test.settle()
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
      if reviewed.isEmpty { return }
    }
    let order = try await order(address)
    names[stage.rawValue] = .text("\(order.number)")
    names[stage.line] = (order.lines.first?.id).map { .text("\($0)") }
    guard stage != .unpaid else { return }
    let (orders, staff) = (contexts.orders, StaffID(raw: 1))
    _ = try await orders.markPaid(
      order.id, by: PaymentID(raw: 7), amount: order.amounts.due, at: test.shop.clock.now)
    if stage == .paid { return }
    _ = try await orders.pass(order.id, by: staff, note: "")
    if stage == .passed { return }
    _ = try await orders.ship(order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF12345678"), by: staff)
    if stage == .sent { return }
    _ = try await orders.confirmReceipt(order.id, by: .buyer(account.id))
  }

  private func order(_ address: Address) async throws -> Order {
    let owner = CartOwner.account(account.id)
    for line in try await contexts.carts.cart(of: owner).lines {
      _ = try await contexts.carts.remove(line.id, from: owner)
    }
    let cart = try await test.shop.flows.addToCart.run(product.variants[0].id, .one, to: owner)
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
    let orders = try await contexts.orders.orders(.buyer(account.id), matching: OrderFilter(), PageRequest()).items
    for order in orders {
      keep("order", order)
      keep("timeline", try await contexts.orders.timeline(of: order.id))
      keep("payments", try await contexts.payments.payments(of: order.id))
    }
    keep("reviews", try await contexts.reviews.reviewed(orders.flatMap { $0.lines.map(\.id) }).sorted())
    return all
  }
}

extension TestShop {
  /// Tables that note what went by rather than what is so: they may grow when a request is refused.
  private static let notes: Set<String> = [
    "outbox", "inbox", "account_session", "staff_session", "provider_notice", "cart_freeze", "browsing_history",
    "node_lease", "api_answer", "deed", "deed_head",
  ]

  /// Every row of the shop's books, table by table.
  typealias Books = [String: [[SQLValue]]]

  func books() async throws -> Books {
    try await shop.database.read { transaction in
      let tables = try transaction.rows(transaction.dialect.tables)
      var books: Books = [:]
      for table in try tables.map({ try $0["name"] as String }) where !Self.notes.contains(table) {
        books[table] = try transaction.rows(SQL(text: "SELECT * FROM \(table)")).map(\.values)
      }
      return books
    }
  }
}
