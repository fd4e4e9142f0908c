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

/// The form of one product over HTTP: what is typed is saved, kept where it is wrong, and nothing else changes.
@Suite struct GoodsDeskTests {
  private static let base = "/admin/products"

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
        let sent = try GoodsForm.fields(try await desk.get(address).body)
        let saved = try await desk.post(address, sent)
        #expect(saved.location == address, "\(saved.status) \(saved.body.prefix(3000))")
        #expect(try await test.now(one.id) == one)
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
      let empty = try GoodsForm.fields(try await desk.get("\(Self.base)/new").body)
      let refused = try await desk.post("\(Self.base)/new", GoodsForm.changed(empty, ["variants.0.price": "abc"]))
      #expect(refused.status == 422)
      #expect(refused.body.contains("value=\"abc\"") && refused.body.contains("id=\"variants.0.price-fault\""))
      let nasty = "<p>Cast <b>iron</b>.</p><script>alert(1)</script>"
      let texts = [
        "titleEn": "Kettle <iron>", "titleZh": "铁壶", "introductionEn": nasty, "brand": "Smithy", "tags": "iron, tea",
        "variants.0.price": "120", "variants.0.list": "150.00", "variants.0.weight": "900",
      ]
      let optioned = try await desk.post("\(Self.base)/new", GoodsForm.changed(empty, texts) + [("do", "addOption")])
      #expect(optioned.status == 200)
      var sent = GoodsForm.changed(
        try GoodsForm.fields(optioned.body),
        ["options.0.nameEn": "Size", "options.0.nameZh": "尺寸", "options.0.values.0.en": "Small"])
      let valued = try await desk.post("\(Self.base)/new", sent + [("do", "addValue.0")])
      sent = GoodsForm.changed(
        try GoodsForm.fields(valued.body), ["options.0.values.1.en": "Large", "variants.0.sku": "K-S"])
      let saved = try await desk.post("\(Self.base)/new", sent)
      let address = try #require(saved.location, "\(saved.status) \(saved.body.prefix(3000))")
      let id = try #require(ProductID(String(address.split(separator: "/").last ?? "")))
      var product = try await test.now(id)
      #expect(product.handle.rawValue == "kettle-iron" && product.publication == .draft)
      #expect(product.variants.map(\.choice) == [[0], [1]])
      #expect(product.variants.map(\.sku) == ["K-S", ""])
      #expect(try await test.sale(product.variants[1].id) == "120.00")
      let public_ = "/products/\(id)/kettle-iron"
      #expect(try await test.browser().get(public_).status == 404)
      let preview = try await desk.get("\(address)/preview").body
      #expect(preview.contains("<p>Cast <b>iron</b>.</p>") && !preview.contains("alert(1)"))
      #expect(preview.contains("\(address)/preview?variant="))
      #expect(try await test.browser().get("\(address)/preview").location?.hasPrefix("/admin/login") == true)
      #expect(try await desk.get(address).body.contains("/preview/products/") == false)
      let form = try await desk.post("\(address)/preview-link").body
      let deed = try await test.deeds(DeedFilter(verb: "content.handOutPreview")).last
      #expect(deed?.subject == "\(id)" && deed?.merchant != nil && deed?.after?.contains("until") == true)
      let link = String(
        try #require(form.firstMatch(of: /value="https?:\/\/[^\/"]+(\/preview\/products\/[^"]+)"/)).1)
      let handed = try await test.browser().get(link)
      #expect(handed.status == 200 && handed.body.contains("Preview.") && !handed.body.contains("/admin/products"))
      #expect(handed.headers.first(name: "x-robots-tag")?.contains("noindex") == true)
      #expect(handed.body.contains("\(link)?variant=") && handed.body.contains("content=\"noindex\""))
      #expect(try await test.browser().get("\(link)0").status == 404)

      let (type, bytes) = Browser.parts([("version", "\(product.version)")], file: "pictures")
      let uploaded = try await desk.send(
        .POST, "\(address)/pictures", body: bytes, headers: ["content-type": type, "origin": test.base])
      #expect(uploaded.location == "\(address)#pictures")
      product = try await test.now(id)
      #expect(product.pictures.count == 1)
      let wrong = Browser.parts([("version", "\(product.version)")]).bytes
      #expect(
        try await desk.send(
          .POST, "\(address)/pictures", body: wrong, headers: ["content-type": type, "origin": test.base]
        ).status == 422)

      sent = GoodsForm.changed(
        try GoodsForm.fields(try await desk.get(address).body),
        ["pictures.0.altEn": "A kettle", "options.0.values.1.en": "Big"])
      #expect(try await desk.post(address, sent + [("then", "publish")]).location == address)
      let shown = try await test.now(id)
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
      let empty = try GoodsForm.fields(try await desk.get("\(Self.base)/new").body)
      func begin(brand: String) async throws -> Browser.Answer {
        let typed = ["titleEn": "Kettle", "variants.0.price": "120", "brand": brand]
        return try await desk.post("\(Self.base)/new", GoodsForm.changed(empty, typed))
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
      let sent = try GoodsForm.fields(try await mei.get(address).body)
      #expect(try await bo.post(address, GoodsForm.changed(sent, ["titleEn": "By Bo"])).status == 303)
      let told = try await mei.post(address, GoodsForm.changed(sent, ["titleEn": "By Mei"]))
      #expect(told.status == 409)
      #expect(told.body.contains("value=\"By Mei\"") && told.body.contains("Somebody else saved this product"))
      #expect(try await mei.post(address, try GoodsForm.fields(told.body)).status == 303)
      #expect(try await test.now(product.id).content.title.en == "By Mei")
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
        let answer = try await desk.post(address, try GoodsForm.fields(body) + [("do", deed)])
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
      #expect(try await test.now(product.id) == product)
      #expect(try await desk.post(address, try GoodsForm.fields(page)).status == 303)
      let saved = try await test.now(product.id)
      #expect(saved.variants.map(\.id) == [product.variants[1].id])
      #expect(saved.variants.first?.choice == [0] && saved.content.attributes.isEmpty)
    }
  }

  // req: 2.2-1
}
