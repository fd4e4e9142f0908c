import Accounts
import Flows
import Foundation
import Mail
import Merchants
import Messages
import Orders
import Pages
import Payments
import Refunds
import Testing
import Values

@testable import API
@testable import App

/// The box of messages: what the shop wrote about money and goods, read here by whom it was for, whatever the post did.
@Suite struct MessageBoxTests {
  private struct NoPost: Mailer {
    struct Broken: Error {}
    func send(_ letter: Letter) async throws { throw Broken() }
  }

  /// What a browser sends with a page that it fetches before anybody asks for it.
  private static let ahead = ["sec-purpose": "prefetch"]

  /// The first message of a list whose title has the words.
  private func link(_ html: String, _ words: String) -> String? {
    html.matches(of: /<a (?:class="message-title" )?href="([^"]*\/messages\/msg_[0-9a-z]+)">([^<]*)<\/a>/)
      .first { $0.2.contains(words) }.map { String($0.1) }
  }

  private func program(_ test: TestShop, _ account: Account) async throws -> APIClient {
    test.program.with(token: try await test.token(of: account).rawValue)
  }

  // req: 2.3.2.1-3 4.1.4-4
  @Test func `one box has what was written about orders of all merchants, in the language of who reads`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let mill = try await test.merchant("mill")
      let bowl = try await test.product(of: mill, "bowl")
      let ours = try await trade.paid()
      let theirs = try await test.placedOrder(
        bowl, by: trade.buyer, account: trade.account, address: trade.address)
      try await test.pay(theirs)
      let page = try await trade.buyer.get("/account/messages").body
      for order in [ours, theirs] { #expect(page.contains("Order \(order.number) is paid"), "\(order.number)") }
      #expect(page.contains("<h2><a class=\"message-title\""), "a list is gone through by its headings")
      #expect(page.contains("unread messages") && page.contains("action=\"/account/messages/read\""))

      let home = try await trade.buyer.get("/").body
      #expect(home.contains("unread messages"))
      let address = try #require(link(page, "Order \(ours.number) is paid"))
      let count = try await test.shop.contexts.messages.unreadCount(in: .account(trade.account.id))
      _ = try await trade.buyer.get(address, headers: Self.ahead)
      let unopened = try await test.shop.contexts.messages.unreadCount(in: .account(trade.account.id))
      #expect(unopened == count, "fetched ahead of time, seen by nobody")
      let message = try await trade.buyer.get(address).body
      #expect(message.contains("We have your payment") && message.contains("href=\"/orders/\(ours.number)\""))
      #expect(try await test.shop.contexts.messages.unreadCount(in: .account(trade.account.id)) == count - 1)
      let chinese = try await trade.buyer.get("\(address)?lang=zh-Hans").body
      #expect(chinese.contains("订单 \(ours.number) 已付款") && chinese.contains("已收到付款"))
      _ = try await trade.buyer.get("/account/messages?lang=en")

      #expect(try await trade.buyer.post("/account/messages/read").location == "/account/messages")
      let read = try await trade.buyer.get("/account/messages").body
      #expect(!read.contains("unread message") && read.contains("All messages count as read."))

      let (stranger, _, _) = try await test.buyer("wu")
      #expect(try await stranger.get(address).status == 404)
      #expect(!(try await stranger.get("/account/messages").body.contains("\(ours.number)")))
      #expect(try await test.browser().get(address).location?.hasPrefix("/login") == true)
    }
  }

  // req: 2.3.2.1-3 4.1.4-4
  @Test func `a merchant's people read what went to it alone, and what rights ask for isn't in it`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid()
      let packer = try await test.staff(of: trade.merchant, [.catalogEdit])
      let page = try await packer.get("/admin/messages").body
      #expect(page.contains("To ship: order \(order.number) is paid"))
      let entry = try #require(page.firstMatch(of: /<a href="\/admin\/messages".*?<\/a>/)).output
      #expect(entry.contains("count inline\">1<"))
      let address = try #require(link(page, "\(order.number)"))
      let platform = try await test.staff(of: nil)
      let seen = try await platform.get(address).body
      #expect(seen.contains("Kiln kiln") && seen.contains("/admin/orders/\(order.number)"))
      #expect(try await platform.get("/admin/messages").body.contains("Kiln kiln"))
      let merchants = MessageBox.merchant(trade.merchant.id)
      #expect(try await test.shop.contexts.messages.unreadCount(in: merchants) == 1, "the platform reads for nobody")

      let ahead = try await packer.get(address, headers: Self.ahead)
      #expect(ahead.status == 200 && ahead.body.contains("Please check it"))
      #expect(try await test.shop.contexts.messages.unreadCount(in: merchants) == 1, "nobody sees it yet")

      let message = try await packer.get(address).body
      #expect(message.contains("Please check it, pack the goods"))
      for secret in ["1 Century Avenue", "13800138000", "teapot-red"] {
        #expect(!message.contains(secret), "\(secret)")
      }
      #expect(!message.contains("href=\"/admin/orders/\(order.number)\""), "orders don't open to them")
      #expect(try await trade.mei.get(address).body.contains("href=\"/admin/orders/\(order.number)\""))
      let entries = try await trade.mei.get("/admin/messages").body
      let after = try #require(entries.firstMatch(of: /<a href="\/admin\/messages".*?<\/a>/)).output
      #expect(!after.contains("count inline"), "one reads for all")

      let mill = try await test.staff(of: try await test.merchant("mill"))
      #expect(try await mill.get(address).status == 404)
      #expect(try await mill.get("/admin/messages").body.contains("No messages yet"))
      let clerk = try await test.staff(of: nil, [.contentEdit])
      #expect(try await clerk.get("/admin/messages").status == 403)
      #expect(!(try await clerk.get("/admin").body.contains("href=\"/admin/messages\"")))
    }
  }

  // req: 4.1.4-4
  @Test func `mail that fails, or that nobody has an address for, loses no message`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.ordered([(trade.red, 1)])
      try await test.settle()
      // Nobody has heard of it by the shop's own letters.
      let contexts = test.shop.contexts
      let letters = WriteLetters(
        contexts, letters: ThemeLetters(theme: test.shop.theme, publicURL: test.settings.publicURL), mailer: NoPost(),
        terms: ReturnTerms(policy: StandardRefundPolicy(), confirmAfterDays: 10))
      let event = OrderPromised(
        order: order.id, payment: PaymentID(raw: 7), buyer: order.buyer, merchant: order.merchant)
      // It is tried again, as the bus does.
      for _ in 1...2 {
        await #expect(throws: NoPost.Broken.self) { try await letters.whenOrderPromised(event) }
      }
      func titles(_ box: MessageBox) async throws -> [String] {
        try await contexts.messages.messages(in: box, PageRequest()).items.map(\.title.en)
          .filter { $0.contains("\(order.number)") }
      }
      // Of the buyer's, one says that it was placed.
      #expect(try await titles(.account(order.buyer)).count == 2)
      #expect(try await titles(.merchant(order.merchant)).count == 1)
      let cameBack = RefundCameBack(
        refund: RefundID(raw: 5), payment: PaymentID(raw: 7), order: order.id, amount: order.amounts.due)
      await #expect(throws: NoPost.Broken.self) { try await letters.whenRefundCameBack(cameBack) }
      #expect(try await titles(.account(order.buyer)).count == 3)
      #expect(
        try await titles(.merchant(order.merchant)).count == 2, "the buyer's letter keeps nothing from the merchant")

      var silent = trade.merchant
      silent.email = ""
      let words = ThemeLetters(theme: test.shop.theme, publicURL: test.settings.publicURL)
      #expect(try words.letter(.orderPaid(order, of: silent), to: silent) == nil)
      let draft = try #require(try words.message(.orderPaid(order, of: silent), to: silent))
      #expect(draft.address == "/admin/orders/\(order.number)" && !draft.text.zhHans.isEmpty)
      for text in [draft.text.en, draft.text.zhHans] {
        for part in ["http", "--", "Martlet", "Kiln", "窑"] { #expect(!text.contains(part), "\(part)") }
      }
      #expect(try words.message(.passwordReset(token: "t0ken"), to: trade.account) == nil, "a secret isn't kept")
    }
  }

  // req: 2.3.2.1-3 2.3.2.4-4
  @Test func `messages are handed over with all that is kept of an account, and erased with it`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid()
      let platform = try await test.staff(of: nil)
      let here = "/admin/customers/\(trade.account.id)"
      #expect(try await platform.get("\(here)/export").body.contains("Order \(order.number) is paid"))
      #expect(try await platform.post("\(here)/erase").location == here)
      let box = MessageBox.account(trade.account.id)
      #expect(try await test.shop.contexts.messages.messages(in: box, PageRequest()).items.isEmpty)
      _ = try await test.shop.contexts.orders.pass(order.id, by: StaffID(raw: 1), note: "")
      _ = try await test.shop.contexts.orders.ship(
        order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF12345678"), by: StaffID(raw: 1))
      try await test.settle()
      #expect(try await test.shop.contexts.messages.messages(in: box, PageRequest()).items.isEmpty)
      #expect(try await trade.mei.get("/admin/messages").body.contains("\(order.number)"))
    }
  }

  // req: 2.2-7 2.3.2.1-3
  @Test func `programs of buyers read messages page by page and count them as read`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.ordered([(trade.red, 1)])
      // Subscribers hear side by side: what was written first is to be here first.
      try await test.settle()
      try await test.pay(order)
      let buyer = try await program(test, trade.account)
      let all = try await buyer.get("/account/messages")
      let unread = try #require(all["unread"]?.integer)
      #expect(unread >= 3 && all["items"]?.items.count == Int(unread))
      let first = try await buyer.get("/account/messages?limit=1&lang=zh-Hans")
      let newest = try #require(first["items"]?[0])
      #expect(newest["title"]?.text == "订单 \(order.number) 已付款" && newest["merchant"] == .null)
      #expect(newest["url"]?.text == "/orders/\(order.number)" && newest["readAt"] == .null)
      let next = try #require(first["next"]?.text)
      let second = try await buyer.get("/account/messages?limit=1&after=\(next)")
      #expect(second["items"]?[0]?["id"] == all["items"]?[1]?["id"])
      let id = try #require(newest["id"]?.text)
      let read = try await buyer.post("/account/messages/\(id)/read")
      #expect(read["readAt"] != .null && read["title"]?["en"]?.text == "Order \(order.number) is paid")
      #expect(try await buyer.get("/account/messages")["unread"]?.integer == unread - 1)
      let (_, other, _) = try await test.buyer("wu")
      #expect(try await program(test, other).post("/account/messages/\(id)/read").code == "unknownMessage")
      #expect(try await buyer.post("/account/messages/read").status == 204)
      #expect(try await buyer.get("/account/messages")["unread"]?.integer == 0)
    }
  }

  // req: 2.2-7 2.3.2.1-3
  @Test func `programs of a merchant read for its people, those of the platform for nobody`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      _ = try await trade.paid()
      let buyer = try await program(test, trade.account)
      let id = try #require(try await buyer.get("/account/messages")["items"]?[0]?["id"]?.text)
      let own = test.program.with(token: try await test.issued(of: trade.merchant, []).secret.rawValue)
      let box = try await own.get("/admin/messages")
      #expect(box["unread"]?.integer == 1 && box["items"]?[0]?["merchant"]?.text == "\(trade.merchant.id)")
      let message = try #require(box["items"]?[0]?["id"]?.text)
      let platform = test.program.with(token: try await test.issued(of: nil, [.merchantsEdit]).secret.rawValue)
      #expect(try await platform.get("/admin/messages")["items"]?.items.count == 1)
      #expect(try await platform.post("/admin/messages/\(message)/read")["readAt"] == .null)
      #expect(try await platform.post("/admin/messages/\(id)/read").code == "unknownMessage", "a buyer's")
      #expect(try await own.post("/admin/messages/\(message)/read")["readAt"] != .null)
      #expect(try await own.get("/admin/messages")["unread"]?.integer == 0)
      let mill = test.program.with(
        token: try await test.issued(of: try await test.merchant("mill"), []).secret.rawValue)
      #expect(try await mill.post("/admin/messages/\(message)/read").code == "unknownMessage")
      #expect(try await mill.get("/admin/messages")["items"] == [])
      let clerk = test.program.with(token: try await test.issued(of: nil, [.contentEdit]).secret.rawValue)
      #expect(try await clerk.get("/admin/messages").status == 403)
    }
  }
}
