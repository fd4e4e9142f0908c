import Accounts
import Catalog
import Flows
import Foundation
import Fulfilment
import Merchants
import NIOHTTP1
import Orders
import TestKit
import Testing
import Values

@testable import API
@testable import App

/// Goods on their way, over HTTP: what staff do at the desk, what the tracker tells, what the buyer sees.
@Suite struct ShippingDeskTests {
  /// An order that was passed: two red teapots and a blue one.
  private struct Case {
    let order: Order
    let red: OrderLine
    let blue: OrderLine
    let merchant: Merchant
    let buyer: Browser
    let mei: Browser
    var desk: String { "/admin/shipping/\(order.number)" }
  }

  private func passed(_ test: TestShop) async throws -> Case {
    let merchant = try await test.merchant()
    let product = try await test.product(of: merchant)
    let (browser, account, address) = try await test.buyer()
    for (index, units) in [2, 1].enumerated() {
      _ = try await browser.post(
        "/cart", [("variant", "\(product.variants[index].id)"), ("quantity", "\(units)"), ("then", "stay")])
    }
    let confirm = try await browser.get("/checkout")
    _ = try await browser.post("/checkout", test.confirmation(confirm.body, address: address.id))
    let order = try #require(try await test.orders(of: account).first)
    let orders = test.shop.contexts.orders
    _ = try await orders.markPaid(
      order.id, by: PaymentID(raw: 7), amount: order.amounts.due, at: test.shop.clock.now)
    let passed = try await orders.pass(order.id, by: StaffID(raw: 1), note: "")
    return Case(
      order: passed, red: try #require(passed.lines.first { $0.quantity.count == 2 }),
      blue: try #require(passed.lines.first { $0.quantity.count == 1 }), merchant: merchant, buyer: browser,
      mei: try await test.staff(of: merchant))
  }

  private func state(_ test: TestShop, _ order: Order) async throws -> OrderState? {
    try await test.shop.contexts.orders.order(order.id)?.state
  }

  private func consignment(_ test: TestShop, _ order: Order) async throws -> Consignment {
    try #require(try await test.shop.contexts.fulfilment.consignment(of: order.id))
  }

  /// Plays the carrier at the sandbox.
  private func move(
    _ test: TestShop, _ number: String, _ state: String, _ text: String, ago: Duration = .zero, isSilent: Bool = false
  ) async throws {
    let at = test.shop.clock.now.adding(.zero - ago).milliseconds
    let json = #"{"state":"\#(state)","text":"\#(text)","place":"上海","at":\#(at),"isSilent":\#(isSilent)}"#
    let answer = try await test.browser().send(
      .POST, "\(test.settings.sandbox.url)/control/parcels/yuantong/\(number)/move", json: json,
      headers: ["sandbox-control": TestShop.controlKey])
    try #require(answer.status == 200, "\(answer.body)")
  }

  private func followUp(_ test: TestShop) async throws {
    _ = try await test.shop.contexts.fulfilment.followUp(now: test.shop.clock.now, limit: 100)
  }

  // req: 4.2.3-0 4.2.3-1 4.2.3-2 4.2.3-3 4.2.3-5 4.2.3-6 4.2.3-7 4.2.3-8
  @Test func `an order goes out in two parcels, is followed, and is signed for by its buyer`() async throws {
    try await TestShop.run { test in
      let it = try await passed(test)
      let list = try await it.mei.get("/admin/shipping").body
      for text in [it.order.number.rawValue, "Clay teapot", "¥272.00", it.desk] {
        #expect(list.contains(text), "\(text)")
      }
      let detail = try await it.mei.get(it.desk)
      #expect(detail.body.contains("name=\"units.\(it.red.id)\" type=\"number\" min=\"0\" max=\"2\" value=\"2\""))
      let nothing = try await it.mei.post(
        "\(it.desk)/parcels",
        [
          ("key", "0"), ("units.\(it.red.id)", "0"), ("units.\(it.blue.id)", ""), ("carrier", "yuantong"),
          ("trackingNumber", "YT1001"),
        ])
      #expect(nothing.status == 422)
      #expect(nothing.body.contains("Choose at least one item"))
      let tooMany = try await it.mei.post(
        "\(it.desk)/parcels", [("key", "0"), ("units.\(it.red.id)", "3"), ("then", "pack")])
      #expect(tooMany.body.contains("units.\(it.red.id)-fault"))
      let unlabelled = try await it.mei.post(
        "\(it.desk)/parcels", [("key", "0"), ("units.\(it.red.id)", "1"), ("carrier", "yuantong"), ("then", "send")])
      #expect(unlabelled.status == 422)
      #expect(unlabelled.body.contains("trackingNumber-fault"))
      #expect(try await test.shop.contexts.fulfilment.consignment(of: it.order.id) == nil)

      let first = [
        ("key", "1"), ("units.\(it.red.id)", "2"), ("units.\(it.blue.id)", "0"), ("carrier", "yuantong"),
        ("trackingNumber", "YT1001"), ("then", "send"),
      ]
      for _ in 1...2 { #expect(try await it.mei.post("\(it.desk)/parcels", first).location == it.desk) }
      #expect(try await state(test, it.order) == .awaitingShipment)
      #expect(try await it.mei.get("/admin/shipping").body.contains("2 of 3 items sent"))
      #expect(try await it.buyer.get("/orders/\(it.order.number)").body.contains("2 of 3 items sent"))
      _ = try await it.mei.post("\(it.desk)/parcels", [("key", "2"), ("then", "pack")])
      #expect(try await state(test, it.order) == .awaitingShipment)
      let packed = try #require(try await consignment(test, it.order).parcels.last)
      #expect(packed.lines.map(\.line) == [it.blue.id])
      _ = try await it.mei.post(
        "\(it.desk)/parcels/\(packed.id)", [("carrier", "yuantong"), ("trackingNumber", "YT1002")])
      #expect(try await state(test, it.order) == .awaitingReceipt)

      try await followUp(test)
      try await move(test, "YT1001", "1", "Collected in Yixing", ago: .minutes(5))
      try await move(test, "YT1002", "3", "Signed for by a neighbour")
      try await eventually { try await consignment(test, it.order).parcels.map(\.state) == [.inTransit, .delivered] }
      let tab = try await it.mei.get("/admin/shipping?part=toSignFor").body
      #expect(tab.contains("Signed for by a neighbour"), "the latest movement")
      let page = try await it.buyer.get("/orders/\(it.order.number)").body
      for text in ["Collected in Yixing", "Signed for by a neighbour", "Parcel 1", "YT1001", "YT1002", "YTO Express"] {
        #expect(page.contains(text), "\(text)")
      }
      try await test.settle()
      let letter = try test.plainLetter("order-shipped", of: it.order)
      #expect(letter.contains("YTO Express YT1001") && letter.contains("YTO Express YT1002"))
      #expect(try await it.buyer.post("/orders/\(it.order.number)/receipt").status == 303)
      #expect(try await state(test, it.order) == .completed)
      #expect(try await it.mei.get("/admin/shipping?part=completed").body.contains(it.order.number.rawValue))
      #expect(try await test.shop.contexts.fulfilment.audit().isEmpty)
    }
  }

  // req: 4.2.3-4
  @Test func `the five filters work in each part of the desk`() async throws {
    try await TestShop.run { test in
      let it = try await passed(test)
      let number = it.order.number.rawValue
      func finds(_ query: String) async throws -> Bool {
        try await it.mei.get("/admin/shipping?\(query)").body.contains(">\(number)</a>")
      }
      for query in [
        "number=\(number.prefix(10))", "product=teapot", "dueFrom=272&dueTo=272", "paidFrom=1&paidTo=1000",
        "dateFrom=2020-01-01&dateTo=2100-01-01", "part=toShip&product=%E7%B4%AB%E7%A0%82&dueFrom=1",
      ] { #expect(try await finds(query), "\(query)") }
      for query in [
        "product=kettle", "dueFrom=273", "paidTo=1", "dateTo=2020-01-01", "part=toSignFor", "part=completed",
      ] { #expect(!(try await finds(query)), "\(query)") }
      #expect(try await it.mei.get("/admin/shipping?dueFrom=abc").status == 422)
      let next = try await it.mei.get("/admin/shipping?part=toSignFor&product=tea").body
      #expect(next.contains("<input type=\"hidden\" name=\"part\" value=\"toSignFor\">"))
    }
  }

  @Test func `rows that are ticked go to the pick list and the slips, and each part can be exported`() async throws {
    try await TestShop.run { test in
      let it = try await passed(test)
      let number = it.order.number.rawValue
      #expect(try await it.mei.get("/admin/shipping").body.contains("name=\"select\" value=\"\(number)\""))
      for sheet in ["picklist", "slips"] {
        let sent = try await it.mei.post("/admin/shipping/act", [("act", sheet), ("select", number)])
        #expect(sent.location == "/admin/shipping/\(sheet)?order=\(number)")
        #expect(try await it.mei.get(sent.location ?? "").body.contains("teapot-red"))
      }
      let back = "/admin/shipping?part=toShip&number=2"
      let none = try await it.mei.post("/admin/shipping/act", [("act", "slips"), ("back", back)])
      #expect(none.location == back)
      #expect(try await it.mei.post("/admin/shipping/act", [("act", "burn"), ("select", number)]).status == 400)
      #expect(!(try await it.mei.get("/admin/shipping?part=completed").body.contains("name=\"select\"")))
      let file = try await it.mei.get("/admin/shipping/export?number=\(number.prefix(8))")
      #expect(file.headers.first(name: "content-disposition")?.contains("shipping-toShip.csv") == true)
      #expect(file.body.contains("\(number),") && file.body.contains("272.00"))
    }
  }

  // req: 4.2.3-9 4.2.3-10 4.2.3-11
  @Test func `address and method can be mended, and the order completed on proof, once`() async throws {
    try await TestShop.run { test in
      let it = try await passed(test)
      _ = try await it.mei.post(
        "\(it.desk)/parcels", [("key", "1"), ("carrier", "yuantong"), ("trackingNumber", "YT1001"), ("then", "send")])
      let page = try await it.mei.get("\(it.desk)/address").body
      #expect(page.contains("value=\"1 Century Avenue\""))
      let place = [
        ("recipient", "Wu"), ("phone", "13900139000"), ("province", "310000"), ("city", "310100"),
        ("region", "310104"), ("street", "12 Anfu Road"), ("save", "1"),
      ]
      let faulty = try await it.mei.post("\(it.desk)/address", place.map { $0.0 == "phone" ? ("phone", "x") : $0 })
      #expect(faulty.status == 422 && faulty.body.contains("phone-fault"))
      #expect(try await it.mei.post("\(it.desk)/address", place).location == it.desk)
      _ = try await it.mei.post("\(it.desk)/method", [("method", "station")])
      let mended = try await it.mei.get(it.desk).body
      for text in ["12 Anfu Road", "13900139000", "Address changed", "value=\"station\" selected"] {
        #expect(mended.contains(text), "\(text)")
      }
      #expect(try await it.buyer.get("/orders/\(it.order.number)").body.contains("To a station or locker nearby"))
      let empty = Browser.parts([("proof", "")])
      func complete(_ parts: (type: String, bytes: [UInt8])) async throws -> Browser.Answer {
        try await it.mei.send(
          .POST, "\(it.desk)/complete", body: parts.bytes, headers: ["content-type": parts.type, "origin": test.base])
      }
      let unproven = try await complete(empty)
      #expect(unproven.status == 422 && unproven.body.contains("proof-fault"))
      #expect(try await state(test, it.order) == .awaitingReceipt)
      let type = "multipart/form-data; boundary=parts"
      func picture(_ bytes: String) -> (type: String, bytes: [UInt8]) {
        let head =
          "--parts\r\nContent-Disposition: form-data; name=\"proof\"\r\n\r\nSigned by Wu\r\n--parts\r\n"
          + "Content-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"
        return (type, Array((head + bytes + "\r\n--parts--\r\n").utf8))
      }
      let script = try await complete(picture("<script>alert(1)</script>"))
      #expect(script.status == 422 && script.body.contains("picture-fault"))
      #expect(try await complete(Browser.parts([("proof", "Signed by Wu at the desk")])).location == it.desk)
      #expect(try await state(test, it.order) == .completed)
      let done = try await it.mei.get(it.desk).body
      #expect(done.contains("Signed by Wu at the desk"))
      #expect(!done.contains("\(it.desk)/complete") && !done.contains("\(it.desk)/method"))
      for (path, form) in [("method", [("method", "door")]), ("address", place)] {
        _ = try await it.mei.post("\(it.desk)/\(path)", form)
        #expect(try await it.mei.get(it.desk).body.contains("The order has moved on"), "\(path)")
      }
      #expect(try await it.mei.get("/admin/orders?state=completed").body.contains(it.order.number.rawValue))
      #expect(try await it.buyer.get("/orders/\(it.order.number)").body.contains("Completed"))
    }
  }

  // req: 2.2-5
  @Test func `who may not read addresses finds none, at the desk and on slips`() async throws {
    try await TestShop.run { test in
      let it = try await passed(test)
      let idle = try await test.staff(of: it.merchant, [.reportsView, .buyersContact])
      for path in ["", "/export", "/picklist", "/slips", "/\(it.order.number)"] {
        #expect(try await idle.get("/admin/shipping\(path)").status == 403, "\(path)")
      }
      let clerk = try await test.staff(of: it.merchant, [.ordersReview])
      let page = try await clerk.get(it.desk)
      #expect(page.status == 200)
      for text in ["1 Century Avenue", "13800138000", "\(it.desk)/parcels\""] { #expect(!page.body.contains(text)) }
      #expect(try await clerk.get("/admin/shipping/slips").status == 403)
      #expect(try await clerk.get("\(it.desk)/address").status == 403)
      #expect(try await it.mei.get("/admin/shipping/slips?order=\(it.order.number)").body.contains("1 Century Avenue"))
      let helper = try await test.staff(of: it.merchant, [.ordersReview, .buyersContact])
      #expect(try await helper.get(it.desk).body.contains("1 Century Avenue"))
      #expect(try await helper.post("\(it.desk)/parcels", [("key", "1"), ("then", "pack")]).status == 403)
      let stranger = try await test.staff(of: try await test.merchant("other"))
      #expect(try await stranger.get(it.desk).status == 404)
      let slips = try await stranger.get("/admin/shipping/slips?order=\(it.order.number)").body
      #expect(!slips.contains("1 Century Avenue"))
    }
  }

  @Test func `goods of many orders are picked by one list, without what is packed`() async throws {
    try await TestShop.run { test in
      let it = try await passed(test)
      let before = try await it.mei.get("/admin/shipping/picklist").body
      for text in ["teapot-red", "<b>2</b>", "teapot-blue", "<b>1</b>", "\(it.order.number) × 2"] {
        #expect(before.contains(text), "\(text)")
      }
      _ = try await it.mei.post("\(it.desk)/parcels", [("key", "1"), ("units.\(it.red.id)", "2"), ("then", "pack")])
      let after = try await it.mei.get("/admin/shipping/picklist?order=\(it.order.number)").body
      #expect(!after.contains("teapot-red") && after.contains("teapot-blue"))
      let slips = try await it.mei.get("/admin/shipping/slips?order=\(it.order.number)").body
      #expect(slips.contains("Parcel 1 of 2") && slips.contains("Parcel 2 of 2"))
    }
  }

  // req: 2.2-5
  @Test func `pushes that are lost are made up for, and false ones are refused`() async throws {
    try await TestShop.run { test in
      let it = try await passed(test)
      _ = try await it.mei.post(
        "\(it.desk)/parcels", [("key", "1"), ("carrier", "yuantong"), ("trackingNumber", "YT1001"), ("then", "send")])
      let parcel = try #require(try await consignment(test, it.order).parcels.first)
      let push = "/logistics/kuaidi100/\(parcel.id)"
      let forged = try await test.browser().post(push, [("param", "{}"), ("sign", String(repeating: "0", count: 32))])
      #expect(forged.status == 403)
      #expect(try await test.browser().post("/logistics/kuaidi100/pcl_1", [("param", "{}")]).status == 404)
      try await followUp(test)
      try await move(test, "YT1001", "3", "Signed for", isSilent: true)
      #expect(try await consignment(test, it.order).parcels.first?.state == .handedOver)
      let later = test.shop.clock.now.adding(.hours(7))
      _ = try await test.shop.contexts.fulfilment.followUp(now: later, limit: 10)
      #expect(try await consignment(test, it.order).isDelivered)
      // The carrier's own word is proof.
      let parts = Browser.parts([("proof", "")])
      let done = try await it.mei.send(
        .POST, "\(it.desk)/complete", body: parts.bytes, headers: ["content-type": parts.type, "origin": test.base])
      #expect(done.status == 303)
      #expect(try await state(test, it.order) == .completed)
    }
  }

  // req: 4.2.3-0
  @Test func `programs read where parcels are`() async throws {
    try await TestShop.run { test in
      let it = try await passed(test)
      _ = try await it.mei.post(
        "\(it.desk)/parcels", [("key", "1"), ("carrier", "yuantong"), ("trackingNumber", "YT1001"), ("then", "send")])
      try await followUp(test)
      try await move(test, "YT1001", "5", "Out for delivery")
      try await eventually { try await consignment(test, it.order).parcels.first?.state == .inTransit }
      let token = try #require(
        try await test.program.post(
          "/sessions", ["email": "lin@example.com", "password": .text(TestShop.password)])["token"]?.text)
      let detail = try await test.program.with(token: token).get("/orders/\(it.order.number)?lang=en")
      let parcel = try #require(detail["parcels"]?.items.first)
      #expect(parcel["carrierName"]?.text == "YTO Express")
      #expect(parcel["state"]?.text == "inTransit")
      #expect(parcel["traces"]?.items.first?["text"]?.text == "Out for delivery")
      #expect(parcel["traces"]?.items.first?["kind"]?.text == "outForDelivery")
      #expect(detail["order"]?["shipment"]?["trackingNumber"]?.text == "YT1001")
    }
  }

  // req: 3.1.3-1
  @Test func `the form of carriers keeps a code that it refuses`() async throws {
    try await TestShop.run { test in
      let desk = try await test.staff(of: nil, [.settingsEdit])
      let refused = try await desk.post(
        "/admin/carriers", [("code", "SF Express"), ("nameEn", "SF"), ("nameZh", "顺丰"), ("isOn", "1")])
      #expect(refused.status == 422 && refused.body.contains("id=\"code-fault\""))
      #expect(refused.body.contains("value=\"SF Express\""))
    }
  }
}
