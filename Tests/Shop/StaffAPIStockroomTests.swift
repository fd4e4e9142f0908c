import Accounts
import AuditLog
import Catalog
import Flows
import Foundation
import Imports
import Merchants
import Testing
import Values

@testable import API
@testable import App

/// What programs do with places, counts and files of goods.
@Suite struct StaffAPIStockroomTests {
  private func program(_ test: TestShop, _ issued: IssuedToken) -> APIClient {
    test.program.with(token: issued.secret.rawValue)
  }

  // req: 2.2-7
  @Test func `what runs short is listed, and units move between places once for each key`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, stock: 10)
      let variant = product.variants[0].id
      let api = program(test, try await test.issued(of: merchant))
      let main = try #require(try await api.get("/admin/stockrooms")["items"]?[0]?["location"]?["id"])
      let cellar = try await api.post("/admin/locations", ["name": "Cellar"])
      #expect(cellar.status == 201 && cellar["isClosed"]?.flag == false, "\(cellar.text)")
      let place = try #require(cellar["id"])
      #expect(try await api.post("/admin/locations", ["name": "Cellar"]).status == 422)
      let move: JSONValue = ["from": main, "to": place, "units": 4, "key": "tuesday"]
      for _ in 1...2 {
        let moved = try await api.post("/admin/stock/\(variant)/transfers", move)
        #expect(moved["free"]?.integer == 10 && moved["levels"]?.items.count == 2, "\(moved.text)")
      }
      let many: JSONValue = ["from": place, "to": main, "units": 5]
      #expect(try await api.post("/admin/stock/\(variant)/transfers", many).code == "tooFewThere")
      let rooms = try await api.get("/admin/stockrooms")["items"]?.items ?? []
      #expect(rooms.map { $0["onHand"]?.integer } == [16, 4])
      #expect(
        try await api.patch("/admin/locations/\(place.text ?? "")", ["isClosed": true]).code == "locationNotEmpty")
      let first = try await api.post("/admin/locations/\(place.text ?? "")/steps", ["direction": "up"])
      #expect(first.status == 200, "\(first.text)")
      #expect(try await api.get("/admin/stockrooms")["items"]?[0]?["location"]?["id"] == place)
      let low = try await api.put("/admin/stock/\(variant)/threshold", ["lowAt": 12])
      #expect(low["state"]?.text == "low" && low["hasOwnThreshold"]?.flag == true)
      let listed = try await api.get("/admin/stock/items?state=low")["items"]?.items ?? []
      #expect(listed.map { $0["variant"]?.text } == ["\(variant)"])
      #expect(try await api.put("/admin/stock/\(variant)/threshold", ["lowAt": .null])["state"]?.text == "enough")
      #expect(try await api.get("/admin/stock/items?q=teapot-blue")["items"]?.items.count == 1)
      #expect(try await api.get("/admin/stock/items?state=lost").status == 422)
      let page = try await api.get("/admin/stock/items?limit=1")
      #expect(page["next"]?.text != nil && page.header("link")?.contains("rel=\"next\"") == true)
      let stranger = program(test, try await test.issued(of: try await test.merchant("other")))
      #expect(try await stranger.post("/admin/stock/\(variant)/transfers", move).code == "unknownVariant")
      #expect(try await stranger.patch("/admin/locations/\(place.text ?? "")", ["name": "Mine"]).status == 404)
      #expect(try await stranger.get("/admin/stockrooms?merchant=\(merchant.id)").status == 404)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 2.2-7
  @Test func `a count is opened, filled in by variant and by SKU, and booked once`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, stock: 10)
      let api = program(test, try await test.issued(of: merchant, scopes: [.stockAdjust]))
      let main = try #require(try await api.get("/admin/locations")["items"]?[0]?["id"])
      let refused = try await api.post(
        "/admin/stock/sheets", ["title": "Spring", "location": main, "skus": ["teapot-red", "nothing"]])
      #expect(refused.status == 422 && refused.text.contains("unknownSKU"))
      let opened = try await api.post("/admin/stock/sheets", ["title": "Spring", "location": main])
      let id = try #require(opened["sheet"]?["id"]?.text, "\(opened.text)")
      let address = "/admin/stock/sheets/\(id)"
      #expect(opened.status == 201 && opened["sheet"]?["lines"]?.integer == 2)
      #expect(try await api.post("\(address)/booking").code == "nothingCounted")
      let entered = try await api.put(
        "\(address)/lines",
        [
          "lines": [
            ["variant": .text("\(product.variants[0].id)"), "counted": 8], ["sku": "teapot-blue", "counted": 11],
          ]
        ])
      #expect(entered["outcome"]?["more"]?.integer == 1 && entered["outcome"]?["fewer"]?.integer == 2)
      for (line, field) in [
        (["sku": "none", "counted": 1], "lines.0.sku"), (["counted": 1], "lines.0"),
        (["sku": "teapot-red", "counted": -1], "lines.0.counted"),
      ] as [(JSONValue, String)] {
        let wrong = try await api.put("\(address)/lines", ["lines": [line]])
        #expect(wrong.status == 422 && wrong.text.contains("\"\(field)\""), "\(field): \(wrong.text)")
      }
      let lines = try await api.get("\(address)/lines?part=differing&limit=1")
      #expect(lines["items"]?.items.count == 1 && lines["next"]?.text != nil)
      let booked = try await api.post("\(address)/booking")
      #expect(booked["sheet"]?["state"]?.text == "applied", "\(booked.text)")
      #expect(try await api.post("\(address)/booking").code == "countEnded")
      #expect(try await api.post("\(address)/cancellation").code == "countEnded")
      #expect(try await api.get("/admin/stock/sheets?state=applied")["items"]?.items.count == 1)
      #expect(try await api.get("/admin/stock/sheets?state=open")["items"]?.items == [])
      let stranger = program(test, try await test.issued(of: try await test.merchant("other")))
      #expect(try await stranger.get(address).status == 404)
      #expect(try await stranger.get("/admin/stock/sheets?merchant=\(merchant.id)")["items"]?.items == [])
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  private static let goods = """
    Handle,Title,Price,Variant Inventory Qty,Vendor
    cup,Cup,9.00,4,Riverlight
    jug,Jug,dear,1,Riverlight
    bowl,Bowl,12.00,2,Reed

    """

  // req: 2.2-7
  @Test func `a file of goods is sent as it is, looked at, started, and says what came of it`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let issued = try await test.issued(of: merchant, scopes: [.catalogEdit])
      let api = program(test, issued)
      let once = api.with(key: "autumn")
      let bytes = Array(Self.goods.utf8)
      let sent = try await once.raw("/admin/imports?stock=set&name=autumn.csv", bytes, type: "text/csv")
      let id = try #require(sent["import"]?["id"]?.text, "\(sent.text)")
      #expect(sent.status == 201 && sent["import"]?["fileName"]?.text == "autumn.csv" && sent["preview"] == .null)
      // The same file under the same key is the same run; another file isn't.
      let again = try await once.raw("/admin/imports?stock=set&name=autumn.csv", bytes, type: "text/csv")
      #expect(again["import"]?["id"]?.text == id && again.header("idempotency-replayed") == "true")
      let mismatch = try await once.raw("/admin/imports?stock=set&name=autumn.csv", bytes + [10], type: "text/csv")
      #expect(mismatch.code == "idempotencyMismatch")
      let address = "/admin/imports/\(id)"
      #expect(try await api.post("\(address)/decisions", ["decision": "start"]).code == "importMoved")
      try await test.shop.flows.runImports.run()
      let ready = try await api.get(address)
      #expect(ready["import"]?["state"]?.text == "ready" && ready["preview"]?["newBrandCount"]?.integer == 2)
      #expect(ready["import"]?["figures"]?["refused"]?.integer == 1, "\(ready.text)")
      let waiting = try await api.post("\(address)/decisions", ["decision": "start"])
      #expect(waiting["import"]?["state"]?.text == "waiting")
      let stopped = try await api.post("\(address)/decisions", ["decision": "stop"])
      #expect(stopped["import"]?["state"]?.text == "stopped")
      #expect(try await api.post("\(address)/decisions", ["decision": "resume"]).status == 200)
      try await test.shop.flows.runImports.run()
      let done = try await api.get(address)
      #expect(done["import"]?["state"]?.text == "done" && done["import"]?["figures"]?["created"]?.integer == 2)
      let note = try await api.get("\(address)/notes")["items"]?[0]
      #expect(note?["code"]?.text == "badPrice" && note?["kind"]?.text == "refused" && note?["line"]?.integer == 3)
      let errors = try await api.get("\(address)/errors")
      #expect(errors.text.contains("line,handle,column,kind,code,reason"))
      #expect(errors.text.contains("3,jug,Variant Price,refused,badPrice,"))
      #expect(try await api.get("/admin/imports?state=done")["items"]?.items.count == 1)
      #expect(try await api.get("/admin/imports?state=ready")["items"]?.items == [])
      let export = try await api.get("/admin/exports/goods")
      #expect(export.text.contains("cup") && export.text.contains("bowl"))
      #expect(try await api.post("\(address)/decisions", ["decision": "burn"]).status == 422)
      let deeds = try await test.deeds(DeedFilter(merchant: merchant.id)).filter { $0.subject == id }
      #expect(deeds.first?.whoName == "Mei (Warehouse sync)" && deeds.map(\.verb).contains("imports.bring"))
    }
  }

  // req: 2.2-7
  @Test func `what is no file of goods is refused by name, and nobody reaches another's`() async throws {
    try await TestShop.run { test in
      let (merchant, other) = (try await test.merchant(), try await test.merchant("other"))
      let api = program(test, try await test.issued(of: merchant))
      let empty = try await api.raw("/admin/imports", [], type: "text/csv")
      #expect(empty.status == 422 && empty.text.contains("\"file\""), "\(empty.text)")
      let picture = try await api.raw("/admin/imports", SmallPicture.png, type: "text/csv")
      #expect(picture.status == 422 && picture.text.contains("\"file\""), "\(picture.text)")
      #expect(try await api.raw("/admin/imports", Array("{}".utf8), type: "application/json").status == 415)
      let goods = Array(Self.goods.utf8)
      #expect(try await api.raw("/admin/imports?stock=half", goods, type: "text/csv").text.contains("\"stock\""))
      #expect(try await api.raw("/admin/imports?encoding=morse", goods, type: "text/csv").status == 422)
      let narrow = program(test, try await test.issued(of: merchant, scopes: [.stockAdjust]))
      #expect(try await narrow.raw("/admin/imports", goods, type: "text/csv").code == "notAllowed")
      let sent = try await api.raw("/admin/imports", goods, type: "text/csv")
      let id = try #require(sent["import"]?["id"]?.text)
      let stranger = program(test, try await test.issued(of: other))
      for path in ["", "/notes", "/errors"] {
        #expect(try await stranger.get("/admin/imports/\(id)\(path)").code == "unknownImport")
      }
      #expect(try await stranger.post("/admin/imports/\(id)/decisions", ["decision": "drop"]).status == 404)
      #expect(try await stranger.get("/admin/imports?merchant=\(merchant.id)")["items"]?.items == [])
      let platform = program(test, try await test.issued(of: nil))
      #expect(try await platform.get("/admin/imports?merchant=\(merchant.id)")["items"]?.items.count == 1)
      #expect(try await platform.get("/admin/exports/goods?category=cat_1").status == 422)
      #expect(try await platform.get("/admin/exports/goods?merchant=mer_1").status == 422)
    }
  }
}
