import Accounts
import Catalog
import Flows
import Foundation
import Inventory
import Mail
import Merchants
import Orders
import Pages
import Testing
import Values

@testable import App

/// The desks of stock over HTTP: the list, one item, counts and places.
@Suite struct StockDeskTests {
  private struct Desk: Sendable {
    let merchant: Merchant
    let product: Product
    let main: LocationID
    let clerk: Browser

    var red: VariantID { product.variants[0].id }
    var blue: VariantID { product.variants[1].id }
  }

  private func desk(_ test: TestShop) async throws -> Desk {
    let merchant = try await test.merchant()
    let product = try await test.product(of: merchant)
    let main = try await test.shop.contexts.inventory.location(named: "Main", of: merchant.id)
    return Desk(
      merchant: merchant, product: product, main: main.id, clerk: try await test.staff(of: merchant, [.stockAdjust]))
  }

  private func onHand(_ test: TestShop, _ variant: VariantID) async throws -> Int? {
    try await test.shop.contexts.inventory.stock(of: [variant])[variant]?.onHand
  }

  private func key(_ page: String) throws -> String {
    String(try #require(page.firstMatch(of: /name="key" value="([^"]+)"/)).1)
  }

  @Test func `the list shows what there is, narrowed to text and state, and only to whom it belongs`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      _ = try await test.product(of: desk.merchant, "cup", title: LocalizedText(en: "Cup", zhHans: "杯子"), stock: 3)
      let all = try await desk.clerk.get("/admin/stock").body
      for text in ["Clay teapot", "teapot-red", "Red", ">50<", "Cup", "Low <b>2</b>", "Main: 50"] {
        #expect(all.contains(text), "\(text)")
      }
      #expect(all.contains("href=\"/admin/stock/\(desk.red)\""))
      func found(_ query: String) async throws -> (teapot: Bool, cup: Bool) {
        let body = try await desk.clerk.get("/admin/stock?\(query)").body
        return (body.contains("teapot-red"), body.contains("cup-red"))
      }
      let cases: [(String, Bool, Bool)] = [
        ("state=low", false, true), ("state=enough", true, false), ("state=out", false, false),
        ("q=TEAPOT", true, false), ("q=cup-r", false, true), ("q=\(Browser.escaped("茶壶"))", true, false),
        ("q=%25", false, false), ("q=cup&state=enough", false, false), ("q=cup&state=low", false, true),
        ("state=nonsense", true, true),
      ]
      for (query, teapot, cup) in cases {
        let answer = try await found(query)
        #expect(answer == (teapot, cup), "\(query)")
      }
      #expect(try await test.staff(of: desk.merchant, [.ordersShip]).get("/admin/stock").status == 403)
      let stranger = try await test.staff(of: try await test.merchant("other"), [.stockAdjust])
      #expect(!(try await stranger.get("/admin/stock").body.contains("teapot-red")))
      #expect(!(try await stranger.get("/admin/stock?q=teapot").body.contains("teapot-red")))
      let platform = try await test.staff(of: nil, [.stockAdjust])
      #expect(try await platform.get("/admin/stock?merchant=kiln").body.contains("teapot-red"))
      #expect(!(try await platform.get("/admin/stock?merchant=other").body.contains("teapot-red")))
      let file = try await desk.clerk.get("/admin/stock/export?state=low").body
      #expect(file.contains("Cup (Red),cup-red,3,0,3,Low") && !file.contains("teapot"))
    }
  }

  @Test func `merchants and what lies where are written in the language of who reads`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      #expect(try await desk.clerk.get("/admin/stock?lang=zh-Hans").body.contains("Main：50"))
      #expect(try await desk.clerk.get("/admin/stock?lang=en").body.contains("Main: 50"))
      let platform = try await test.staff(of: nil, [.stockAdjust])
      let chinese = try await platform.get("/admin/stock?lang=zh-Hans").body
      #expect(chinese.contains(">\(desk.merchant.name[.zhHans])</option>"))
      let english = try await platform.get("/admin/stock?lang=en").body
      #expect(english.contains(">\(desk.merchant.name[.en])</option>"))
    }
  }

  @Test func `numbers typed into the list are booked once, whatever else is wrong`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let key = try key(try await desk.clerk.get("/admin/stock").body)
      let fields = [
        ("act", "damaged"), ("key", key), ("back", "/admin/stock?q=teapot"), ("change.\(desk.red)", " 4 "),
        ("change.\(desk.blue)", "51"),
      ]
      for _ in 1...2 {
        #expect(try await desk.clerk.post("/admin/stock/act", fields).location == "/admin/stock?q=teapot")
      }
      #expect(try await onHand(test, desk.red) == 46)
      #expect(try await onHand(test, desk.blue) == 50, "never below what is held")
      for fields in [[("act", "received")], [("act", "received"), ("change.\(desk.red)", "many")]] {
        #expect(try await desk.clerk.post("/admin/stock/act", fields).status == 303)
      }
      #expect(try await desk.clerk.post("/admin/stock/act", [("act", "steal")]).status == 400)
      #expect(try await onHand(test, desk.red) == 46)
      let counted = try await desk.clerk.post("/admin/stock/act", [("act", "count"), ("select", "\(desk.red)")])
      #expect(counted.location?.hasPrefix("/admin/stock/counts/cnt_") == true)
    }
  }

  @Test func `an item is put right, moved and set, and its books say what came of it`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let address = "/admin/stock/\(desk.red)"
      _ = try await desk.clerk.post("/admin/locations", [("name", "Window")])
      let places = try await test.shop.contexts.inventory.locations(of: desk.merchant.id)
      let window = try #require(places.first { $0.name == "Window" }).id
      func adjust(_ change: String, _ reason: String, _ note: String = "") async throws -> Browser.Answer {
        try await desk.clerk.post(
          "\(address)/adjust", [("change", change), ("why", reason), ("location", "\(desk.main)"), ("note", note)])
      }
      #expect(try await adjust("3", "damaged", "Cracked <lid>").location == address)
      #expect(try await adjust("−2", "corrected", "Miscounted").location == address)
      #expect(try await onHand(test, desk.red) == 45)
      for (change, reason, field) in [
        ("", "found", "change"), ("x", "found", "change"), ("-1", "received", "change"), ("1", "magic", "why"),
        ("1", "corrected", "note"),
      ] {
        let answer = try await adjust(change, reason)
        #expect(answer.status == 422 && answer.body.contains("\(field)-fault"), "\(change) \(reason)")
      }
      #expect(try await adjust("46", "lost").status == 409)
      let moved = [("units", "5"), ("from", "\(desk.main)"), ("to", "\(window)")]
      #expect(try await desk.clerk.post("\(address)/transfer", moved).location == address)
      let tooMany = [("units", "500"), ("from", "\(desk.main)"), ("to", "\(window)")]
      #expect(try await desk.clerk.post("\(address)/transfer", tooMany).body.contains("Only 40 lie free there."))
      let set = [("onHand", "9"), ("location", "\(window)")]
      #expect(try await desk.clerk.post("\(address)/count", set).location == address)
      #expect(try await onHand(test, desk.red) == 49)
      #expect(try await desk.clerk.post("\(address)/threshold", [("lowAt", "60")]).location == address)
      #expect(try await desk.clerk.post("\(address)/threshold", [("lowAt", "x")]).body.contains("lowAt-fault"))
      let page = try await desk.clerk.get(address).body
      for text in ["Cracked &lt;lid&gt;", "Moved away", "Moved here", "Mei", "Low", "<path class=\"plot-line\"", "−3"] {
        #expect(page.contains(text), "\(text)")
      }
      #expect(!page.contains("Model("), "what the forms are given stays out of the menu")
      let chinese = try await desk.clerk.get("\(address)?lang=zh-Hans").body
      #expect(chinese.contains("库存流水") && chinese.contains("调出"))
      let log = try await test.staff(of: desk.merchant, [.logView]).get("/admin/log").body
      for text in ["Put stock right", "Moved stock", "Set stock", "Added a place for goods"] {
        #expect(log.contains(text), "\(text)")
      }
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  @Test func `an item that never was in stock has a sentence in place of a drawing`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let cup = try await test.product(
        of: desk.merchant, "cup", title: LocalizedText(en: "Cup", zhHans: "杯子"), stock: 0)
      let page = try await desk.clerk.get("/admin/stock/\(cup.variants[0].id)").body
      #expect(page.contains("Nothing of it was in stock") && !page.contains("plot-line"))
    }
  }

  @Test func `the books of an item lead to the order that they are of, for who may see it`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(desk.product, by: browser, account: account, address: address)
      let (path, link) = ("/admin/stock/\(order.lines[0].variant)", "href=\"/admin/orders/\(order.number)\"")
      let packer = try await test.staff(of: desk.merchant, [.stockAdjust, .ordersShip])
      let held = try await packer.get(path).body
      #expect(held.contains("Set aside") && held.contains(link))
      let named = try await desk.clerk.get(path).body
      #expect(named.contains(order.number.rawValue) && !named.contains(link))
    }
  }

  @Test func `a count is begun, filled in by form and by scanner, and booked once`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let unknown = [("name", "Spring"), ("location", "\(desk.main)"), ("skus", "teapot-red, nothing")]
      let refused = try await desk.clerk.post("/admin/stock/counts", unknown)
      #expect(refused.status == 422 && refused.body.contains("nothing") && refused.body.contains("value=\"Spring\""))
      let begun = try await desk.clerk.post(
        "/admin/stock/counts", [("name", "Spring"), ("location", "\(desk.main)"), ("skus", "")])
      let address = try #require(begun.location)
      #expect(
        try await desk.clerk.post(address, [("counted.\(desk.red)", "48"), ("counted.\(desk.blue)", "")]).status == 303)
      let scanned = [("sku", "teapot-blue"), ("skuUnits", "51"), ("scan", "1")]
      #expect(try await desk.clerk.post(address, scanned).status == 303)
      let wrong = try await desk.clerk.post(address, [("counted.\(desk.red)", "lots")])
      #expect(wrong.status == 422 && wrong.body.contains("value=\"lots\""))
      #expect(
        try await desk.clerk.post(address, [("sku", "none"), ("skuUnits", "1"), ("scan", "1")]).body.contains(
          "sku-fault"))
      let page = try await desk.clerk.get("\(address)?part=differing").body
      #expect(page.contains("−2") && page.contains("+1") && page.contains("More: 1, fewer: 2."))
      #expect(try await desk.clerk.post("\(address)/apply").location == address)
      #expect(try await desk.clerk.post("\(address)/apply").status == 409)
      #expect(try await onHand(test, desk.red) == 48)
      #expect(try await onHand(test, desk.blue) == 51)
      #expect(try await desk.clerk.get("/admin/stock/counts").body.contains("Booked"))
      let stranger = try await test.staff(of: try await test.merchant("other"), [.stockAdjust])
      #expect(try await stranger.get(address).status == 404)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  @Test func `places are renamed, put in order and closed once they are empty`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      _ = try await desk.clerk.post("/admin/locations", [("name", "Window")])
      let window = try #require(
        try await test.shop.contexts.inventory.locations(of: desk.merchant.id).first { $0.name == "Window" })
      let taken = try await desk.clerk.post("/admin/locations/\(window.id)", [("do", "rename"), ("name", "Main")])
      #expect(taken.status == 422 && taken.body.contains("name-fault"))
      for fields in [[("do", "rename"), ("name", "Front")], [("do", "up")], [("do", "close")], [("do", "reopen")]] {
        #expect(try await desk.clerk.post("/admin/locations/\(window.id)", fields).status == 303)
      }
      #expect(
        try await test.shop.contexts.inventory.locations(of: desk.merchant.id).map(\.name).sorted() == [
          "Front", "Main",
        ])
      let full = try await desk.clerk.post("/admin/locations/\(desk.main)", [("do", "close")])
      #expect(full.status == 303)
      #expect(try await desk.clerk.get("/admin/locations").body.contains("Main"))
      #expect(try await test.shop.contexts.inventory.locations(of: desk.merchant.id).count == 2)
      #expect(try await test.staff(of: nil, [.stockAdjust]).get("/admin/locations").body.contains("merchant=kiln"))
    }
  }

  @Test func `a merchant hears by mail of what runs short, once`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      _ = try await desk.clerk.post(
        "/admin/stock/\(desk.red)/adjust", [("change", "48"), ("why", "lost"), ("location", "\(desk.main)")])
      let tell = TellLowStock(
        test.shop.contexts,
        letters: ThemeLetters(theme: test.shop.theme, publicURL: test.settings.publicURL),
        mailer: LocalMailer(
          folder: test.settings.mailFolder, senderName: "Martlet", senderAddress: "shop@example.com",
          clock: test.shop.clock, logger: test.shop.logger))
      try await tell.run()
      let folder = test.settings.mailFolder
      func letters() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("stock-low") }
      }
      let first = try letters()
      #expect(first.count == 1)
      let text = try String(contentsOf: folder.appending(path: try #require(first.first)), encoding: .utf8)
      #expect(text.contains("1 item runs short") && text.contains("teapot-red"))
      try await tell.run()
      #expect(try letters() == first)
      // It rises, and falls to the same number again.
      for (change, why) in [("60", "received"), ("60", "lost")] {
        _ = try await desk.clerk.post(
          "/admin/stock/\(desk.red)/adjust", [("change", change), ("why", why), ("location", "\(desk.main)")])
        try await tell.run()
      }
      #expect(try letters().count == 2)
    }
  }
}
