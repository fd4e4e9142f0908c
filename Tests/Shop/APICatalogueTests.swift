import Accounts
import Catalog
import Flows
import Merchants
import Search
import Testing
import Values

@testable import API
@testable import App

@Suite struct APICatalogueTests {
  @Test func `a product is answered whole, and again from what was kept until something changes`() async throws {
    try await TestShop.run { shop in
      let kiln = try await shop.merchant()
      let product = try await shop.product(of: kiln)
      let answer = try await shop.program.get("/products/\(product.id)")
      #expect(answer["title"]?["zh-Hans"]?.text == "紫砂茶壶")
      #expect(answer["variants"]?.items.count == 2)
      #expect(answer["variants"]?[0]?["price"]?["amount"]?.text == "88.00")
      #expect(answer["variants"]?[0]?["stock"]?.integer == 50)
      #expect(answer.header("cache-control") == "public, max-age=0, must-revalidate")

      let mark = try #require(answer.header("etag"))
      let again = try await shop.program.get("/products/\(product.id)", headers: ["If-None-Match": mark])
      #expect(again.status == 304)
      #expect(again.text.isEmpty)

      try await shop.shop.contexts.catalog.setPublished(product.id, false)
      try await shop.settle()
      #expect(try await shop.program.get("/products/\(product.id)").code == "unknownProduct")
      for nasty in ["prd_0", "x", "%00", "%F0%9F%90%A6", "..%2F..%2Fetc", "'%20OR%201=1"] {
        #expect(try await shop.program.get("/products/\(nasty)").status == 404)
      }
    }
  }

  @Test func `texts are plain in the language that is asked for`() async throws {
    try await TestShop.run { shop in
      let product = try await shop.product(of: try await shop.merchant())
      #expect(try await shop.program.get("/products/\(product.id)?lang=zh-Hans")["title"]?.text == "紫砂茶壶")
      #expect(try await shop.program.get("/products?lang=en")["items"]?[0]?["title"]?.text == "Clay teapot")
    }
  }

  // req: 3.1.1-2
  @Test func `a list is filtered by all that is asked and read page by page`() async throws {
    try await TestShop.run { shop in
      let kiln = try await shop.merchant()
      let forge = try await shop.merchant("forge")
      for number in 1...5 { _ = try await shop.product(of: kiln, "pot-\(number)", price: "\(number)0.00") }
      _ = try await shop.product(of: forge, "pan", price: "25.00", stock: 0)
      let program = shop.program
      func total(_ query: String) async throws -> Int64? {
        try await program.get("/products?\(query)")["total"]?.integer
      }
      #expect(try await total("") == 6)
      #expect(try await total("merchant=forge") == 1)
      #expect(try await total("inStock=true") == 5)
      #expect(try await total("priceFrom=20&priceTo=30.00") == 3)
      #expect(try await total("category=tea&brand=riverlight") == 6)
      #expect(try await total("q=teapot&merchant=kiln") == 5)

      var seen: [String] = []
      var path: String? = "/products?sort=priceUp&limit=4"
      while let next = path {
        let page = try await program.get(next)
        seen += page["items"]?.items.compactMap { $0["price"]?["amount"]?.text } ?? []
        let link = page.header("link")
        path = link.flatMap { $0.split(separator: ">").first }.map { String($0.dropFirst(1 + ShopAPI.root.count)) }
        #expect((page["next"]?.text == nil) == (path == nil))
      }
      #expect(seen == ["10.00", "20.00", "25.00", "30.00", "40.00", "50.00"])
    }
  }

  // req: 3.1.1-2
  @Test func `a list says what it can be narrowed by, in the keys that narrow it`() async throws {
    try await TestShop.run { shop in
      let kiln = try await shop.merchant()
      _ = try await shop.pot(of: kiln, "clay-pot", material: LocalizedText(en: "Clay", zhHans: "陶"))
      _ = try await shop.pot(of: kiln, "glass-pot", material: LocalizedText(en: "Glass", zhHans: "玻璃"))
      let program = shop.program
      let all = try await program.get("/products?q=pot&lang=en")
      let material = try #require(all["attributes"]?.items.first { $0["key"]?.text == "material" })
      #expect(material["name"]?.text == "Material")
      #expect(Set(material["values"]?.items.compactMap { $0["key"]?.text } ?? []) == ["clay", "glass"])
      #expect(material["values"]?[0]?["count"]?.integer == 1)
      let clay = try await program.get("/products?q=pot&attribute=material:clay")
      #expect(clay["total"]?.integer == 1)
      #expect(clay["items"]?[0]?["title"]?["en"]?.text == "Clay pot")
      #expect(
        try await program.get("/products?attribute=material:clay&attribute=material:glass")["total"]?.integer == 2)
      #expect(try await program.get("/products?rating=4.5")["total"]?.integer == 0)
      for nasty in ["attribute=material", "attribute=:", "attribute=a:b:c", "rating=x", "rating=4.55", "rating=5.1"] {
        let answer = try await program.get("/products?\(nasty)")
        #expect(answer.status == 422, "\(nasty)")
        #expect(answer["errors"]?[0]?["field"]?.text == nasty.split(separator: "=").first.map(String.init))
      }
      for far in ["5.1", "6", "12", "100.5", "-1"] {
        #expect(try await program.get("/products?rating=\(far)")["errors"]?[0]?["code"]?.text == "outOfRange", "\(far)")
      }
    }
  }

  @Test func `suggestions say of which kind they are, and those without text are what is asked for most`() async throws
  {
    try await TestShop.run { shop in
      let product = try await shop.product(of: try await shop.merchant())
      let program = shop.program
      // What is popular is kept for a minute, so it is there before anybody asks.
      for number in 1...5 {
        await shop.shop.contexts.searchLedger.noteQuery("teapot", language: .en, found: 3, by: "dev_\(number)")
      }
      try await shop.shop.contexts.searchLedger.flush()
      let items = try await program.get("/suggestions?q=cla&lang=en")["items"]?.items ?? []
      let found = try #require(items.first { $0["kind"]?.text == "product" })
      #expect(found["id"]?.text == product.id.description)
      #expect(found["price"]?["amount"]?.text == "88.00")
      #expect(found["address"]?.text?.hasPrefix("/products/\(product.id)") == true)
      #expect(items.contains { $0["kind"]?.text == "query" })
      let tea = try await program.get("/suggestions?q=tea&lang=en")["items"]?.items ?? []
      #expect(tea.contains { $0["kind"]?.text == "category" && $0["address"]?.text == "/c/tea" })
      let hot = try await program.get("/suggestions?lang=en")["items"]?.items ?? []
      #expect(hot.compactMap { $0["text"]?.text } == ["teapot"])
      #expect(hot.first?["price"] == .null)
    }
  }

  @Test func `what programs ask for is counted only where a person does`() async throws {
    try await TestShop.run { shop in
      _ = try await shop.product(of: try await shop.merchant())
      // Until the catalogue is whole nothing is taken for missing.
      try await shop.shop.search.noteCatalogue()
      let device = shop.program.with(device: DeviceToken.random().rawValue)
      let browser = ["user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"]
      _ = try await device.get("/products?q=cup", headers: ["user-agent": "python-requests/2.32"])
      _ = try await device.get("/products?q=teapot", headers: browser)
      let made = try await shop.program.post(
        "/accounts", ["email": "lin@example.com", "password": "correct horse", "name": "Lin"])
      let member = shop.program.with(token: try #require(made["token"]?.text))
      _ = try await member.get("/products?q=kettle", headers: ["user-agent": "python-requests/2.32"])
      let (ledger, today) = (shop.shop.contexts.searchLedger, ShopDay(shop.shop.clock.now))
      try await ledger.flush()
      let counts = try await ledger.queries(QueryCountAsk(from: today, to: today, page: PageRequest(limit: 10))).items
      #expect(Set(counts.map(\.text)) == ["teapot", "kettle"])
      // Whoever forgets their questions leaves no way from them to goods either.
      _ = try await device.delete("/account/history?of=searches")
      #expect(try await device.get("/account/history")["searches"]?.items.isEmpty == true)
    }
  }

  @Test func `a question that can't be read is refused field by field`() async throws {
    try await TestShop.run { shop in
      let answer = try await shop.program.get(
        "/products?priceFrom=-1&limit=1000&sort=best&category=none&brand=none&merchant=none&after=%25&inStock=maybe"
          + "&rating=6&attribute=red&exact=perhaps")
      #expect(answer.status == 422)
      let fields = Set(answer["errors"]?.items.compactMap { $0["field"]?.text } ?? [])
      #expect(
        fields == [
          "priceFrom", "limit", "sort", "category", "brand", "merchant", "after", "inStock", "rating", "attribute",
          "exact",
        ])
      for nasty in ["%3Cscript%3E", "'%3B%20DROP%20TABLE%20product", "%E2%80%AE", "%F0%9F%90%A6", "%25%25", "%FF"] {
        #expect([200, 422].contains(try await shop.program.get("/products?q=\(nasty)").status))
      }
    }
  }

  @Test func `the shelves around the goods are answered`() async throws {
    try await TestShop.run { shop in
      let kiln = try await shop.merchant()
      let product = try await shop.product(of: kiln)
      let program = shop.program
      #expect(try await program.get("/categories")["items"]?[0]?["slug"]?.text == "tea")
      #expect(try await program.get("/brands")["items"]?[0]?["name"]?.text == "Riverlight")
      #expect(try await program.get("/merchants")["items"]?.items.count == 1)
      #expect(try await program.get("/merchants/kiln")["id"]?.text == kiln.id.description)
      #expect(try await program.get("/merchants/none").code == "unknownMerchant")
      #expect(try await program.get("/suggestions?q=cla&lang=en")["items"]?.items.isEmpty == false)
      #expect(try await program.get("/regions")["items"]?.items.contains { $0["code"]?.text == "310000" } == true)
      #expect(try await program.get("/regions?parent=999999").status == 422)
      #expect(try await program.get("/products/\(product.id)/reviews")["items"]?.items.isEmpty == true)
      #expect(try await program.get("/openapi.json")["openapi"]?.text == "3.1.0")
      #expect(try await program.get("/payment-methods")["items"]?[0]?.text == "sandbox")
    }
  }

  @Test func `unknown paths, wrong methods and wrong bodies are problems`() async throws {
    try await TestShop.run { shop in
      let program = shop.program
      #expect(try await program.get("/nothing/here").code == "unknownPath")
      let wrong = try await program.delete("/products")
      #expect(wrong.status == 405)
      #expect(wrong.header("allow") == "GET, HEAD")
      #expect(try await program.raw("/sessions", Array("a=b".utf8), type: "text/plain").status == 415)
      let broken = try await program.raw("/sessions", Array("{\"email\":".utf8), type: "application/json")
      #expect(broken.status == 400)
      #expect(broken["errors"]?[0]?["code"]?.text == "malformed")
      let long = [UInt8](repeating: 0x20, count: 300_000)
      #expect(try await program.raw("/sessions", long, type: "application/json").status == 413)
      #expect(try await program.get("/orders").status == 401)
      #expect(try await program.with(token: "none").get("/cart").code == "unknownSession")
    }
  }
}
