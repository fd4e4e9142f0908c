import Accounts
import AuditLog
import Carts
import Catalog
import Content
import Flows
import Merchants
import NIOHTTP1
import Orders
import Refunds
import Reviews
import TestKit
import Testing
import Values

@testable import App

/// What the pages of the back office cost the database: as much for many rows as for few.
@Suite struct StatementBudgetTests {
  /// A page with the most statements that it may take. What the menu counts beside each of them is in it.
  struct Budget {
    let address: String
    let most: Int
  }

  private static let lists = [
    Budget(address: "/admin", most: 16),
    Budget(address: "/admin/orders", most: 16),
    Budget(address: "/admin/orders?number=20", most: 17),
    // The five filters together.
    Budget(
      address: "/admin/orders?number=20&product=pot&dateFrom=2020-01-01&dateTo=2036-01-01&dueFrom=1&dueTo=99999"
        + "&paidFrom=1&paidTo=99999", most: 22),
    Budget(address: "/admin/review", most: 16),
    Budget(address: "/admin/review?part=reviewed", most: 16),
    Budget(address: "/admin/shipping", most: 16),
    Budget(address: "/admin/shipping?part=toSignFor", most: 16),
    Budget(address: "/admin/shipping?part=completed", most: 16),
    Budget(address: "/admin/refunds", most: 19),
    Budget(address: "/admin/refunds?product=pot&amountFrom=1", most: 24),
    Budget(address: "/admin/refunds?part=records", most: 19),
    Budget(address: "/admin/refunds?part=records&product=pot&amountFrom=1", most: 24),
    Budget(address: "/admin/products", most: 16),
    Budget(address: "/admin/stock", most: 14),
    Budget(address: "/admin/customers", most: 14),
    Budget(address: "/admin/reviews?part=all", most: 13),
    Budget(address: "/admin/transactions", most: 16),
    Budget(address: "/admin/transactions?part=refunds", most: 16),
    Budget(address: "/admin/log", most: 13),
    Budget(address: "/admin/find?q=pot", most: 22),
    Budget(address: "/admin/staff", most: 16),
    Budget(address: "/admin/tokens", most: 13),
    Budget(address: "/admin/locations", most: 13),
    Budget(address: "/admin/stock/counts", most: 15),
    Budget(address: "/admin/goods/import", most: 14),
    Budget(address: "/admin/settlements", most: 16),
    Budget(address: "/admin/messages", most: 16),
  ]
  /// Files of what lists show, for spreadsheets.
  private static let files = [
    Budget(address: "/admin/orders/export", most: 9), Budget(address: "/admin/review/export", most: 9),
    Budget(address: "/admin/shipping/export?part=completed", most: 9),
    Budget(address: "/admin/refunds/export", most: 9), Budget(address: "/admin/products/export", most: 9),
    Budget(address: "/admin/stock/export", most: 9), Budget(address: "/admin/customers/export", most: 9),
    Budget(address: "/admin/reviews/export?part=all", most: 9),
    Budget(address: "/admin/transactions/export", most: 9), Budget(address: "/admin/log/export?format=csv", most: 9),
    Budget(address: "/admin/goods/export/file", most: 20), Budget(address: "/admin/staff/export", most: 9),
    Budget(address: "/admin/stock/counts/export", most: 9), Budget(address: "/admin/goods/import/export", most: 9),
  ]
  private static let ofPlatform = [
    Budget(address: "/admin/merchants?part=merchants", most: 13),
    Budget(address: "/admin/merchants?part=applications", most: 12),
    Budget(address: "/admin/brands", most: 13),
    Budget(address: "/admin/content?kind=article", most: 12),
    Budget(address: "/admin/content/banners", most: 14), Budget(address: "/admin/content/menus/footer", most: 13),
    Budget(address: "/admin/content/pictures", most: 13), Budget(address: "/admin/categories", most: 13),
    Budget(address: "/admin/events", most: 13), Budget(address: "/admin/merchants/export?part=merchants", most: 9),
    Budget(address: "/admin/settlements/commissions", most: 13),
    Budget(address: "/admin/reconciliation", most: 20), Budget(address: "/admin/reconciliation/differences", most: 14),
    Budget(address: "/admin/reconciliation/report", most: 18),
    Budget(address: "/admin/reconciliation/differences/export", most: 9),
    Budget(address: "/admin/brands/export", most: 9), Budget(address: "/admin/content/export", most: 9),
    Budget(address: "/admin/content/banners/export", most: 9),
    Budget(address: "/admin/payments/notices", most: 13), Budget(address: "/admin/payments/notices/export", most: 9),
    Budget(address: "/admin/payments/methods", most: 14),
    Budget(address: "/admin/search", most: 14), Budget(address: "/admin/search/synonyms", most: 13),
    Budget(address: "/admin/search/rules", most: 13), Budget(address: "/admin/search/weights", most: 13),
    Budget(address: "/admin/search/export", most: 9),
  ]
  private static let ofThings = [
    "a customer": 34, "a product": 20, "many products": 16, "a refund": 30, "a payment": 18, "a ledger": 24,
    "an item": 24, "a count": 16, "a file": 14,
  ]
  /// What programs read, by those of a merchant and of the platform alike.
  private static let ofPrograms = [
    "orders", "refunds", "products", "reviews", "customers", "transactions", "merchants", "staff", "roles",
    "log", "log/lines", "facts", "imports", "stock/items", "stock/sheets", "payments/cases", "payments/methods",
    "settlements",
    "settlements/balances", "messages",
  ]
  /// What those of the platform read alone.
  private static let ofProgramsMost = 8

  /// Somebody who reads, and what they read, by name.
  private struct Reader {
    let name: String
    let browser: Browser
    let pages: [(name: String, page: Budget)]
  }

  // req: 3.1.2-1
  @Test func `no page, file or answer of the back office asks more of the database when it shows more rows`()
    async throws
  {
    let counter = StatementCounter()
    try await TestShop.run(["--staff-token-per-minute", "0"], counter: counter) { test in
      let merchant = try await test.merchant()
      let (platform, mei) = (try await test.staff(of: nil), try await test.staff(of: merchant))
      let (own, program) = (try await test.program(of: nil), try await test.program(of: merchant))
      var costs: [String: [Int]] = [:]
      var budgets: [String: Int] = [:]
      for range in [0..<2, 2..<14] {
        let (order, goods) = try await fill(test, merchant, range)
        let things = try await ManyRows(test: test, merchant: merchant).add(range, goods: goods, order: order)
        let orders = try await Self.ofOrders(order.number, ticked: toSend(test, merchant))
        let shared = Self.named(Self.lists + Self.files) + Self.named(orders, as: "order") + Self.details(things)
        let answers = Self.answers(order, goods) + Self.deskAnswers(things)
        for reader in [
          Reader(name: "platform", browser: platform, pages: shared + Self.named(Self.ofPlatform)),
          Reader(name: "merchant", browser: mei, pages: shared),
          Reader(
            name: "platform's program", browser: own,
            pages: answers + Self.ofPlatformsPrograms
              + Self.named(
                ["entries", "categories", "brands"].map {
                  Budget(address: "/api/v1/admin/\($0)", most: Self.ofProgramsMost)
                })),
          Reader(name: "merchant's program", browser: program, pages: answers),
        ] {
          for (name, page) in reader.pages {
            let key = "\(reader.name): \(name)"
            let most = min(page.most, costs[key]?.first.map { $0 + 5 } ?? .max)
            costs[key, default: []].append(try await cost(of: page.address, reader.browser, counter, within: most))
            budgets[key] = page.most
          }
        }
      }
      for (page, cost) in costs.sorted(by: { $0.key < $1.key }) {
        // Twelve more of everything. What jobs ask meanwhile is counted too.
        #expect(cost.count == 2 && cost[1] < cost[0] + 6, "\(page) takes more for more rows: \(cost)")
        #expect(cost.allSatisfy { $0 <= budgets[page] ?? 0 }, "\(page) takes too much: \(cost)")
      }
    }
  }

  private static func named(_ pages: [Budget], as kind: String? = nil) -> [(name: String, page: Budget)] {
    pages.enumerated().map { index, page in (kind.map { "\($0) \(index)" } ?? page.address, page) }
  }

  private static func details(_ things: [String: String]) -> [(name: String, page: Budget)] {
    things.map { ($0.key, Budget(address: $0.value, most: ofThings[$0.key] ?? 0)) }
  }

  private static func answers(_ order: Order, _ goods: [Product]) -> [(name: String, page: Budget)] {
    let variants = goods.flatMap(\.variants).map { "variant=\($0.id)" }.joined(separator: "&")
    let paths =
      ofPrograms.map { ($0, $0) } + [
        ("an order", "orders/\(order.number)"), ("a product", "products/\(goods[0].id)"),
        ("stock", "stock?\(variants)"), ("locations", "locations?merchant=\(goods[0].merchant)"),
        ("freight", "freight?merchant=\(goods[0].merchant)"),
        ("stockrooms", "stockrooms?merchant=\(goods[0].merchant)"),
        ("an item's ledger", "stock/\(goods[0].variants[0].id)/ledger"),
      ]
    return paths.map { ($0.0, Budget(address: "/api/v1/admin/\($0.1)", most: ofProgramsMost)) }
  }

  /// The desks of an order, and what is printed of those that are ticked.
  private static func ofOrders(_ number: OrderNumber, ticked: [OrderNumber]) -> [Budget] {
    let chosen = ticked.map { "order=\($0)" }.joined(separator: "&")
    return [
      Budget(address: "/admin/orders/\(number)", most: 22), Budget(address: "/admin/shipping/\(number)", most: 19),
      Budget(address: "/admin/shipping/picklist?\(chosen)", most: 13),
      Budget(address: "/admin/shipping/slips?\(chosen)", most: 14),
    ]
  }

  private func toSend(_ test: TestShop, _ merchant: Merchant) async throws -> [OrderNumber] {
    try await test.shop.contexts.orders.orders(
      .merchant(merchant.id), matching: OrderFilter(states: [.awaitingShipment]), PageRequest(limit: 100)
    ).items.map(\.number)
  }

  /// The first of several times that is within what may be, as the shop asks things of its own meanwhile, or else the least.
  private func cost(
    of address: String, _ staff: Browser, _ counter: StatementCounter, within most: Int
  ) async throws -> Int {
    var least = Int.max
    for _ in 0..<20 {
      // What the menu counts is kept for a moment, and counted anew after whatever is sent.
      _ = try await staff.post("/admin/nothing")
      let before = counter.statements
      let answer = try await staff.get(address)
      try #require(answer.status == 200, "\(address): \(answer.status)")
      least = min(least, counter.statements - before)
      if least <= most { break }
    }
    return least
  }

  /// More of everything that desks of orders list, and an order with a line for each of the goods.
  private func fill(_ test: TestShop, _ merchant: Merchant, _ range: Range<Int>) async throws
    -> (order: Order, goods: [Product])
  {
    var goods: [Product] = []
    var last: (account: Account, address: Address)?
    for index in range {
      _ = try await test.merchant("other-\(index)")
      _ = try await test.shop.contexts.catalog.brand(named: "Brand \(index)")
      let product = try await test.product(of: merchant, "pot-\(index)", title: LocalizedText("Pot \(index)"))
      _ = try await test.product(
        of: merchant, "draft-\(index)", title: LocalizedText("Potter's draft \(index)"), isPublished: false)
      goods.append(product)
      let account = try await test.shop.contexts.accounts.register(
        Registration(email: "potter-\(index)@example.com", password: TestShop.password, name: "Potter", language: .en))
      let address = try await test.shop.contexts.accounts.addAddress(
        AddressDraft(recipient: "Lin", phone: "13800138000", region: "310115", street: "1 Century Avenue"),
        to: account.id)
      last = (account, address)
      try await sell(test, [product], account, address)
      _ = try await test.shop.contexts.content.begin(
        EntryDraft(
          text: EntryText(title: LocalizedText(en: "Story \(index)"), body: LocalizedText(en: "<p>Clay</p>"))),
        .article, publishes: true, by: .system)
      _ = try await test.shop.contexts.merchants.apply(try await test.applicationDraft())
      try await test.shop.log.note(Deed("tests.many", on: "\(index)", of: merchant.id))
    }
    let (account, address) = try #require(last)
    let order = try await test.order(goods, account, address, variants: 2)
    try await test.pay(order)
    _ = try await test.shop.contexts.orders.pass(order.id, by: StaffID(raw: 1), note: "")
    try await test.settle()
    return (order, goods)
  }

  /// An order in each state that desks list, a refund and a review.
  private func sell(_ test: TestShop, _ goods: [Product], _ account: Account, _ address: Address) async throws {
    let (orders, staff) = (test.shop.contexts.orders, StaffID(raw: 1))
    for stage in 0..<4 {
      let order = try await test.order(goods, account, address)
      try await test.pay(order)
      if stage == 0 { continue }
      _ = try await orders.pass(order.id, by: staff, note: "")
      if stage == 1 { continue }
      _ = try await orders.ship(order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF12345678"), by: staff)
      let line = try #require(order.lines.first)
      if stage == 2 {
        _ = try await test.shop.flows.refundOrder.request(
          RefundOrder.Input(
            account: account.id, order: order.id, kind: .goodsBack, reason: .damaged, explanation: "Cracked",
            lines: [RefundDraft.Line(line: line.id, quantity: line.quantity)]))
        continue
      }
      _ = try await orders.confirmReceipt(order.id, by: .buyer(account.id))
      _ = try await test.shop.contexts.reviews.write(
        ReviewDraft(
          line: line.id, product: goods[0].id, merchant: order.merchant, author: account.id, authorName: "Potter",
          stars: 4, text: "Pours in a fine arc"))
    }
  }
}

extension TestShop {
  /// What an account orders: one of each of the goods, in so many of their variants.
  fileprivate func order(
    _ goods: [Product], _ account: Account, _ address: Address, variants: Int = 1
  ) async throws -> Order {
    var version = 0
    for variant in goods.flatMap({ $0.variants.prefix(variants) }) {
      version = try await shop.flows.addToCart.run(variant.id, .one, to: .account(account.id)).version
    }
    let orders = try await shop.flows.placeOrder.run(
      PlaceOrder.Input(account: account.id, cartVersion: version, address: address.id, note: "", dueSeen: nil))
    return try #require(orders.first)
  }
}
