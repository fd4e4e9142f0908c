import Accounts
import AuditLog
import Catalog
import Content
import Flows
import Foundation
import NIOHTTP1
import Pages
import TestKit
import Testing
import Values

@testable import App

/// The desks of content, and what visitors see of what was done there.
@Suite struct ContentDeskTests {
  private static let base = "/admin/content"

  private func begun(_ desk: Browser, _ kind: EntryKind, _ fields: [(String, String)]) async throws -> String {
    let answer = try await desk.post("\(Self.base)/entries/new", [("kind", kind.rawValue)] + fields)
    #expect(answer.status == 303, "\(answer.body.prefix(2000))")
    return try #require(answer.location)
  }

  private func version(_ desk: Browser, _ address: String) async throws -> String {
    let page = try await desk.get(address).body
    return String(try #require(page.firstMatch(of: /name="version" value="(\d+)"/)).1)
  }

  // req: 3.1.1-3 3.1.2-1
  @Test func `a page is written in both languages, looked at before anyone sees it, and published sanitised`()
    async throws
  {
    try await TestShop.run { test in
      let (desk, visitor) = (try await test.staff(of: nil, [.contentEdit]), test.browser())
      let nasty = "<h2>Us</h2><p onclick=x>We <b>know</b> clay.<script>alert(1)</script> <a href='/c/tea'>Tea</a></p>"
      let address = try await begun(
        desk, .page,
        [
          ("titleEn", "About <us>"), ("titleZh", "关于我们"), ("bodyEn", nasty), ("bodyZh", "<p>我们懂陶。</p>"),
          ("then", "save"),
        ])
      #expect(try await desk.get(address).body.contains("Saved."))
      #expect(try await visitor.get("/pages/about-us").status == 404)
      let preview = try await desk.get("\(address)/preview").body
      #expect(preview.contains("<p>We <b>know</b> clay. <a href=\"/c/tea\">Tea</a></p>"))
      #expect(preview.contains("name=\"robots\" content=\"noindex\""))
      #expect(try await desk.get("\(address)/preview?lang=zh-Hans").body.contains("我们懂陶。"))
      #expect(try await visitor.get("\(address)/preview").location?.hasPrefix("/admin/login") == true)

      let published = try await desk.post(
        address,
        [
          ("version", try await version(desk, address)), ("titleEn", "About <us>"), ("titleZh", "关于我们"),
          ("bodyEn", nasty), ("bodyZh", "<p>我们懂陶。</p>"), ("then", "publish"),
        ])
      #expect(published.location == address)
      let page = try await visitor.get("/pages/about-us")
      #expect(page.status == 200)
      #expect(page.body.contains("<h1>About &lt;us&gt;</h1>"))
      #expect(page.body.contains("<a href=\"/c/tea\">Tea</a>"))
      #expect(!page.body.contains("alert(1)") && !page.body.contains("onclick"))
      #expect(try await visitor.get("/pages/about-us?lang=zh-Hans").body.contains("<p>我们懂陶。</p>"))
      #expect(try await visitor.get("/sitemaps/pages.xml").body.contains("/pages/about-us"))

      _ = try await desk.post("\(address)/withdraw")
      #expect(try await visitor.get("/pages/about-us").status == 404)
      #expect(try await desk.post("\(address)/remove").location == "\(Self.base)?kind=page")
      #expect(try await desk.get(address).status == 404)
    }
  }

  // req: 3.1.1-3
  @Test func `a colleague without a log-in looks at what isn't published by a link that can't be forged`()
    async throws
  {
    try await TestShop.run { test in
      let (desk, colleague) = (try await test.staff(of: nil, [.contentEdit]), test.browser())
      func written(_ title: String, _ body: String) async throws -> (address: String, link: String) {
        let address = try await begun(desk, .article, [("titleEn", title), ("bodyEn", body), ("then", "save")])
        #expect(try await desk.get(address).body.contains("/preview/content/") == false)
        let page = try await desk.post("\(address)/preview-link").body
        #expect(page.contains("without a log-in, until"))
        let link = try #require(page.firstMatch(of: /value="https?:\/\/[^\/"]+(\/preview\/content\/[^"]+)"/)).1
        return (address, String(link))
      }
      let clay = try await written("Clay", "<p>Secret clay</p>")
      let tea = try await written("Tea", "<p>Secret tea</p>")
      let shown = try await colleague.get(clay.link)
      #expect(shown.status == 200 && shown.body.contains("<p>Secret clay</p>"))
      #expect(shown.body.contains("Preview.") && !shown.body.contains("/admin/content"))
      #expect(shown.body.contains("name=\"robots\" content=\"noindex\""))
      #expect(shown.headers.first(name: "x-robots-tag")?.contains("noindex") == true)
      #expect(try await colleague.get("\(clay.link)?lang=zh-Hans").status == 200)
      // What is saved later is seen by the same link.
      _ = try await desk.post(
        clay.address,
        [("version", try await version(desk, clay.address)), ("titleEn", "Clay"), ("bodyEn", "<p>Better clay</p>")])
      #expect(try await colleague.get(clay.link).body.contains("<p>Better clay</p>"))
      let (id, pass) = try #require(
        clay.link.firstMatch(of: /\/preview\/content\/([^\/]+)\/(.+)/).map { (String($0.1), String($0.2)) })
      let other = try #require(tea.link.split(separator: "/").dropLast().last)
      let until = try #require(pass.split(separator: "-").first.flatMap { Int($0) })
      for forged in [
        "/preview/content/\(other)/\(pass)", "/preview/content/\(id)/\(pass.dropLast())",
        "/preview/content/\(id)/\(pass)0", "/preview/content/\(id)/\(until)",
        "/preview/content/\(id)/\(pass.replacing("\(until)", with: "\(until + 86400)"))",
        "/preview/products/\(id)/\(pass)", "/preview/content/\(id)/x",
      ] {
        let answer = try await colleague.get(forged)
        #expect(answer.status == 404 && !answer.body.contains("clay</p>"), "\(forged)")
      }
      #expect(try await colleague.get("/articles/clay").status == 404)
    }
  }

  // req: 3.1.1-3
  @Test func `links that were handed out are ended, of content and of goods, by who edits content`() async throws {
    try await TestShop.run { test in
      let (desk, colleague) = (try await test.staff(of: nil, [.contentEdit, .catalogEdit]), test.browser())
      let goods = try await test.product(of: try await test.merchant(), isPublished: false)
      let entry = try await begun(
        desk, .article, [("titleEn", "Clay"), ("bodyEn", "<p>Secret clay</p>"), ("then", "save")])
      func links() async throws -> [String] {
        var found: [String] = []
        for path in [entry, "/admin/products/\(goods.id)"] {
          let page = try await desk.post("\(path)/preview-link").body
          found.append(
            String(try #require(page.firstMatch(of: /value="https?:\/\/[^\/"]+(\/preview\/[^"]+)"/)).1))
        }
        return found
      }
      let old = try await links()
      for link in old { #expect(try await colleague.get(link).status == 200, "\(link)") }
      #expect(try await desk.get(Self.base).body.contains("action=\"\(Self.base)/previews/end\""))
      for staff in [
        try await test.staff(of: nil, [.catalogEdit]), try await test.staff(of: try await test.merchant("other")),
      ] { #expect(try await staff.post("\(Self.base)/previews/end").status == 403) }
      for link in old { #expect(try await colleague.get(link).status == 200, "\(link)") }
      #expect(try await desk.post("\(Self.base)/previews/end").status == 303)
      for link in old { #expect(try await colleague.get(link).status == 404, "\(link)") }
      for link in try await links() { #expect(try await colleague.get(link).status == 200, "\(link)") }
      let deed = try await test.shop.log.entries(
        matching: DeedFilter(verb: "content.endPreviews"), before: nil, limit: 5)
      #expect(deed.count == 1)
    }
  }

  @Test func `the versions of an entry are read with the names of all their authors at once`() async throws {
    let counter = StatementCounter()
    try await TestShop.run(counter: counter) { test in
      let (desk, contexts) = (try await test.staff(of: nil), test.shop.contexts)
      let draft = EntryDraft(text: EntryText(title: LocalizedText(en: "Clay"), body: LocalizedText(en: "<p>1</p>")))
      var entry = try await contexts.content.begin(draft, .article, publishes: false, by: .system)
      func cost() async throws -> Int {
        var least = Int.max
        for _ in 0..<6 {
          let before = counter.statements
          try #require(try await desk.get("/admin/content/entries/\(entry.id)").status == 200)
          least = min(least, counter.statements - before)
        }
        return least
      }
      var costs: [Int] = []
      for number in 1...12 {
        let author = try await contexts.staff.hire(
          StaffHire(
            email: "author-\(number)@staff.example", password: TestShop.password, name: "Author \(number)",
            merchant: nil, rights: [.contentEdit]))
        entry = try await contexts.content.save(
          EntryDraft(
            text: EntryText(title: LocalizedText(en: "Clay"), body: LocalizedText(en: "<p>\(number)!</p>"))),
          over: entry.id, version: entry.version, publishes: false, by: .staff(author.id))
        if number == 1 || number == 12 { costs.append(try await cost()) }
      }
      #expect(costs.count == 2 && costs[1] < costs[0] + 3, "\(costs)")
      let page = try await desk.get("/admin/content/entries/\(entry.id)").body
      #expect(page.contains("Author 1<") && page.contains("Author 12<"))
    }
  }

  @Test func `who saves over another's version is told, keeps what was typed, and can restore what was before`()
    async throws
  {
    try await TestShop.run { test in
      let (mei, bo) = (try await test.staff(of: nil), try await test.staff(of: nil))
      let address = try await begun(
        mei, .article, [("titleEn", "Clay"), ("bodyEn", "<p>one</p>"), ("then", "publish")])
      let seen = try await version(mei, address)
      let fields = [("titleEn", "Clay"), ("then", "publish"), ("version", seen)]
      #expect(try await mei.post(address, fields + [("bodyEn", "<p>two</p>")]).status == 303)
      let late = try await bo.post(address, fields + [("bodyEn", "<p>three</p>")])
      #expect(late.status == 409)
      #expect(late.body.contains("Someone else has saved this meanwhile"))
      #expect(late.body.contains("&lt;p&gt;three&lt;/p&gt;"))
      #expect(try await test.browser().get("/articles/clay").body.contains("<p>two</p>"))
      let restored = try await bo.post("\(address)/restore", [("number", "1"), ("version", "2")])
      #expect(restored.location == address)
      let page = try await bo.get(address).body
      #expect(page.contains("&lt;p&gt;one&lt;/p&gt;"))
      #expect(page.contains("isn&#39;t shown yet") || page.contains("isn't shown yet"))
      #expect(try await test.browser().get("/articles/clay").body.contains("<p>two</p>"))
      #expect(try await bo.get("\(address)/preview?number=2").body.contains("<p>two</p>"))
      #expect(try await bo.get("\(address)/preview?number=77").status == 404)
    }
  }

  @Test func `what is faulty is said beside its field, and nothing typed is lost`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil)
      let answer = try await desk.post(
        "\(Self.base)/entries/new",
        [("kind", "page"), ("titleEn", ""), ("bodyEn", "<p>kept words</p>"), ("from", "tomorrow"), ("then", "save")])
      #expect(answer.status == 422)
      #expect(answer.body.contains("id=\"from-fault\""))
      #expect(answer.body.contains("&lt;p&gt;kept words&lt;/p&gt;"))
      let nameless = try await desk.post(
        "\(Self.base)/entries/new", [("kind", "page"), ("bodyEn", "<p>kept words</p>"), ("then", "publish")])
      #expect(nameless.status == 422)
      #expect(nameless.body.contains("id=\"titleEn-fault\""))
    }
  }

  // req: 3.1.2-1
  @Test func `the desk is for staff of the platform with the right to content`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let others = [
        try await test.staff(of: nil, [.ordersReview]), try await test.staff(of: merchant, [.contentEdit]),
      ]
      for other in others {
        #expect(try await other.get(Self.base).status == 403)
        #expect(try await other.post("\(Self.base)/entries/new", [("kind", "page"), ("titleEn", "A")]).status == 403)
        #expect(try await other.post("\(Self.base)/pictures").status == 403)
        #expect(!(try await other.get("/admin/orders").body.contains("href=\"/admin/content\"")))
      }
      let editor = try await test.staff(of: nil, [.contentEdit])
      #expect(try await editor.get("/admin/orders").body.contains("href=\"/admin/content\""))
      #expect(
        try await editor.get("\(Self.base)?kind=article&state=draft&title=x").body.contains(
          "Nothing matches the filters"))
    }
  }

  @Test func `entries are listed by kind, title and state, and exported`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil, [.contentEdit])
      let address = try await begun(desk, .article, [("titleEn", "Kiln stories"), ("bodyEn", "<p>one</p>")])
      for query in ["", "&title=kiln", "&state=draft", "&title=stories&state=draft"] {
        let page = try await desk.get("\(Self.base)?kind=article\(query)").body
        #expect(page.contains("class=\"number\" href=\"\(address)\">Kiln stories</a>"), "\(query)")
      }
      for query in ["kind=page", "kind=article&title=clay", "kind=article&state=published"] {
        #expect(!(try await desk.get("\(Self.base)?\(query)").body.contains("Kiln stories")), "\(query)")
      }
      #expect(try await desk.get("\(Self.base)?kind=article&state=lost").status == 422)
      #expect(try await desk.get("\(Self.base)/export?kind=article").body.contains("Kiln stories,"))
      let other = try await test.staff(of: nil, [.ordersReview])
      #expect(try await other.get("\(Self.base)/export").status == 403)
    }
  }

  @Test func `an announcement stands above every page, those that are in memory too`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil)
      let product = try await test.product(of: try await test.merchant())
      try await test.settle()
      let places = ["/", "/search", "/products/\(product.id)", "/help", "/login"]
      for place in places { #expect(!(try await test.browser().get(place).body.contains("Closed on Monday"))) }
      let address = try await begun(desk, .announcement, [("titleEn", "Closed on Monday"), ("then", "publish")])
      for place in places { #expect(try await test.browser().get(place).body.contains("Closed on Monday"), "\(place)") }
      #expect(try await test.browser().get("/announcements/closed-on-monday").status == 404)
      _ = try await desk.post("\(address)/withdraw")
      for place in places { #expect(!(try await test.browser().get(place).body.contains("Closed on Monday"))) }
    }
  }

  @Test func `banners come in their order, menus stand on top and below, in the visitor's language`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil)
      let sent = try await desk.send(
        .POST, "\(Self.base)/pictures", body: Browser.parts([("alternativeEn", "Tea")], file: "picture").bytes,
        headers: [
          "content-type": "multipart/form-data; boundary=parts", "origin": test.base, "accept": "application/json",
        ])
      #expect(sent.status == 201)
      let picture = String(try #require(sent.body.firstMatch(of: /"address":"\/media\/([^"]+)"/)).1)
      for title in ["First", "Second"] {
        let added = try await desk.post(
          "\(Self.base)/banners/new",
          [
            ("place", "home"), ("titleEn", title), ("titleZh", "横幅"), ("link", "/c/tea"), ("picture", picture),
            ("isOn", "1"),
          ])
        #expect(added.location == "\(Self.base)/banners", "\(added.body)")
      }
      func order() async throws -> [String] {
        try await test.browser().get("/").body.matches(of: /<b>(First|Second)<\/b>/).map { String($0.1) }
      }
      #expect(try await order() == ["First", "Second"])
      #expect(try await test.browser(language: .zhHans).get("/").body.contains("<b>横幅</b>"))
      let list = try await desk.get("\(Self.base)/banners").body
      let second = String(try #require(list.matches(of: /name="up" value="(ban_[^"]+)"/).last).1)
      _ = try await desk.post("\(Self.base)/banners/order", [("place", "home"), ("up", second)])
      #expect(try await order() == ["Second", "First"])
      _ = try await desk.post("\(Self.base)/banners/\(second)/remove")
      #expect(try await order() == ["First"])

      let saved = try await desk.post(
        "\(Self.base)/menus/footer",
        [
          ("version", "0"), ("titleEn.0", "Stories"), ("address.0", "/articles"), ("position.0", "2"),
          ("titleEn.1", "Service"), ("titleZh.1", "服务"), ("position.1", "1"), ("titleEn.2", "Help"),
          ("address.2", "/help"), ("level.2", "1"), ("position.2", "1"),
        ])
      #expect(saved.status == 303, "\(saved.body)")
      let page = try await test.browser(language: .zhHans).get("/search").body
      #expect(page.contains("<p>服务</p><ul><li><a href=\"/help\">Help</a></li></ul>"))
      let late = try await desk.post(
        "\(Self.base)/menus/footer", [("version", "0"), ("titleEn.0", "Lost"), ("address.0", "/lost")])
      #expect(late.status == 409)
      #expect(late.body.contains("value=\"Lost\""))
      let faulty = try await desk.post(
        "\(Self.base)/menus/footer",
        [
          ("version", "1"), ("titleEn.5", "Far"), ("address.5", "ftp://x"), ("titleEn.0", "Help"),
          ("address.0", "/help"),
        ])
      #expect(faulty.status == 422)
      #expect(faulty.body.contains("id=\"address.5-fault\""))
    }
  }

  @Test func `what isn't a picture is refused, in words to people and in JSON to the editor`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil)
      let script =
        "--parts\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\r\n<svg onload=x>\r\n"
      for accept in ["text/html", "application/json"] {
        let answer = try await desk.send(
          .POST, "\(Self.base)/pictures", body: Array((script + "--parts--\r\n").utf8),
          headers: ["content-type": "multipart/form-data; boundary=parts", "origin": test.base, "accept": accept])
        #expect(answer.status == 422)
        #expect(answer.body.contains(accept == "text/html" ? "id=\"picture-fault\"" : "\"refusal\""))
      }
    }
  }
}
