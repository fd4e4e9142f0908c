import Accounts
import Catalog
import Flows
import Foundation
import NIOHTTP1
import Orders
import Storage
import Testing
import Values
@testable import App

/// The pages of an account over HTTP, as a browser without scripts uses them.
@Suite struct AccountPagesTests {
  private static let person = [("name", "Lin Yue"), ("email", "lin@example.com"), ("password", "correct horse")]

  private func member(_ test: TestShop) async throws -> Browser {
    let browser = test.browser()
    let entered = try await browser.post("/register", Self.person)
    #expect(entered.status == 303)
    return browser
  }

  @Test func `pages of an account send strangers to the log-in and bring them back`() async throws {
    try await TestShop.run { test in
      let stranger = test.browser()
      for path in ["", "/profile", "/password", "/addresses", "/addresses/new", "/favourites"] {
        let answer = try await stranger.get("/account" + path)
        #expect(answer.status == 303)
        #expect(answer.location == "/login?to=/account" + path)
      }
      #expect(try await stranger.get("/account/history").status == 200)
      let referred = try await stranger.send(
        .POST, "/account/profile", body: [],
        headers: ["referer": test.base + "/products/x?variant=1", "content-type": "application/x-www-form-urlencoded"])
      #expect(referred.location == "/login?to=/products/x%3Fvariant%3D1")
      let browser = try await member(test)
      for path in ["", "/profile", "/password", "/addresses", "/addresses/new", "/favourites", "/history"] {
        #expect(try await browser.get("/account" + path).status == 200)
      }
      #expect(try await browser.get("/account").body.contains("Lin Yue"))
      #expect(try await browser.get("/help").body.contains("mailto:"))
      #expect(try await browser.get("/docs").body.contains("/api/v1/"))
    }
  }

  @Test func `a refused registration keeps what was typed but never the password`() async throws {
    try await TestShop.run { test in
      let browser = test.browser()
      let refused = try await browser.post(
        "/register?to=/cart", [("name", "<b>Lin</b>"), ("email", "not an address"), ("password", "hunter2-secret")])
      #expect(refused.status == 422)
      #expect(refused.body.contains("&lt;b&gt;Lin&lt;/b&gt;"))
      #expect(refused.body.contains("value=\"not an address\""))
      #expect(!refused.body.contains("hunter2-secret"))
      _ = try await member(test)
      let taken = try await browser.post("/register", Self.person)
      #expect(taken.status == 409)
      for path in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let entered = try await test.browser().post("/login", Self.person + [("to", path)])
        #expect(entered.location == "/account")
      }
    }
  }

  @Test func `repeated failures are asked to wait`() async throws {
    try await TestShop.run { test in
      _ = try await member(test)
      let browser = test.browser()
      var last = try await browser.post("/login", [("email", "lin@example.com"), ("password", "wrong")])
      #expect(last.status == 401)
      for _ in 0..<30 where last.status == 401 {
        last = try await browser.post("/login", [("email", "lin@example.com"), ("password", "wrong")])
      }
      #expect(last.status == 429)
      #expect(last.headers.first(name: "retry-after").flatMap { Int($0) } ?? 0 > 0)
    }
  }

  @Test func `a profile is kept, and faulty input is shown beside its field`() async throws {
    try await TestShop.run { test in
      let browser = try await member(test)
      let bad = try await browser.post(
        "/account/profile", [("name", "Lin"), ("phone", "<script>"), ("language", "en")])
      #expect(bad.status == 422)
      #expect(bad.body.contains("id=\"phone-fault\""))
      #expect(bad.body.contains("&lt;script&gt;"))
      #expect(try await browser.post("/account/profile", [("name", "Lin"), ("language", "tlh")]).status == 422)
      let saved = try await browser.post(
        "/account/profile", [("name", "林月 🌙"), ("phone", "138 0013 8000"), ("language", "zh-Hans")])
      #expect(saved.status == 303)
      let page = try await browser.get("/account/profile").body
      #expect(page.contains("lang=\"zh-Hans\""))
      #expect(page.contains("value=\"林月 🌙\""))
    }
  }

  @Test func `a password changes with the current one, and other browsers are logged out`() async throws {
    try await TestShop.run { test in
      let browser = try await member(test)
      let other = test.browser()
      _ = try await other.post("/login", Self.person)
      func change(_ current: String, _ new: String, _ again: String) async throws -> Browser.Answer {
        try await browser.post("/account/password", [("current", current), ("password", new), ("repeated", again)])
      }
      #expect(try await change("wrong horse", "new-password", "new-password").body.contains("id=\"current-fault\""))
      #expect(try await change("correct horse", "short", "short").body.contains("id=\"password-fault\""))
      let differing = try await change("correct horse", "battery-staple", "battery-stable")
      #expect(differing.status == 422)
      #expect(differing.body.contains("id=\"repeated-fault\""))
      #expect(!differing.body.contains("battery-sta"))
      #expect(try await change("correct horse", "new-password", "new-password").status == 303)
      #expect(try await browser.get("/account").status == 200)
      #expect(try await other.get("/account").status == 303)
    }
  }

  @Test func `a session that lives on sends its cookie again, and a new log-in ends the browser's former one`()
    async throws
  {
    try await TestShop.run { test in
      let browser = try await member(test)
      let former = try #require(browser.cookie("martlet_session"))
      let soon = Timestamp(Date()).adding(.days(20))
      // Under way for ten days, and read for the first time since: what is in memory is a minute old at most.
      try await test.shop.database.write {
        try $0.execute("UPDATE account_session SET expires_at = \(soon)")
      }
      let kept = try await browser.get("/account").headers[canonicalForm: "set-cookie"].map(String.init)
      #expect(kept.contains { $0.hasPrefix("martlet_session=\(former);") && $0.contains("Max-Age=2592000") })
      #expect(try await browser.get("/account").headers[canonicalForm: "set-cookie"].isEmpty)
      _ = try await browser.post("/login", Self.person)
      #expect(browser.cookie("martlet_session") != former)
      let thief = try await test.browser().get("/account", headers: ["cookie": "martlet_session=\(former)"])
      #expect(thief.status == 303)
      #expect(try await browser.get("/account").status == 200)
    }
  }

  @Test func `a forgotten password is set anew by the link in a letter, once`() async throws {
    try await TestShop.run { test in
      _ = try await member(test)
      let browser = test.browser()
      let unknown = try await browser.post("/forgot", [("email", "nobody@example.com")])
      let known = try await browser.post("/forgot", [("email", "lin@example.com")])
      #expect(unknown.status == 200)
      #expect(unknown.body == known.body)
      // Both are done alike before the answer, and what differs comes after it.
      #expect(try await test.shop.contexts.accounts.startPasswordReset(email: "nobody@example.com") == nil)
      try await test.settle()
      #expect(try test.letters("password-reset").count == 1)
      let letter = try #require(try test.letters("password-reset").first)
      let path = try #require(letter.firstMatch(of: /\/reset\?token=[A-Za-z0-9_-]+/)).0
      let token = try #require(path.split(separator: "=").last)
      #expect(try await browser.get(String(path)).body.contains("value=\"\(token)\""))
      func reset(_ new: String, _ again: String) async throws -> Browser.Answer {
        try await browser.post("/reset", [("token", "\(token)"), ("password", new), ("repeated", again)])
      }
      #expect(try await reset("battery-staple", "battery-stable").body.contains("id=\"repeated-fault\""))
      #expect(try await reset("battery-staple", "battery-staple").location == "/login")
      #expect(try await reset("another-one", "another-one").status == 422)
      let entered = try await browser.post("/login", [("email", "lin@example.com"), ("password", "battery-staple")])
      #expect(entered.location == "/account")
    }
  }
}

extension AccountPagesTests {
  @Test(arguments: [(Language.en, "You can keep up to 1000 favourites"), (.zhHans, "最多收藏 1000 件商品")])
  func `a full list of favourites takes no more, and says so`(language: Language, sentence: String) async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (_, account, _) = try await test.buyer(language: language)
      for id in 1...1000 {
        try await test.shop.contexts.browsing.setFavourite(ProductID(raw: Int64(id)), of: account.id, true)
      }
      let browser = test.browser(language: language)
      _ = try await browser.post("/login", [("email", account.email), ("password", TestShop.password)])
      let answer = try await browser.post("/products/\(product.id)/favourite", [("favourite", "1")])
      #expect(answer.location == "/account/favourites")
      #expect(try await browser.get("/account/favourites").body.contains(sentence))
      #expect(try await test.shop.contexts.browsing.isFavourite(product.id, of: account.id) == false)
    }
  }
}

extension TestShop {
  /// Letters of one occasion as they lie in the mail folder, soft line breaks taken out.
  func letters(_ occasion: String) throws -> [String] {
    let folder = settings.dataFolder.appending(path: "mail")
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasPrefix(occasion + "-") }
      .map { try String(contentsOf: $0, encoding: .utf8).replacing("=\r\n", with: "").replacing("=3D", with: "=") }
  }
}
