import Accounts
import AuditLog
import Catalog
import Files
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Pages
import Pricing
import Testing
import Values

@testable import App

/// The desk of goods over HTTP: the list, one product's form, publication and its moderation, many at once.
@Suite struct GoodsDeskTests {
  private static let base = "/admin/products"

  /// What a browser would send of the form on a page, unchanged.
  private func fields(_ page: String) throws -> [(String, String)] {
    let start = try #require(page.range(of: "id=\"product-form\""))
    let form = page[start.upperBound...]
    let end = try #require(form.range(of: "</form>"))
    let body = String(form[..<end.lowerBound])
    var found: [(String, String)] = []
    for match in body.matches(of: /<(input|textarea|select)\b([^>]*)>([^<]*)/) {
      let attributes = String(match.2)
      guard let name = attributes.firstMatch(of: /\sname="([^"]+)"/).map({ String($0.1) }) else { continue }
      switch match.1 {
      case "input":
        if attributes.contains("type=\"checkbox\""), !attributes.contains(" checked") { continue }
        found.append((name, plain(attributes.firstMatch(of: /\svalue="([^"]*)"/).map { String($0.1) } ?? "")))
      case "textarea":
        let text = match.3.drop { $0 == "\n" }
        found.append((name, plain(String(text))))
      default:
        let rest = body[match.range.lowerBound...]
        let options = rest[..<(rest.range(of: "</select>")?.lowerBound ?? rest.endIndex)]
        let chosen =
          options.firstMatch(of: /<option value="([^"]*)" selected/)
          ?? options.firstMatch(of: /<option value="([^"]*)"/)
        found.append((name, plain(chosen.map { String($0.1) } ?? "")))
      }
    }
    return found
  }

  /// What a form of many prices was made with.
  private func seen(_ page: String) -> [(String, String)] {
    page.matches(of: /name="seen" value="([^"]+)"/).map { ("seen", String($0.1)) }
  }

  private func plain(_ html: String) -> String {
    html.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }

  private func changed(_ fields: [(String, String)], _ changes: [String: String]) -> [(String, String)] {
    fields.map { ($0.0, changes[$0.0] ?? $0.1) }
      + changes.filter { change in !fields.contains { $0.0 == change.key } }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func now(_ test: TestShop, _ id: ProductID) async throws -> Product {
    try #require(try await test.shop.contexts.catalog.product(id))
  }

  private func sale(_ test: TestShop, _ variant: VariantID) async throws -> String? {
    try await test.shop.contexts.pricing.prices(of: [variant], in: .main)[variant]?.sale.decimalText
  }

  // req: 2.2-1 3.1.1-3
  @Test func `saving the form unchanged changes nothing, with and without options`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      var product = try await test.product(of: merchant)
      var draft = ProductDraft(keeping: product)
      draft.content.introduction = LocalizedText(en: "<p>One</p>\r\n<p>\"Two\" &amp; 3</p>", zhHans: "\n<p>一</p>")
      draft.content.tags = ["clay", "tea, green", "茶，绿"]
      draft.content.extras = ["Shape": "round"]
      draft.content.attributes += [
        ProductAttribute(name: LocalizedText("Safe"), value: .flag(true)),
        ProductAttribute(name: LocalizedText(en: "Kiln"), value: .text(LocalizedText(en: "Wood <fired>"))),
      ]
      draft.pictures = [
        PictureDraft(source: "https://example.com/1.png", alternative: LocalizedText(en: "A pot")),
        PictureDraft(file: try await test.shop.files.put(SmallPicture.png, fileExtension: "png")),
      ]
      draft.variants[1].picture = 1
      draft.variants[0].requiresShipping = false
      product = try await test.shop.contexts.catalog.save(draft).product
      let plainOne = try await test.shop.contexts.catalog.save(
        ProductDraft(
          merchant: merchant.id, handle: try #require(Slug(rawValue: "bare")),
          content: ProductContent(title: LocalizedText("Bare")), variants: [VariantDraft()], isPublished: false)
      ).product
      let desk = try await test.staff(of: merchant, [.catalogEdit])
      for one in [product, plainOne] {
        let address = "\(Self.base)/\(one.id)"
        let sent = try fields(try await desk.get(address).body)
        let saved = try await desk.post(address, sent)
        #expect(saved.location == address, "\(saved.status) \(saved.body.prefix(3000))")
        #expect(try await now(test, one.id) == one)
      }
      let log = try await test.shop.log.entries(matching: DeedFilter(merchant: merchant.id), before: nil, limit: 20)
      #expect(!log.contains { $0.verb == "catalog.revise" || $0.verb == "pricing.savePrices" })
    }
  }

  // req: 2.2-1 3.1.1-1
  @Test func `a product is written, gets options and pictures, is looked at, published, and bought from the shop`()
    async throws
  {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let desk = try await test.staff(of: merchant, [.catalogEdit])
      let empty = try fields(try await desk.get("\(Self.base)/new").body)
      let refused = try await desk.post("\(Self.base)/new", changed(empty, ["variants.0.price": "abc"]))
      #expect(refused.status == 422)
      #expect(refused.body.contains("value=\"abc\"") && refused.body.contains("id=\"variants.0.price-fault\""))
      let nasty = "<p>Cast <b>iron</b>.</p><script>alert(1)</script>"
      let texts = [
        "titleEn": "Kettle <iron>", "titleZh": "铁壶", "introductionEn": nasty, "brand": "Smithy", "tags": "iron, tea",
        "variants.0.price": "120", "variants.0.list": "150.00", "variants.0.weight": "900",
      ]
      let optioned = try await desk.post("\(Self.base)/new", changed(empty, texts) + [("do", "addOption")])
      #expect(optioned.status == 200)
      var sent = changed(
        try fields(optioned.body),
        ["options.0.nameEn": "Size", "options.0.nameZh": "尺寸", "options.0.values.0.en": "Small"])
      let valued = try await desk.post("\(Self.base)/new", sent + [("do", "addValue.0")])
      sent = changed(try fields(valued.body), ["options.0.values.1.en": "Large", "variants.0.sku": "K-S"])
      let saved = try await desk.post("\(Self.base)/new", sent)
      let address = try #require(saved.location, "\(saved.status) \(saved.body.prefix(3000))")
      let id = try #require(ProductID(String(address.split(separator: "/").last ?? "")))
      var product = try await now(test, id)
      #expect(product.handle.rawValue == "kettle-iron" && product.publication == .draft)
      #expect(product.variants.map(\.choice) == [[0], [1]])
      #expect(product.variants.map(\.sku) == ["K-S", ""])
      #expect(try await sale(test, product.variants[1].id) == "120.00")
      let public_ = "/products/\(id)/kettle-iron"
      #expect(try await test.browser().get(public_).status == 404)
      let preview = try await desk.get("\(address)/preview").body
      #expect(preview.contains("<p>Cast <b>iron</b>.</p>") && !preview.contains("alert(1)"))
      #expect(preview.contains("\(address)/preview?variant="))
      #expect(try await test.browser().get("\(address)/preview").location?.hasPrefix("/admin/login") == true)

      let (type, bytes) = Browser.parts([("version", "\(product.version)")], file: "pictures")
      let uploaded = try await desk.send(
        .POST, "\(address)/pictures", body: bytes, headers: ["content-type": type, "origin": test.base])
      #expect(uploaded.location == "\(address)#pictures")
      product = try await now(test, id)
      #expect(product.pictures.count == 1)
      let wrong = Browser.parts([("version", "\(product.version)")]).bytes
      #expect(
        try await desk.send(
          .POST, "\(address)/pictures", body: wrong, headers: ["content-type": type, "origin": test.base]
        ).status == 422)

      sent = changed(
        try fields(try await desk.get(address).body), ["pictures.0.altEn": "A kettle", "options.0.values.1.en": "Big"])
      #expect(try await desk.post(address, sent + [("then", "publish")]).location == address)
      let shown = try await now(test, id)
      #expect(shown.isPublished && shown.pictures.first?.alternative.en == "A kettle")
      #expect(shown.variants.map(\.id) == product.variants.map(\.id))
      try await test.settle()
      let page = try await test.browser().get(public_)
      #expect(page.status == 200 && page.body.contains("Kettle &lt;iron&gt;") && page.body.contains("Big"))
      #expect(try await desk.post("\(address)/publication", [("do", "withdraw")]).location == address)
      try await test.settle()
      #expect(try await test.browser().get(public_).status == 404)
    }
  }

  // req: 2.2-1
  @Test func `one new brand too many for a day is said beside its field`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let catalog = test.shop.contexts.catalog
      for number in 1...Brand.mostNewADay {
        _ = try await catalog.brand(named: "Brand \(number)", broughtBy: merchant.id)
      }
      let desk = try await test.staff(of: merchant, [.catalogEdit])
      let empty = try fields(try await desk.get("\(Self.base)/new").body)
      func begin(brand: String) async throws -> Browser.Answer {
        let typed = ["titleEn": "Kettle", "variants.0.price": "120", "brand": brand]
        return try await desk.post("\(Self.base)/new", changed(empty, typed))
      }
      let refused = try await begin(brand: "Smithy")
      #expect(refused.status == 422 && refused.body.contains("id=\"brand-fault\""))
      #expect(refused.body.contains("Your shop has brought 50 new brands within a day."))
      #expect(try await catalog.brands().count == Brand.mostNewADay)
      #expect(try await begin(brand: "brand 7").status == 303)
    }
  }

  // req: 2.2-1
  @Test func `of two editors the second is told, keeps what was typed, and saves knowingly`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (mei, bo) = (
        try await test.staff(of: merchant, [.catalogEdit]), try await test.staff(of: nil, [.catalogEdit])
      )
      let address = "\(Self.base)/\(product.id)"
      let sent = try fields(try await mei.get(address).body)
      #expect(try await bo.post(address, changed(sent, ["titleEn": "By Bo"])).status == 303)
      let told = try await mei.post(address, changed(sent, ["titleEn": "By Mei"]))
      #expect(told.status == 409)
      #expect(told.body.contains("value=\"By Mei\"") && told.body.contains("Somebody else saved this product"))
      #expect(try await mei.post(address, try fields(told.body)).status == 303)
      #expect(try await now(test, product.id).content.title.en == "By Mei")
    }
  }

  // req: 2.2-1
  @Test func `rows are added, moved and removed without scripts, and nothing is stored by that`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let desk = try await test.staff(of: merchant, [.catalogEdit])
      let address = "\(Self.base)/\(product.id)"
      func turned(_ body: String, _ deed: String) async throws -> String {
        let answer = try await desk.post(address, try fields(body) + [("do", deed)])
        #expect(answer.status == 200, "\(deed)")
        return answer.body
      }
      var page = try await turned(try await desk.get(address).body, "addAttribute")
      #expect(page.contains("name=\"attributes.1.nameEn\""))
      page = try await turned(page, "removeAttribute.0")
      #expect(!page.contains("name=\"attributes.1.nameEn\""))
      page = try await turned(page, "addOption")
      #expect(page.contains("name=\"options.1.nameEn\""))
      page = try await turned(page, "removeOption.1")
      page = try await turned(page, "removeValue.0.0")
      #expect(!page.contains("name=\"variants.1.sku\"") && page.contains("value=\"teapot-blue\""))
      #expect(try await now(test, product.id) == product)
      #expect(try await desk.post(address, try fields(page)).status == 303)
      let saved = try await now(test, product.id)
      #expect(saved.variants.map(\.id) == [product.variants[1].id])
      #expect(saved.variants.first?.choice == [0] && saved.content.attributes.isEmpty)
    }
  }

  // req: 2.2-1
  @Test func `where the platform looks first, a merchant asks, is refused with a reason, and let in`() async throws {
    try await TestShop.run(["--catalog-moderates", "first"]) { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, isPublished: false)
      let owner = try await test.staff(of: merchant)
      let judge = try await test.staff(of: nil, [.catalogPublish])
      let address = "\(Self.base)/\(product.id)"
      #expect(try await owner.get(address).body.contains("Ask to be let in"))
      #expect(try await owner.post("\(address)/publication", [("do", "publish")]).location == address)
      #expect(try await now(test, product.id).publication.state == .waiting)
      #expect(try await owner.post("\(address)/publication", [("do", "letIn")]).status == 403)
      let queue = try await judge.get("\(Self.base)?part=waiting").body
      #expect(queue.contains("href=\"\(address)\"") && queue.contains("<b class=\"count inline\">1</b>"))
      let bare = try await judge.post("\(address)/publication", [("do", "refuse"), ("reason", " ")])
      #expect(bare.status == 422 && bare.body.contains("id=\"reason-fault\""))
      let refused = [("do", "refuse"), ("reason", "The picture is blurred")]
      #expect(try await judge.post("\(address)/publication", refused).status == 303)
      try await test.settle()
      #expect(try await owner.get(address).body.contains("The picture is blurred"))
      let letters = try test.letters("merchant-product")
      #expect(letters.count == 1 && letters[0].contains("The picture is blurred") && letters[0].contains(address))
      #expect(try await owner.post("\(address)/publication", [("do", "publish")]).status == 303)
      #expect(try await judge.post("\(address)/publication", [("do", "letIn")]).status == 303)
      #expect(try await now(test, product.id).isPublished)
      let sent = changed(try fields(try await owner.get(address).body), ["titleEn": "At once"])
      #expect(try await owner.post(address, sent).status == 303)
      #expect(try await now(test, product.id).isPublished)
      #expect(try await judge.post(address, sent).status == 403)
    }
  }

  // req: 2.2-1
  @Test func `goods of a merchant that isn't open aren't put on sale, one by one or many at once`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, isPublished: false)
      let owner = try await test.staff(of: merchant)
      _ = try await test.shop.contexts.merchants.move(merchant.id, to: .suspended, reason: "unpaid", by: .system)
      let refused = try await owner.post("\(Self.base)/\(product.id)/publication", [("do", "publish")])
      #expect(refused.status == 409 && refused.body.contains("nothing can be put on sale"))
      let ticked = [("select", "\(product.id)"), ("back", Self.base), ("act", "publish")]
      _ = try await owner.post("\(Self.base)/act", ticked)
      #expect(try await owner.get(Self.base).body.contains("Changed: 0. Not changed: 1"))
      #expect(try await now(test, product.id).publication.state == .draft)
    }
  }

  // req: 2.2-1
  @Test func `where it looks at every change, a changed product goes off the shelves until it is let in`()
    async throws
  {
    try await TestShop.run(["--catalog-moderates", "always"]) { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let owner = try await test.staff(of: merchant)
      let address = "\(Self.base)/\(product.id)"
      let sent = try fields(try await owner.get(address).body)
      #expect(try await owner.post(address, changed(sent, ["variants.0.price": "77.00"])).status == 303)
      #expect(try await now(test, product.id).isPublished)
      #expect(try await sale(test, product.variants[0].id) == "77.00")
      #expect(try await owner.post(address, changed(sent, ["titleEn": "Another"])).status == 303)
      #expect(try await now(test, product.id).publication.state == .waiting)
      #expect(try await test.browser().get("/products/\(product.id)").status == 404)
    }
  }

  // req: 2.2-1
  @Test func `times are set, kept where they are wrong, and the shop follows them`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, isPublished: false)
      let desk = try await test.staff(of: merchant, [.catalogEdit])
      let address = "\(Self.base)/\(product.id)"
      func publish(_ from: String, _ until: String) async throws -> Browser.Answer {
        try await desk.post("\(address)/publication", [("do", "publish"), ("from", from), ("until", until)])
      }
      #expect(try await publish("2999-13-01T08:00", "").status == 422)
      let reversed = try await publish("2999-01-02T08:00", "2999-01-01T08:00")
      #expect(reversed.status == 422 && reversed.body.contains("value=\"2999-01-02T08:00\""))
      #expect(try await publish("2999-01-02T08:00", "").status == 303)
      #expect(try await desk.get(address).body.contains("Comes later"))
      #expect(try await test.browser().get("/products/\(product.id)").status == 404)
      let moment = try #require(Format(.en).moment("2999-01-02T08:00"))
      #expect(try await test.shop.contexts.catalog.turnPublications(now: moment, limit: 10) == 1)
      try await test.settle()
      #expect(try await test.browser().visit("/products/\(product.id)").status == 200)
    }
  }

  // req: 2.2-1
  @Test func `many are published, moved, tagged and priced at once, with a look at prices before`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let one = try await test.product(of: merchant, "one", isPublished: false)
      let two = try await test.product(of: merchant, "two", price: "0.99", isPublished: false)
      let foreign = try await test.product(of: try await test.merchant("other"), "three", isPublished: false)
      let desk = try await test.staff(of: merchant, [.catalogEdit])
      let ticked = [one, two, foreign].map { ("select", "\($0.id)") } + [("back", Self.base)]
      #expect(try await desk.post("\(Self.base)/act", ticked + [("act", "publish")]).location == Self.base)
      #expect(try await desk.get(Self.base).body.contains("Changed: 2. Not changed: 1"))
      #expect(try await now(test, one.id).isPublished)
      #expect(try await !now(test, foreign.id).isPublished)
      let chosen = try #require(try await desk.post("\(Self.base)/act", ticked + [("act", "change")]).location)
      let page = try await desk.get(chosen).body
      #expect(page.contains("2 products") && !page.contains("value=\"\(foreign.id)\""))
      let lower = ticked + [("do", "prices"), ("direction", "lower"), ("unit", "amount"), ("shift", "1.00")]
      let look = try await desk.post(
        "\(Self.base)/bulk", lower.map { $0.0 == "do" ? ("do", "lookPrices") : $0 })
      #expect(look.status == 200 && look.body.contains("¥87.00") && look.body.contains("Not possible"))
      #expect(try await sale(test, one.variants[0].id) == "88.00")
      let sent = lower + seen(look.body)
      #expect(try await desk.post("\(Self.base)/bulk", sent).status == 303)
      #expect(try await sale(test, one.variants[0].id) == "87.00")
      for again in [sent, lower] {
        let moved = try await desk.post("\(Self.base)/bulk", again)
        #expect(moved.status == 422 && moved.body.contains("id=\"shift-fault\""))
        #expect(moved.body.contains("value=\"\(one.id)\"") && moved.body.contains("¥86.00"))
        #expect(try await sale(test, one.variants[0].id) == "87.00", "sent twice, it is changed once")
      }
      #expect(try await sale(test, two.variants[0].id) == "0.99")
      let percent = ticked + [("do", "prices"), ("direction", "raise"), ("unit", "percent"), ("shift", "12.5")]
      let marks = seen(try await desk.get(chosen).body)
      #expect(try await desk.post("\(Self.base)/bulk", percent + marks).status == 303)
      #expect(try await sale(test, one.variants[0].id) == "97.88")
      #expect(try await sale(test, two.variants[0].id) == "1.11")
      for wrong in ["", "x", "1e3", "100.01"] {
        let form = ticked + [("do", "prices"), ("direction", "lower"), ("unit", "percent"), ("shift", wrong)]
        let answer = try await desk.post("\(Self.base)/bulk", form)
        #expect(answer.status == 422 && answer.body.contains("id=\"shift-fault\""), "\(wrong)")
      }
      let tags = ticked + [("do", "tags"), ("addTags", "sale, gift"), ("removeTags", "")]
      #expect(try await desk.post("\(Self.base)/bulk", tags).status == 303)
      #expect(try await now(test, two.id).content.tags == ["sale", "gift"])
      let move = ticked + [("do", "category"), ("category", "none")]
      #expect(try await desk.post("\(Self.base)/bulk", move).status == 303)
      #expect(try await now(test, two.id).content.category == nil)
      #expect(try await sale(test, foreign.variants[0].id) == "88.00")
    }
  }

  // req: 2.2-1
  @Test func `the list finds by title, SKU, brand, category and state, for a merchant's staff its own alone`()
    async throws
  {
    try await TestShop.run { test in
      let (mine, other) = (try await test.merchant(), try await test.merchant("other"))
      let pot = try await test.product(of: mine, "pot")
      let cup = try await test.product(
        of: mine, "cup", title: LocalizedText(en: "=Cup", zhHans: "杯"), price: "9.00", isPublished: false)
      let theirs = try await test.product(of: other, "theirs")
      let (desk, platform) = (
        try await test.staff(of: mine, [.catalogEdit]), try await test.staff(of: nil, [.catalogEdit])
      )
      func found(_ query: String, by browser: Browser) async throws -> Set<String> {
        let answer = try await browser.get("\(Self.base)?\(query)")
        #expect(answer.status == 200, "\(query)")
        return Set(answer.body.matches(of: /class="number" href="\/admin\/products\/([^"]+)"/).map { String($0.1) })
      }
      let (first, second, third) = ("\(pot.id)", "\(cup.id)", "\(theirs.id)")
      let category = try #require(pot.content.category)
      let cases: [(String, Set<String>)] = [
        ("", [first, second]), ("text=teapot", [first]), ("text=cup-r", [second]), ("text=CUP", [second]),
        ("brand=riverlight", [first, second]), ("brand=nobody", []), ("category=\(category)", [first, second]),
        ("part=draft", [second]), ("part=published&text=cup", []), ("sort=changed", [first, second]),
      ]
      for (query, expected) in cases { #expect(try await found(query, by: desk) == expected, "\(query)") }
      #expect(try await found("", by: platform) == [first, second, third])
      #expect(try await found("merchant=\(other.id)", by: platform) == [third])
      #expect(try await desk.get("\(Self.base)?merchant=\(other.id)").body.contains(first))
      let file = try await desk.get("\(Self.base)/export?column=price&column=skus&text=cup").body
      #expect(file.contains("'=Cup,2,9.00"), "\(file)")
      #expect(try await desk.get("\(Self.base)/\(theirs.id)").status == 404)
      #expect(try await test.staff(of: mine, [.ordersShip]).get(Self.base).status == 403)
    }
  }
}
