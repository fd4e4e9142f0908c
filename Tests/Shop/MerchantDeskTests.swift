import Accounts
import Catalog
import Flows
import Foundation
import Fulfilment
import Inventory
import Merchants
import NIOHTTP1
import Orders
import Refunds
import Search
import Testing
import Values

@testable import API
@testable import App

/// Recruiting, opening, selling and suspending, over HTTP.
@Suite struct MerchantDeskTests {
  private static let typed = [
    ("nameEn", "River Light"), ("nameZh", "河光"), ("slug", "river-light"), ("contact", "Wang Min"),
    ("phone", "13800138000"), ("email", "min@example.com"), ("goods", "Bowls and pans"),
    ("licence", "91310115MA1K4"),
  ]

  private func send(
    _ browser: Browser, _ path: String, _ fields: [(String, String)], file: String? = nil
  ) async throws -> Browser.Answer {
    let (type, bytes) = Browser.parts(fields, file: file)
    return try await browser.send(
      .POST, path, body: bytes, headers: ["content-type": type, "origin": browser.base])
  }

  /// The only one of its occasion.
  private func letter(_ test: TestShop, _ occasion: String) async throws -> String {
    try await test.settle()
    return try #require(try test.letters(occasion).first)
  }

  /// Applies, and answers the way that the only letter shows, which nobody has opened yet.
  private func applied(_ test: TestShop, by visitor: Browser) async throws -> (id: MerchantApplicationID, page: String)
  {
    let sent = try await send(visitor, "/sell", Self.typed, file: "licencePicture")
    #expect(sent.location == "/sell")
    let page = try #require(
      try await letter(test, "merchant-application").firstMatch(of: /\/sell\/[A-Za-z0-9_]+\/[a-z2-9]{32}/))
    let parts = page.0.split(separator: "/")
    return (try #require(MerchantApplicationID(parts[1])), String(page.0))
  }

  /// How many pictures of licences are kept.
  private func papers(_ test: TestShop) -> Int {
    let folder = test.settings.dataFolder.appending(path: "private")
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
    return found.count { ($0 as? URL)?.pathExtension == "png" }
  }

  /// Applies, is approved, logs in and sets a password.
  private func admitted(_ test: TestShop, _ platform: Browser) async throws -> (merchant: Merchant, owner: Browser) {
    let (id, page) = try await applied(test, by: test.browser())
    _ = try await test.browser().get(page)
    let approved = try await platform.post("/admin/applications/\(id)/approve", [("slug", "river-light")])
    let slug = try #require(Slug(rawValue: "river-light"))
    let merchant = try #require(try await test.shop.contexts.merchants.merchant(slug: slug))
    #expect(approved.location == "/admin/merchants/\(merchant.id)")
    // The owner's log-in isn't for shoppers to read.
    #expect(try await !test.browser().get("/m/river-light").body.contains("min@example.com"))
    let welcome = try await letter(test, "merchant-admitted")
    let password = try String(#require(welcome.firstMatch(of: /First password: ([a-z2-9-]+)/)).1)
    let owner = test.browser()
    let entered = try await owner.post("/admin/login", [("email", "min@example.com"), ("password", password)])
    #expect(entered.status == 303)
    #expect(try await owner.get("/admin/shop").location == "/admin/account")
    let own = [("current", password), ("password", "battery staple"), ("repeated", "battery staple")]
    #expect(try await owner.post("/admin/account/password", own).location == "/admin/account")
    return (merchant, owner)
  }

  // req: 2.3.2.4-1
  @Test func `somebody applies, is asked for more, and sees on their own page how it stands`() async throws {
    try await TestShop.run { test in
      let visitor = test.browser()
      #expect(try await visitor.get("/sell").body.contains("action=\"/sell\""))
      let faulty = try await send(visitor, "/sell", Self.typed.filter { $0.0 != "phone" })
      #expect(faulty.status == 422)
      for text in ["id=\"phone-fault\"", "id=\"licencePicture-fault\"", "value=\"river-light\""] {
        #expect(faulty.body.contains(text), "\(text)")
      }
      let (id, page) = try await applied(test, by: visitor)
      #expect(try await visitor.get("/sell").body.contains("A letter is on its way"))
      #expect(try await visitor.get(page).body.contains("To decide"))
      #expect(try await visitor.get(page).headers.first(name: "cache-control") == "no-store")
      let other = String(page.dropLast()) + (page.hasSuffix("z") ? "y" : "z")
      #expect(try await visitor.get(other).status == 404)
      let again = try await send(visitor, "/sell", Self.typed, file: "licencePicture")
      #expect(again.status == 409 && again.body.contains("open already"))

      let platform = try await test.staff(of: nil)
      let desk = "/admin/applications/\(id)"
      let list = try await platform.get("/admin/merchants").body
      #expect(list.contains(desk) && list.contains("River Light"))
      let licence = try await platform.get("\(desk)/licence")
      #expect(licence.headers.first(name: "content-type") == "image/png")
      let silent = try await platform.post("\(desk)/answer", [("then", "ask"), ("answer", "")])
      #expect(silent.status == 422 && silent.body.contains("id=\"answer-fault\""))
      _ = try await platform.post("\(desk)/answer", [("then", "ask"), ("answer", "The picture is cut off.")])
      #expect(try await visitor.get(page).body.contains("13800138000"))
      let asked = try await visitor.get(page).body
      #expect(asked.contains("The picture is cut off.") && asked.contains("action=\"\(page)\""))
      let amended = try await send(visitor, page, Self.typed.map { ($0.0, $0.0 == "goods" ? "Bowls" : $0.1) })
      #expect(amended.location == page)
      #expect(try await test.shop.contexts.merchants.application(id)?.goods == "Bowls")
      _ = try await platform.post("\(desk)/answer", [("then", "reject"), ("answer", "We sell no bowls.")])
      let ended = try await visitor.get(page).body
      #expect(ended.contains("We sell no bowls."))
      for text in ["13800138000", "min@example.com", "91310115MA1K4"] { #expect(!ended.contains(text), "\(text)") }
      #expect(try await platform.post("\(desk)/approve", [("slug", "river-light")]).location == desk)
      #expect(try await platform.get("/admin/merchants?part=decided").body.contains(desk))
      try await test.settle()
      #expect(try test.letters("merchant-application").count == 4)
    }
  }

  @Test func `of what is refused nothing is kept, and of what nobody confirms nothing stays`() async throws {
    try await TestShop.run { test in
      let visitor = test.browser()
      let nameless = Self.typed.filter { $0.0 != "nameEn" && $0.0 != "nameZh" }
      #expect(try await send(visitor, "/sell", nameless, file: "licencePicture").status == 422)
      #expect(papers(test) == 0)
      let (id, page) = try await applied(test, by: visitor)
      #expect(papers(test) == 1)
      // Nobody has opened the letter: it isn't anybody's to decide, and there is no second one.
      let platform = try await test.staff(of: nil)
      #expect(try await !platform.get("/admin/merchants?part=applications").body.contains("River Light"))
      #expect(try await !platform.get("/admin/merchants?part=decided").body.contains("River Light"))
      #expect(try await platform.get("/admin/applications/\(id)").status == 404)
      #expect(try await send(visitor, "/sell", Self.typed, file: "licencePicture").status == 409)
      try await test.settle()
      #expect(try test.letters("merchant-application").count == 1)
      let sell = test.shop.flows.applyToSell
      try await sell.forgetOld(now: test.shop.clock.now.adding(.days(2)))
      #expect(papers(test) == 1)
      try await sell.forgetOld(now: test.shop.clock.now.adding(.days(4)))
      #expect(papers(test) == 0)
      #expect(try await visitor.get(page).status == 404)
    }
  }

  @Test func `a licence is shown at the desk alone, and forgotten 90 days after the decision`() async throws {
    try await TestShop.run { test in
      let visitor = test.browser()
      let (id, page) = try await applied(test, by: visitor)
      #expect(try await visitor.get(page).status == 200)
      let picture = try #require(try await test.shop.contexts.merchants.application(id)?.licencePicture)
      let platform = try await test.staff(of: nil)
      let desk = "/admin/applications/\(id)"
      #expect(try await platform.get("\(desk)/licence").status == 200)
      #expect(try await visitor.get("/media/\(picture.rawValue)").status == 404)
      _ = try await platform.post("\(desk)/answer", [("then", "reject"), ("answer", "We sell no bowls.")])
      let sell = test.shop.flows.applyToSell
      try await sell.forgetOld(now: test.shop.clock.now.adding(.days(89)))
      #expect(try await platform.get("\(desk)/licence").status == 200)
      try await sell.forgetOld(now: test.shop.clock.now.adding(.days(91)))
      #expect(papers(test) == 0)
      #expect(try await platform.get("\(desk)/licence").status == 404)
      let shown = try await platform.get(desk)
      #expect(shown.status == 200 && !shown.body.contains("\(desk)/licence"))
    }
  }

  @Test func `a new merchant to whom nobody can write is told to say where`() async throws {
    try await TestShop.run { test in
      let (_, owner) = try await admitted(test, try await test.staff(of: nil))
      /// The class of the step's line in the list, which says whether it is done.
      func step() async throws -> String {
        let page = try await owner.get("/admin/shop").body
        #expect(page.contains("Say where to write to you") && page.contains("id=\"email\""))
        let line = try #require(page.components(separatedBy: "<li ").first { $0.contains("/admin/shop#email") })
        return String(line.drop { $0 != "\"" }.dropFirst().prefix { $0 != "\"" })
      }
      #expect(try await step() == "")
      let profile = [
        ("nameEn", "River Light"), ("nameZh", "河光"), ("email", "min@example.com"), ("contact", ""), ("version", "1"),
        ("introductionEn", ""), ("introductionZh", ""), ("language", "en"),
      ]
      #expect(try await send(owner, "/admin/shop", profile, file: "logo").location == "/admin/shop")
      #expect(try await step() == "done")
    }
  }

  // req: 2.3.2.4-1
  @Test func `from the application to the refund, a new merchant sells beside another in one purchase`() async throws {
    try await TestShop.run { test in
      let platform = try await test.staff(of: nil)
      let (merchant, owner) = try await admitted(test, platform)
      let contexts = test.shop.contexts
      #expect(try await contexts.inventory.locations(of: merchant.id).count == 1)
      let steps = try await owner.get("/admin/shop").body
      #expect(steps.contains("First steps") && steps.contains("Introduce your shop"))
      let profile = [
        ("nameEn", "River Light"), ("nameZh", "河光"), ("introductionEn", "Pans that last"),
        ("introductionZh", "耐用的锅"), ("email", "min@example.com"), ("contact", "9:00–18:00"), ("version", "1"),
        ("language", "zh-Hans"),
      ]
      #expect(try await send(owner, "/admin/shop", profile, file: "logo").location == "/admin/shop")
      // Pages in memory go when the fact is heard.
      try await test.settle()
      let shopPage = try await test.browser().get("/m/river-light").body
      for text in ["Pans that last", "9:00–18:00", "class=\"merchant-logo\""] {
        #expect(shopPage.contains(text), "\(text)")
      }
      let own = try await test.product(of: merchant, "pan", title: LocalizedText(en: "Steel pan", zhHans: "铁锅"))
      let other = try await test.product(of: try await test.merchant())

      let (buyer, account, address) = try await test.buyer()
      for product in [own, other] {
        _ = try await buyer.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
      }
      let confirm = try await buyer.get("/checkout")
      _ = try await buyer.post("/checkout", test.confirmation(confirm.body, address: address.id))
      let orders = try await test.orders(of: account)
      #expect(Set(orders.map(\.merchant)) == [merchant.id, other.merchant])
      for order in orders where try await contexts.orders.order(order.id)?.state == .awaitingPayment {
        try await test.pay(order)
      }
      let order = try #require(orders.first { $0.merchant == merchant.id })
      let theirs = try #require(orders.first { $0.merchant != merchant.id })
      #expect(try await owner.get("/admin/orders").body.contains(order.number.rawValue))
      #expect(try await owner.get("/admin/orders/\(theirs.number)").status == 404)
      _ = try await owner.post("/admin/orders/\(order.number)/pass", [("note", "")])
      let parcel = [("key", "1"), ("carrier", "yuantong"), ("trackingNumber", "YT1001"), ("then", "send")]
      #expect(try await owner.post("/admin/shipping/\(order.number)/parcels", parcel).status == 303)
      #expect(try await contexts.orders.order(order.id)?.state == .awaitingReceipt)
      #expect(try await buyer.post("/orders/\(order.number)/receipt").status == 303)
      let line = try #require(order.lines.first).id
      let asked = try await send(
        buyer, "/orders/\(order.number)/refund",
        [("kind", "moneyOnly"), ("reason", "damaged"), ("explanation", "Bent"), ("units.\(line)", "1")])
      let refund = try #require(asked.location?.split(separator: "/").last)
      #expect(try await owner.post("/admin/refunds/\(refund)/approve", [("then", "pay")]).status == 303)
      try await test.settle()
      let settled = try #require(RefundCaseID(refund))
      #expect(try await contexts.refunds.refundCase(settled)?.state == .settled)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 2.3.2.4-1
  @Test func `a suspended merchant's goods leave shop, search and carts at once, and its orders go on`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (buyer, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: buyer, account: account, address: address)
      try await test.pay(order)
      _ = try await buyer.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
      let platform = try await test.staff(of: nil)
      let desk = "/admin/merchants/\(merchant.id)"
      #expect(try await platform.get(desk).body.contains("Kiln kiln"))
      let silent = try await platform.post("\(desk)/move", [("state", "suspended"), ("reason", "")])
      #expect(silent.status == 422 && silent.body.contains("id=\"reason-fault\""))
      let suspended = try await platform.post("\(desk)/move", [("state", "suspended"), ("reason", "Late parcels")])
      #expect(suspended.location == desk)
      #expect(try await test.browser().get("/products/\(product.id)").status == 404)
      #expect(try await test.browser().get("/m/kiln").status == 404)
      let full = [("variant", "\(product.variants[0].id)"), ("quantity", "1")]
      _ = try await buyer.post("/cart", full)
      #expect(try await buyer.get("/checkout").body.contains("name=\"place\"") == false)
      try await test.settle()
      let found = try await test.shop.contexts.search.search(SearchQuery(text: "teapot", language: .en))
      #expect(found.cards.isEmpty)
      #expect(!(try await test.browser().get("/").body.contains("/m/kiln")))
      #expect(!(try await test.browser().get("/sitemaps/pages.xml").body.contains("/m/kiln")))
      #expect(try await test.browser().get("/api/v1/merchants/kiln").status == 404)
      #expect(try await letter(test, "merchant-moved").contains("Late parcels"))

      let mei = try await test.staff(of: merchant)
      #expect(try await mei.get("/admin/orders").body.contains("This shop is suspended"))
      _ = try await mei.post("/admin/orders/\(order.number)/pass", [("note", "")])
      let parcel = [("key", "1"), ("carrier", "yuantong"), ("trackingNumber", "YT1001"), ("then", "send")]
      #expect(try await mei.post("/admin/shipping/\(order.number)/parcels", parcel).status == 303)
      #expect(try await test.shop.contexts.orders.order(order.id)?.state == .awaitingReceipt)
      #expect(try await test.shop.audit().isEmpty)

      #expect(try await platform.post("\(desk)/move", [("state", "open")]).location == desk)
      #expect(try await test.browser().get("/products/\(product.id)").status == 200)
      try await test.settle()
      #expect(try await test.shop.contexts.search.search(SearchQuery(text: "teapot", language: .en)).cards.count == 1)
      let list = try await platform.get("/admin/merchants?part=merchants&text=kiln&state=open").body
      #expect(list.contains(desk))
      #expect(try await platform.get("/admin/merchants/export?part=merchants").body.contains("Kiln kiln"))
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  @Test func `an applicant who works here already is not approved, and the short name can be another`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      _ = try await test.shop.contexts.staff.hire(
        StaffHire(
          email: "bo@example.com", password: TestShop.password, name: "Bo", merchant: merchant.id, role: .owner))
      let platform = try await test.staff(of: nil)
      let merchants = test.shop.contexts.merchants
      let first = try await merchants.confirm(merchants.apply(test.applicationDraft("bo@example.com")).id)
      let desk = "/admin/applications/\(first.id)"
      #expect(try await platform.post("\(desk)/approve", [("slug", "bo")]).location == desk)
      #expect(try await platform.get(desk).body.contains("log-in already"))
      let second = try await merchants.confirm(merchants.apply(test.applicationDraft()).id)
      let taken = try await platform.post("/admin/applications/\(second.id)/approve", [("slug", "kiln")])
      #expect(taken.status == 422 && taken.body.contains("id=\"slug-fault\""))
      #expect(try await platform.post("/admin/applications/\(second.id)/approve", [("slug", "free")]).status == 303)
    }
  }

  @Test func `of two who change the shop's words the later is told, and keeps what was typed`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let mei = try await test.staff(of: merchant)
      let typed = [("nameEn", "Kiln"), ("email", "kiln@example.com"), ("version", "1")]
      #expect(try await send(mei, "/admin/shop", typed + [("introductionEn", "One")]).status == 303)
      let late = try await send(mei, "/admin/shop", typed + [("introductionEn", "Two")])
      #expect(late.status == 409 && late.body.contains(">Two</textarea>"))
      #expect(late.body.contains("name=\"version\" value=\"2\""))
      let platform = try await test.staff(of: nil)
      #expect(try await platform.get("/admin/shop").location == "/admin/merchants")
      let path = "/admin/merchants/\(merchant.id)/profile"
      let saved = try await send(
        platform, path, [("nameEn", "Kiln"), ("email", "kiln@example.com"), ("version", "2")])
      #expect(saved.location == path)
      #expect(try await test.staff(of: merchant, [.ordersShip]).get("/admin/shop").status == 403)
    }
  }

  @Test func `the pages are worded in both languages`() async throws {
    try await TestShop.run { test in
      #expect(try await test.browser().get("/sell?lang=zh-Hans").body.contains("来 Martlet 开店"))
      let mei = try await test.staff(of: try await test.merchant())
      #expect(try await mei.get("/admin/shop?lang=zh-Hans").body.contains("开店准备"))
      let platform = try await test.staff(of: nil)
      #expect(try await platform.get("/admin/merchants?lang=zh-Hans").body.contains("入驻申请"))
    }
  }
}
