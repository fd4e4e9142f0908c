import Accounts
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Pages
import Testing
import Values

@testable import App

/// The desks of staff and roles, and each one's own log-in, over HTTP.
@Suite struct StaffPageTests {
  private func secret(in page: String) throws -> String {
    String(try #require(page.firstMatch(of: /<code class="secret">([^<]+)<\/code>/)).1)
  }

  /// Logs in as somebody would who isn't sent anywhere in particular.
  private func enter(_ test: TestShop, _ email: String, _ password: String = TestShop.password) async throws -> Browser
  {
    let browser = test.browser()
    let entered = try await browser.post("/admin/login", [("email", email), ("password", password)])
    try #require(entered.status == 303 && entered.location == "/admin")
    return browser
  }

  private func identifier(_ name: String, in test: TestShop, of merchant: MerchantID?) async throws -> StaffID {
    let people = try await test.shop.contexts.staff.members(of: merchant, PageRequest(limit: 100)).items
    return try #require(people.first { $0.staff.name == name }).staff.id
  }

  // req: 3.3.2-1
  @Test func `an owner hires, whoever was hired sets a password first and then does what the role says`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let owner = try await test.staff(of: merchant)
      let added = try await owner.post(
        "/admin/roles/new", [("name", "Warehouse"), ("right", "orders.ship"), ("right", "stock.adjust")])
      let role = try #require(added.location?.split(separator: "/").last)
      let hired = try await owner.post(
        "/admin/staff", [("name", "Bo"), ("email", "bo@example.com"), ("role", String(role))])
      #expect(hired.status == 200)
      #expect(hired.headers.first(name: "cache-control") == "no-store")
      let password = try secret(in: hired.body)
      let id = try await identifier("Bo", in: test, of: merchant.id)
      #expect(!(try await owner.get("/admin/staff/\(id)").body.contains(password)))
      let bo = try await enter(test, "bo@example.com", password)
      for path in ["/admin", "/admin/orders", "/admin/staff"] {
        #expect(try await bo.get(path).location == "/admin/account", "\(path)")
      }
      #expect(try await bo.post("/admin/staff/\(id)/sessions", [("session", "all")]).location == "/admin/account")
      let page = try await bo.get("/admin/account").body
      #expect(page.contains("Please set a password of your own."))
      #expect(!page.contains("href=\"/admin/orders\""))
      let same = [("current", password), ("password", password), ("repeated", password)]
      #expect(try await bo.post("/admin/account/password", same).body.contains("id=\"password-fault\""))
      let own = [("current", password), ("password", "battery staple"), ("repeated", "battery staple")]
      #expect(try await bo.post("/admin/account/password", own).location == "/admin/account")
      #expect(try await bo.get("/admin/orders").status == 200)
      #expect(!(try await bo.get("/admin/orders").body.contains("href=\"/admin/staff\"")))
      #expect(try await bo.get("/admin/staff").status == 403)
      #expect(try await owner.get("/admin/staff").body.contains("Warehouse"))
    }
  }

  // req: 3.3.2-1
  @Test func `a merchant's staff neither see nor touch another's, and the platform's see all`() async throws {
    try await TestShop.run { test in
      let (mine, other) = (try await test.merchant(), try await test.merchant("other"))
      let owner = try await test.staff(of: mine)
      _ = try await test.staff(of: other)
      let stranger = try await identifier("Mei", in: test, of: other.id)
      let role = try #require(try await test.shop.contexts.staff.staff(stranger)).role.id
      for (path, form) in [
        ("/admin/staff/\(stranger)", [("name", "X"), ("role", "\(role)")]),
        ("/admin/staff/\(stranger)/access", [("do", "resetPassword")]),
        ("/admin/staff/\(stranger)/sessions", [("session", "all")]),
        ("/admin/roles/\(role)", [("name", "X"), ("right", "orders.ship")]), ("/admin/roles/\(role)/remove", []),
        ("/admin/staff", [("name", "X"), ("email", "x@example.com"), ("role", "\(role)"), ("of", "\(other.id)")]),
        ("/admin/roles/new", [("name", "X"), ("right", "orders.ship"), ("of", "\(other.id)")]),
      ] {
        #expect(try await owner.post(path, form).status == 404, "\(path)")
      }
      for path in ["/admin/staff/\(stranger)", "/admin/roles/\(role)", "/admin/staff?of=\(other.id)"] {
        #expect(try await owner.get(path).status == 404, "\(path)")
      }
      let platform = try await test.staff(of: nil)
      let list = try await platform.get("/admin/staff?of=\(other.id)").body
      #expect(list.contains("/admin/staff/\(stranger)"))
      #expect(!(try await platform.get("/admin/staff").body.contains("/admin/staff/\(stranger)")))
      #expect(try await platform.get("/admin/staff/\(stranger)").body.contains("value=\"resetPassword\""))
      #expect(try await platform.get("/admin/roles/new?of=\(other.id)").body.contains("orders.ship"))
      #expect(!(try await platform.get("/admin/roles/new?of=\(other.id)").body.contains("system.operate")))
      #expect(try await platform.get("/admin/staff?of=mer_1").status == 404)
    }
  }

  // req: 3.3.2-1
  @Test func `nobody gives rights that they lack, rules over who has more, or acts on themselves`() async throws {
    try await TestShop.run { test in
      let staff = test.shop.contexts.staff
      _ = try await test.staff(of: nil)
      let owner = try await identifier("Mei", in: test, of: nil)
      let personnel = try await test.staff(of: nil, [.staffEdit, .ordersShip])
      let members = try await staff.members(of: nil, PageRequest()).items
      let own = try #require(members.first { !$0.staff.role.isOwner }).staff
      let ownerRole = try #require(members.first { $0.staff.role.isOwner }).staff.role
      for (path, form) in [
        ("/admin/staff/\(owner)/access", [("do", "resetPassword")]),
        ("/admin/staff/\(owner)/access", [("do", "dismiss")]),
        ("/admin/staff/\(owner)/sessions", [("session", "all")]),
        ("/admin/staff/\(owner)", [("name", "Mei"), ("role", "\(own.role.id)")]),
        ("/admin/staff", [("name", "X"), ("email", "x@example.com"), ("role", "\(ownerRole.id)")]),
        ("/admin/roles/new", [("name", "X"), ("right", "orders.ship"), ("right", "payments.view")]),
        ("/admin/roles/\(own.role.id)", [("name", "X"), ("right", "staff.edit"), ("right", "payments.view")]),
      ] {
        let answer = try await personnel.post(path, form)
        #expect(answer.status == 403, "\(path)")
        #expect(answer.body.contains("that aren&#39;t your own"), "\(path)")
      }
      let page = try await personnel.get("/admin/staff/\(own.id)").body
      #expect(page.contains("This is you.") && !page.contains("value=\"dismiss\""))
      for form in [[("do", "dismiss")], [("do", "resetPassword")]] {
        let answer = try await personnel.post("/admin/staff/\(own.id)/access", form)
        #expect(answer.location == "/admin/staff/\(own.id)")
        #expect(try await personnel.get("/admin/staff/\(own.id)").body.contains("Somebody else must do this for you."))
      }
      let fitting = try await personnel.post("/admin/roles/new", [("name", "Packing"), ("right", "orders.ship")])
      #expect(fitting.status == 303)
      #expect(try await staff.members(of: nil, PageRequest()).items == members)
    }
  }

  // req: 3.3.2-1
  @Test func `who is dismissed, logged out or given another role feels it with the next page`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let owner = try await test.staff(of: merchant)
      let bo = try await test.staff(of: merchant, [.ordersShip, .usersView])
      let people = try await test.shop.contexts.staff.members(of: merchant.id, PageRequest()).items
      let id = try #require(people.first { !$0.staff.role.isOwner }).staff.id
      #expect(try await bo.get("/admin/orders").status == 200)
      let page = try await owner.get("/admin/staff/\(id)").body
      let key = try #require(page.firstMatch(of: /name="session" value="([0-9a-f]{64})"/)).1
      #expect(try await owner.post("/admin/staff/\(id)/sessions", [("session", String(key))]).status == 303)
      #expect(try await bo.get("/admin/orders").location?.hasPrefix("/admin/login") == true)
      #expect(try await owner.post("/admin/staff/\(id)/sessions", [("session", String(key))]).status == 303)
      #expect(try await owner.get("/admin/staff/\(id)").body.contains("This log-in has ended already."))
      let added = try await owner.post("/admin/roles/new", [("name", "Personnel"), ("right", "staff.edit")])
      let role = try #require(added.location?.split(separator: "/").last)
      let email = try #require(try await test.shop.contexts.staff.staff(id)).email
      let again = try await enter(test, email)
      #expect(try await again.get("/admin/staff").status == 403)
      #expect(try await owner.post("/admin/staff/\(id)", [("name", "Bo"), ("role", String(role))]).status == 303)
      #expect(try await again.get("/admin/staff").status == 200)
      #expect(try await owner.post("/admin/roles/\(role)/remove").location == "/admin/roles/\(role)")
      #expect(try await owner.get("/admin/roles/\(role)").body.contains("This role is in use (people: 1)."))
      #expect(try await owner.post("/admin/staff/\(id)/access", [("do", "dismiss")]).status == 303)
      #expect(try await again.get("/admin/staff").location?.hasPrefix("/admin/login") == true)
      let refused = try await test.browser().post("/admin/login", [("email", email), ("password", TestShop.password)])
      #expect(refused.status == 401)
      #expect(try await owner.post("/admin/staff/\(id)/access", [("do", "reinstate")]).status == 303)
      _ = try await enter(test, email)
    }
  }

  // req: 3.3.2-1
  @Test func `a second factor is scanned, confirmed, asked for at the door and given up`() async throws {
    try await TestShop.run { test in
      _ = try await test.shop.contexts.staff.hire(
        StaffHire(email: "mei@example.com", password: TestShop.password, name: "Mei", merchant: nil, role: .owner))
      let id = try await identifier("Mei", in: test, of: nil)
      let mei = try await enter(test, "mei@example.com")
      #expect(try await mei.post("/admin/account/second-factor", [("do", "begin")]).status == 303)
      let setup = try await mei.get("/admin/account/second-factor")
      #expect(setup.headers.first(name: "cache-control") == "no-store")
      #expect(setup.body.contains("<path class=\"qr-dark\" d=\"M"))
      let begun = try #require(try await test.shop.contexts.staff.secondFactorBegun(of: id))
      #expect(try secret(in: setup.body).replacing(" ", with: "") == begun.text)
      #expect(setup.body.contains("otpauth://totp/Martlet:mei%40example.com?secret=\(begun.text)&amp;issuer=Martlet"))
      let wrong = try await mei.post("/admin/account/second-factor", [("do", "confirm"), ("code", "12345")])
      #expect(wrong.status == 422 && wrong.body.contains("id=\"code-fault\""))
      let right = [("do", "confirm"), ("code", test.code(begun))]
      let done = try await mei.post("/admin/account/second-factor", right)
      #expect(done.headers.first(name: "cache-control") == "no-store")
      let codes = done.body.matches(of: /<code class="secret">([^<]+)<\/code>/).map { String($0.1) }
      #expect(codes.count == 10)
      #expect(try await mei.get("/admin/staff").body.contains("Second factor"))

      let browser = test.browser()
      let login = [("email", "mei@example.com"), ("password", TestShop.password), ("to", "/admin/parts")]
      #expect(try await browser.post("/admin/login", login).location == "/admin/login/code?to=/admin/parts")
      #expect(try await browser.get("/admin/parts").location?.hasPrefix("/admin/login") == true)
      let step = try await browser.get("/admin/login/code?to=/admin/parts")
      #expect(step.body.contains("autocomplete=\"one-time-code\""))
      let reused = try await browser.post("/admin/login/code", right + [("to", "/admin/parts")])
      #expect(reused.status == 422 && !reused.body.contains("value=\"\(right[1].1)\""))
      let entered = try await browser.post("/admin/login/code", [("code", codes[0]), ("to", "/admin/parts")])
      #expect(entered.location == "/admin/parts")
      #expect(try await browser.get("/admin/parts").status == 200)
      #expect(browser.cookie(CookieJar.Name.staffChallenge.rawValue) == nil)
      #expect(try await browser.get("/admin/login/code").location == "/admin/login")
      #expect(try await test.browser().post("/admin/login/code", [("code", codes[1])]).status == 401)

      #expect(try await browser.get("/admin/account").body.contains("9 recovery codes left"))
      let manage = "/admin/account/second-factor"
      let renewed = try await browser.post(manage, [("do", "codes"), ("code", codes[1])])
      let fresh = try secret(in: renewed.body)
      #expect(try await browser.post(manage, [("do", "giveUp"), ("code", codes[2])]).status == 422)
      #expect(try await browser.post(manage, [("do", "giveUp"), ("code", fresh)]).location == "/admin/account")
      _ = try await enter(test, "mei@example.com")
      #expect(try await browser.post(manage, [("do", "nonsense")]).status == 400)
    }
  }

  // req: 3.3.2-1
  @Test func `a shop that asks for second factors lets nobody past who has none`() async throws {
    try await TestShop.run(["--staff-require-second-factor", "true", "--staff-sealing-key", "sixteen signs or more"]) {
      test in
      let (email, secret) = try await test.factoredStaff()
      let merchant = try await test.merchant()
      let bo = try await test.staff(of: merchant)
      for path in ["/admin", "/admin/orders", "/admin/staff", "/admin/nowhere"] {
        let answer = try await bo.get(path)
        #expect(answer.location == "/admin/account" || answer.status == 404, "\(path)")
      }
      #expect(try await bo.get("/admin/account").body.contains("This shop asks everybody for a second factor."))
      let mei = test.browser()
      _ = try await mei.post("/admin/login", [("email", email), ("password", TestShop.password)])
      let entered = try await mei.post("/admin/login/code", [("code", test.code(secret, later: 1))])
      #expect(entered.location == "/admin")
      #expect(try await mei.get("/admin/orders").status == 200)
      let id = try await identifier("Mei", in: test, of: nil)
      let dropped = try await mei.post("/admin/staff/\(id)/access", [("do", "dropSecondFactor")])
      #expect(dropped.location == "/admin/staff/\(id)")
      #expect(try await mei.get("/admin/orders").status == 200)
    }
  }

  @Test func `staff see where they are logged in and end the other places`() async throws {
    try await TestShop.run { test in
      _ = try await test.shop.contexts.staff.hire(
        StaffHire(email: "mei@example.com", password: TestShop.password, name: "Mei", merchant: nil, role: .owner))
      let (one, two) = (try await enter(test, "mei@example.com"), try await enter(test, "mei@example.com"))
      let page = try await one.get("/admin/account").body
      #expect(page.matches(of: /name="session" value="[0-9a-f]{64}"/).count == 1)
      #expect(page.contains("This one") && page.contains("127.0.0.1"))
      #expect(try await one.post("/admin/account/sessions", [("session", "all")]).status == 303)
      #expect(try await two.get("/admin/account").location?.hasPrefix("/admin/login") == true)
      #expect(try await one.get("/admin/account").body.contains("Logged out everywhere else."))
      #expect(try await one.post("/admin/account/sessions", [("session", "x")]).status == 303)
      #expect(try await one.get("/admin/account").body.contains("This log-in has ended already."))
    }
  }

  @Test func `the pages of staff are worded in both languages`() async throws {
    try await TestShop.run { test in
      let owner = try await test.staff(of: try await test.merchant())
      for (path, words) in [
        ("/admin/staff", ["员工", "所有者", "全部权限", "新增员工"]), ("/admin/roles/new", ["新建角色", "查看买家电话和地址"]),
        ("/admin/account", ["我的登录", "二次验证", "修改密码", "当前"]),
      ] {
        let page = try await owner.get("\(path)?lang=zh-Hans").body
        for word in words { #expect(page.contains(word), "\(path) \(word)") }
      }
    }
  }
}
