import Accounts
import Catalog
import Flows
import Foundation
import Imports
import Merchants
import NIOHTTP1
import Pages
import Testing
import Values

@testable import App

/// Files of goods in the browser: looked at, run, stopped, taken up again; and taken out.
@Suite struct GoodsImportTests {
  private static let base = "/admin/goods/import"
  private static let goods = """
    Handle,Title,Price,Variant Inventory Qty,Vendor,Type,Own column
    cup,Cup,9.00,4,Riverlight,Tea,x
    jug,Jug,dear,1,Riverlight,Tea,
    bowl,Bowl,12.00,2,Reed,Tea,

    """

  private func bring(
    _ desk: Browser, _ bytes: [UInt8], _ fields: [(String, String)] = [("stock", "set")], name: String = "goods.csv",
    base: String
  ) async throws -> Browser.Answer {
    var (type, body) = Browser.parts(fields)
    body.removeLast(Array("--parts--\r\n".utf8).count)
    body += Array(
      "--parts\r\nContent-Disposition: form-data; name=\"goods\"; filename=\"\(name)\"\r\n\r\n".utf8)
    body += bytes + Array("\r\n--parts--\r\n".utf8)
    type = "multipart/form-data; boundary=parts"
    return try await desk.send(.POST, Self.base, body: body, headers: ["content-type": type, "origin": base])
  }

  /// A file from the door to the end.
  private func run(_ text: String, by desk: Browser, to merchant: Merchant, _ test: TestShop) async throws {
    let fields = [("stock", "set"), ("merchant", "\(merchant.id)")]
    let address = try #require(try await bring(desk, Array(text.utf8), fields, base: test.base).location)
    try await test.shop.flows.runImports.run()
    _ = try await desk.post(address, [("do", "start")])
    try await test.shop.flows.runImports.run()
  }

  // req: 2.2-7
  @Test func `a file is looked at, changes nothing until it is started, and reports what came of it`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      _ = try await test.product(of: merchant)
      let desk = try await test.staff(of: merchant, [.catalogEdit])
      let sent = try await bring(desk, Array(Self.goods.utf8), name: "秋.csv", base: test.base)
      let address = try #require(sent.location)
      #expect(try await desk.get(address).body.contains("Being looked at"))
      try await test.shop.flows.runImports.run()
      let ready = try await desk.get(address).body
      #expect(ready.contains("Nothing has changed yet") && ready.contains("秋.csv"))
      #expect(ready.contains("kept as it is") && ready.contains("1 brand would be made"))
      #expect(ready.contains("badPrice") == false && ready.contains("The price &#39;dear&#39;"))
      // What is found is said once.
      #expect(!ready.contains("The price can&#39;t be read") && ready.contains("1 refused, 0 warnings."))
      #expect(try await test.shop.contexts.catalog.products(PageRequest(), of: merchant.id).items.count == 1)
      #expect(try await desk.post(address, [("do", "start")]).location == address)
      try await test.shop.flows.runImports.run()
      let done = try await desk.get(address).body
      #expect(done.contains("Done") && done.contains("What came of it"))
      try await test.settle()
      #expect(try await test.browser().get("/search?q=bowl").body.contains("Bowl"))
      let products = try await test.shop.contexts.catalog.products(PageRequest(), of: merchant.id).items
      #expect(products.map(\.handle.rawValue).sorted() == ["bowl", "cup", "teapot"])
      let errors = try await desk.get("\(address)/errors").body
      #expect(errors.contains("3,jug,Variant Price,Refused,The price can't be read"))
      let list = try await desk.get(Self.base).body
      #expect(list.contains("2 new, 0 changed, 0 unchanged, 1 refused"))
      #expect(try await desk.post(address, [("do", "start")]).location == address)
      #expect(try await desk.get(address).body.contains("It has moved on meanwhile"))
      // The same again changes nothing.
      let again = try #require(try await bring(desk, Array(Self.goods.utf8), base: test.base).location)
      try await test.shop.flows.runImports.run()
      #expect(try await desk.get(again).body.contains("<dt>Unchanged</dt><dd>2</dd>"))
      #expect(try await desk.post(again, [("do", "drop")]).location == again)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 2.2-1 2.2-7
  @Test func `where the platform looks first, goods of a file wait for it unless those who let in brought them`()
    async throws
  {
    try await TestShop.run(["--catalog-moderates", "first"]) { test in
      let merchant = try await test.merchant()
      let known = try await test.product(of: merchant)
      func run(_ text: String, by desk: Browser) async throws {
        try await self.run(text, by: desk, to: merchant, test)
      }
      func states() async throws -> [String: Publication.State] {
        let products = try await test.shop.contexts.catalog.products(PageRequest(), of: merchant.id).items
        return Dictionary(products.map { ($0.handle.rawValue, $0.publication.state) }) { $1 }
      }
      let own = "Handle,Title,Price,Published\ncup,Cup,9.00,true\njug,Jug,9.00,false\n\(known.handle),Pot,9.00,true\n"
      try await run(own, by: test.staff(of: merchant, [.catalogEdit]))
      #expect(try await states() == ["cup": .waiting, "jug": .draft, known.handle.rawValue: .published])
      #expect(try await test.browser().get("/search?q=cup").body.contains("Cup") == false)
      try await run("Handle,Title,Price\nbowl,Bowl,9.00\n", by: test.staff(of: nil, [.catalogEdit]))
      #expect(try await states()["bowl"] == .waiting)
      try await run("Handle,Title,Price\nvase,Vase,9.00\n", by: test.staff(of: nil))
      #expect(try await states()["vase"] == .published)
      // Bringing it again isn't letting it in.
      try await run(own, by: test.staff(of: merchant, [.catalogEdit]))
      #expect(try await states()["cup"] == .waiting)
    }
  }

  // req: 2.2-1 2.2-7
  @Test func `where it looks at every change, what a file changes in published goods waits for the platform`()
    async throws
  {
    try await TestShop.run(["--catalog-moderates", "always"]) { test in
      let merchant = try await test.merchant()
      let (own, judge) = (try await test.staff(of: merchant, [.catalogEdit]), try await test.staff(of: nil))
      func cup() async throws -> Product {
        let handle = try #require(Slug(rawValue: "cup"))
        return try #require(try await test.shop.contexts.catalog.product(handle: handle, of: merchant.id))
      }
      func file(_ title: String, _ price: String) -> String { "Handle,Title,Price\ncup,\(title),\(price)\n" }
      try await run(file("Cup", "9.00"), by: judge, to: merchant, test)
      let letIn = try await cup()
      #expect(letIn.publication.state == .published)
      // Prices and stock aren't changes, and neither is the same again.
      try await run(file("Cup", "8.00"), by: own, to: merchant, test)
      #expect(try await cup().publication.state == .published)
      #expect(try await test.sale(letIn.variants[0].id) == "8.00")
      try await run(file("Another cup", "8.00"), by: own, to: merchant, test)
      let changed = try await cup()
      #expect(changed.publication.state == .waiting && !changed.isPublished)
      #expect(changed.content.title.en == "Another cup")
      #expect(try await test.browser().get("/products/\(changed.id)").status == 404)
      try await run(file("Another cup", "8.00"), by: own, to: merchant, test)
      #expect(try await cup().version == changed.version)
      try await run(file("A third cup", "8.00"), by: own, to: merchant, test)
      #expect(try await cup().publication.state == .waiting)
      try await run(file("A third cup", "8.00"), by: judge, to: merchant, test)
      #expect(try await cup().publication.state == .published)
    }
  }

  // req: 2.2-7 3.3.2-1
  @Test func `a file stops with a sentence once who brought it was dismissed or may no longer change goods`()
    async throws
  {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let (staff, catalog) = (test.shop.contexts.staff, test.shop.contexts.catalog)
      let (colleague, desk) = (
        try await test.staff(of: merchant), try await test.staff(of: merchant, [.catalogEdit])
      )
      let address = try #require(try await bring(desk, Array(Self.goods.utf8), base: test.base).location)
      try await test.shop.flows.runImports.run()
      _ = try await desk.post(address, [("do", "start")])
      let run = try #require(try await test.shop.contexts.imports.runs(of: merchant.id, PageRequest()).items.first)
      try await staff.dismiss(run.staff, by: .system)
      try await test.shop.flows.runImports.run()
      #expect(try await colleague.get(address).body.contains("may no longer change these goods"))
      #expect(try await colleague.get("\(address)?lang=zh-Hans").body.contains("已无权修改这些商品"))
      #expect(try await catalog.products(PageRequest(), of: merchant.id).items.isEmpty)
      // Taken up by somebody else it is still theirs who brought it.
      _ = try await colleague.post(address, [("do", "resume")])
      try await test.shop.flows.runImports.run()
      #expect(try await test.shop.contexts.imports.run(run.id)?.fault?.code == "notAllowed")
      try await staff.reinstate(run.staff, by: .system)
      let member = try #require(try await staff.staff(run.staff))
      let packers = try await staff.addRole(
        StaffRoleDraft(name: "Packers", rights: [.ordersShip]), of: merchant.id, by: .system)
      _ = try await staff.revise(run.staff, StaffRevision(name: "Bo", role: packers.id), by: .system)
      _ = try await colleague.post(address, [("do", "resume")])
      try await test.shop.flows.runImports.run()
      #expect(try await test.shop.contexts.imports.run(run.id)?.state == .failed)
      #expect(try await catalog.products(PageRequest(), of: merchant.id).items.isEmpty)
      _ = try await staff.revise(run.staff, StaffRevision(name: "Bo", role: member.role.id), by: .system)
      _ = try await colleague.post(address, [("do", "resume")])
      try await test.shop.flows.runImports.run()
      #expect(try await test.shop.contexts.imports.run(run.id)?.state == .done)
      #expect(try await catalog.products(PageRequest(), of: merchant.id).items.count == 2)
    }
  }

  @Test func `another merchant's file is unknown, and a merchant's goods stay with the merchant`() async throws {
    try await TestShop.run { test in
      let (kiln, reed) = (try await test.merchant(), try await test.merchant("reed"))
      let (mine, other) = (try await test.staff(of: kiln), try await test.staff(of: reed))
      let text = "Handle,Title,Price,Merchant,Type\ncup,Cup,9.00,reed,Nowhere\n"
      let address = try #require(
        try await bring(mine, Array(text.utf8), [("stock", "set"), ("merchant", "\(reed.id)")], base: test.base)
          .location)
      #expect(try await other.get(address).status == 404)
      #expect(try await other.get("\(address)/errors").status == 404)
      #expect(try await other.post(address, [("do", "stop")]).status == 404)
      try await test.shop.flows.runImports.run()
      _ = try await mine.post(address, [("do", "start")])
      try await test.shop.flows.runImports.run()
      let products = try await test.shop.contexts.catalog.products(PageRequest(), of: nil).items
      #expect(products.map(\.merchant) == [kiln.id])
      // The tree is the platform's.
      #expect(try await test.shop.contexts.catalog.categories().all.isEmpty)
      #expect(try await mine.get(address).body.contains("There is no category"))
      let platform = try await test.staff(of: nil)
      let named = try #require(try await bring(platform, Array(text.utf8), base: test.base).location)
      try await test.shop.flows.runImports.run()
      _ = try await platform.post(named, [("do", "start")])
      try await test.shop.flows.runImports.run()
      #expect(try await test.shop.contexts.catalog.products(PageRequest(), of: reed.id).items.count == 1)
      #expect(try await test.shop.contexts.catalog.categories().all.map(\.name.en) == ["Nowhere"])
      #expect(try await other.get(named).status == 404)
      #expect(try await test.staff(of: kiln, [.stockAdjust]).get(Self.base).status == 403)
    }
  }

  @Test func `of more new brands than a day takes, goods come in without, and it is said`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let desk = try await test.staff(of: merchant, [.catalogEdit])
      let most = Brand.mostNewADay
      let lines = (1...most + 1).map { "p\($0),Pot \($0),9.00,Brand \($0)\n" }
      let text = "Handle,Title,Price,Vendor\n" + lines.joined()
      let address = try #require(try await bring(desk, Array(text.utf8), base: test.base).location)
      try await test.shop.flows.runImports.run()
      #expect(try await desk.get(address).body.contains("would be one new brand too many"))
      _ = try await desk.post(address, [("do", "start")])
      try await test.shop.flows.runImports.run()
      #expect(try await desk.get(address).body.contains("would be one new brand too many"))
      let catalog = test.shop.contexts.catalog
      #expect(try await catalog.brands().count == most)
      func brand(_ number: Int) async throws -> BrandID? {
        let handle = try #require(Slug(rawValue: "p\(number)"))
        return try #require(try await catalog.product(handle: handle, of: merchant.id)).content.brand
      }
      #expect(try await brand(most) != nil)
      #expect(try await brand(most + 1) == nil)
    }
  }

  @Test(arguments: [
    (Array("PK\u{3}\u{4}zip".utf8), "not a CSV file"), ([0x1F, 0x8B, 8, 0] as [UInt8], "a gzip archive"),
    (SmallPicture.png, "a picture"), ([], "Please fill this in"), (Array("a,b\n1,2\n".utf8), "must name the columns"),
    (Array("Title,Price\n\"Cup,9\n".utf8), "never closed"),
    ([0xFF, 0xFE, 0x00, 0xD8, 0x41, 0x00] as [UInt8], "encoding"),
  ])
  func `what can't be a file of goods is refused with a sentence beside the field`(
    bytes: [UInt8], sentence: String
  ) async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: try await test.merchant())
      let answer = try await bring(desk, bytes, base: test.base)
      #expect(answer.status == 422)
      #expect(answer.body.contains("id=\"goods-fault\"") && answer.body.contains(sentence), "\(sentence)")
      #expect(try await test.shop.contexts.imports.runs(of: nil, PageRequest()).items.isEmpty)
    }
  }

  @Test func `a file of more than 50 MB is refused`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: try await test.merchant())
      let large = Array("Title,Price\n".utf8) + Array(repeating: UInt8(ascii: "a"), count: ImportRun.longestFile)
      let answer = try await bring(desk, large, base: test.base)
      #expect(answer.status == 413 && answer.body.contains("At most 50 MB"))
    }
  }

  @Test func `a run that is stopped is taken up again, and odd encodings are read`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let desk = try await test.staff(of: merchant)
      // 茶壶 in GB18030.
      let bytes = Array("Handle,Title,Price\npot,".utf8) + [0xB2, 0xE8, 0xBA, 0xF8] + Array(",9.00\n".utf8)
      let address = try #require(try await bring(desk, bytes, base: test.base).location)
      #expect(try await desk.post(address, [("do", "stop")]).location == address)
      try await test.shop.flows.runImports.run()
      #expect(try await desk.get(address).body.contains("Stopped"))
      _ = try await desk.post(address, [("do", "resume")])
      try await test.shop.flows.runImports.run()
      #expect(try await desk.get(address).body.contains("GB18030"))
      _ = try await desk.post(address, [("do", "start")])
      _ = try await desk.post(address, [("do", "stop")])
      try await test.shop.flows.runImports.run()
      #expect(try await test.shop.contexts.catalog.products(PageRequest(), of: nil).items.isEmpty)
      _ = try await desk.post(address, [("do", "resume")])
      try await test.shop.flows.runImports.run()
      let products = try await test.shop.contexts.catalog.products(PageRequest(), of: nil).items
      #expect(products.map(\.content.title.zhHans) == ["茶壶"])
    }
  }

  // req: 2.2-7
  @Test func `goods are taken out by merchant and category, defused for spreadsheets, and read again`() async throws {
    try await TestShop.run { test in
      let (kiln, reed) = (try await test.merchant(), try await test.merchant("reed"))
      _ = try await test.product(of: kiln, title: LocalizedText("=SUM(A1)"))
      _ = try await test.product(of: reed, "kettle", title: LocalizedText(en: "Kettle"))
      let (mine, platform) = (try await test.staff(of: kiln), try await test.staff(of: nil))
      let own = try await mine.get("\(Addresses.goodsExport)/file?merchant=\(reed.id)").body
      #expect(own.contains("'=SUM(A1)") && !own.contains("Kettle"))
      let all = try await platform.get("\(Addresses.goodsExport)/file").body
      #expect(all.contains("Kettle") && all.contains("'=SUM(A1)"))
      let tea = try #require(try await test.shop.contexts.catalog.categories().roots.first)
      let some = try await platform.get("\(Addresses.goodsExport)/file?category=\(tea.id)&merchant=\(reed.id)").body
      #expect(some.contains("Kettle") && !some.contains("SUM"))
      let wrong = try await platform.get("\(Addresses.goodsExport)/file?category=cat_1&merchant=mer_1")
      #expect(wrong.status == 422 && wrong.body.contains("id=\"merchant-fault\""))
      let address = try #require(try await bring(mine, Array(own.utf8), base: test.base).location)
      try await test.shop.flows.runImports.run()
      #expect(try await mine.get(address).body.contains("<dt>Unchanged</dt><dd>1</dd>"))
    }
  }
}
