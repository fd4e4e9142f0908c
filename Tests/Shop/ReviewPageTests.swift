import Accounts
import Catalog
import Flows
import Foundation
import NIOHTTP1
import Orders
import Payments
import Reviews
import Testing
import Values

@testable import App

/// The review of a bought line, over HTTP.
@Suite struct ReviewPageTests {
  /// A PNG as far as its parts go, with a place among them.
  private static let png: [UInt8] =
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", SmallPicture.size)
    + chunk("tEXt", Array("GPS 31.2304N".utf8)) + chunk("IDAT", [1]) + chunk("IEND", [])
  /// The same of a JPEG.
  private static let jpg: [UInt8] =
    [0xFF, 0xD8] + [0xFF, 0xE1, 0, 20] + Array("Exif\u{0}\u{0}GPS 31.2304N".utf8) + [
      0xFF, 0xDA, 0, 2, 1, 2, 0xFF, 0xD9,
    ]

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    [0, 0, 0, UInt8(content.count)] + Array(name.utf8) + content + [9, 9, 9, 9]
  }

  @Test func `pictures of a review don't tell where they were taken`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.completedOrder(product, by: browser, account: account, address: address)
      let path = "/orders/\(order.number)/review/\(try #require(order.lines.first).id)"
      let broken = try await browser.review(path, [("stars", "5"), ("text", "Hm")], pictures: [Self.jpg.dropLast(9)])
      #expect(broken.status == 422)
      #expect(broken.body.contains("class=\"fault\""))
      let sent = try await browser.review(path, [("stars", "5"), ("text", "Fine")], pictures: [Self.jpg, Self.png])
      #expect(sent.status == 303)
      let pictures = try #require(
        try await test.shop.contexts.reviews.reviews(of: product.id, stars: nil, PageRequest()).items.first
      ).pictures
      #expect(pictures.count == 2)
      for picture in pictures {
        let answer = try await browser.get("/media/\(picture)")
        #expect(answer.status == 200)
        #expect(!answer.body.isEmpty)
        #expect(!answer.body.contains("GPS"))
      }
    }
  }

  // req: 3.3.2-3
  @Test func `a buyer reviews a completed order once, with a picture that the product then shows`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.completedOrder(product, by: browser, account: account, address: address)
      let line = try #require(order.lines.first)
      let path = "/orders/\(order.number)/review/\(line.id)"
      #expect(try await browser.get("/orders/\(order.number)").body.contains(path))
      let form = try await browser.get(path)
      #expect(form.status == 200)
      #expect(form.body.contains("Clay teapot"))

      let sent = try await browser.review(
        path, [("stars", "5"), ("text", "Pours well.\r\n<script>好</script>")], pictures: [Self.png, Self.png])
      #expect(sent.status == 303)
      #expect(sent.location == "/orders/\(order.number)")
      let review = try #require(
        try await test.shop.contexts.reviews.reviews(of: product.id, stars: nil, PageRequest()).items.first)
      #expect(review.stars == 5)
      #expect(review.text == "Pours well.\n<script>好</script>")
      #expect(review.pictures.count == 1)
      try await test.settle()
      let page = try await browser.visit("/products/\(product.id)")
      #expect(page.body.contains("Pours well."))
      #expect(!page.body.contains("<script>好"))
      let picture = try #require(review.pictures.first)
      #expect(page.body.contains("/media/\(picture)"))
      #expect(try await browser.get("/media/\(picture)").status == 200)

      let again = try await browser.review(path, [("stars", "1"), ("text", "Again")], pictures: [])
      #expect(again.location == "/orders/\(order.number)")
      #expect(try await test.shop.contexts.reviews.summaries(of: [product.id])[product.id]?.count == 1)
      #expect(try await browser.get(path).status == 303)
    }
  }

  @Test func `a faulty review is said beside its fields, keeps what was typed and stores nothing`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.completedOrder(product, by: browser, account: account, address: address)
      let path = "/orders/\(order.number)/review/\(try #require(order.lines.first).id)"
      let svg = Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8)
      let cases: [([(String, String)], [[UInt8]])] = [
        ([], []), ([("stars", "4"), ("text", " \u{200B} ")], []), ([("stars", "6"), ("text", "kept words")], []),
        ([("stars", "-9223372036854775809"), ("text", "kept words")], []),
        ([("stars", "4"), ("text", String(repeating: "长", count: 2001))], []),
        ([("stars", "4"), ("text", "kept words \u{202E}")], []), ([("stars", "4"), ("text", "kept words")], [svg]),
        ([("stars", "4"), ("text", "kept words")], Array(repeating: Self.png, count: 7)),
        ([("stars", "4"), ("text", "kept words")], [Self.png + Array(repeating: 0, count: 5 << 20)]),
      ]
      for (fields, pictures) in cases {
        let answer = try await browser.review(path, fields, pictures: pictures)
        #expect(answer.status == 422)
        #expect(answer.body.contains("class=\"fault\""))
        if fields.last?.1.hasPrefix("kept") == true { #expect(answer.body.contains("kept words")) }
      }
      let large = try await browser.review(
        path, [("stars", "4")], pictures: Array(repeating: Self.png + Array(repeating: 0, count: 4 << 20), count: 6))
      #expect(large.status == 413)
      #expect(try await browser.post(path, [("stars", "4"), ("text", "x")]).status == 415)
      #expect(try await test.shop.contexts.reviews.summaries(of: [product.id])[product.id]?.count ?? 0 == 0)
    }
  }

  @Test func `nobody reviews what is another's, what is on its way, or without logging in`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let path = "/orders/\(order.number)/review/\(try #require(order.lines.first).id)"
      #expect(try await browser.get(path).location == "/orders/\(order.number)")
      let early = try await browser.review(path, [("stars", "5"), ("text", "Early")], pictures: [])
      #expect(early.location == "/orders/\(order.number)")
      let other = try await test.buyer("mei").browser
      #expect(try await other.get(path).status == 404)
      #expect(try await other.review(path, [("stars", "5"), ("text", "Mine")], pictures: []).status == 404)
      #expect(try await browser.get("/orders/\(order.number)/review/999").status == 404)
      let guest = test.browser()
      #expect(try await guest.get(path).location == "/login?to=\(path)")
      #expect(try await guest.review(path, [("stars", "5"), ("text", "Who")], pictures: []).status == 303)
      #expect(try await test.shop.contexts.reviews.summaries(of: [product.id])[product.id]?.count ?? 0 == 0)
    }
  }
}

extension Browser {
  /// Posts the form of a review as a browser does: in parts.
  func review(_ path: String, _ fields: [(String, String)], pictures: [[UInt8]]) async throws -> Answer {
    var body: [UInt8] = []
    for (name, value) in fields {
      body += Array("--parts\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    for picture in pictures {
      body += Array("--parts\r\nContent-Disposition: form-data; name=\"pictures\"; filename=\"p.png\"\r\n\r\n".utf8)
      body += picture + Array("\r\n".utf8)
    }
    body += Array("--parts--\r\n".utf8)
    return try await send(
      .POST, path, body: body, headers: ["content-type": "multipart/form-data; boundary=parts", "origin": base])
  }
}

extension TestShop {
  /// An order that was paid, shipped and received.
  func completedOrder(
    _ product: Product, by browser: Browser, account: Account, address: Address
  ) async throws -> Order {
    let order = try await placedOrder(product, by: browser, account: account, address: address)
    let cashier = try #require(try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")]).location)
    let result = try #require(try await self.browser().post(cashier + "/pay").location)
    _ = try await browser.get(result)
    try await settle()
    let orders = shop.contexts.orders
    let staff = StaffID(raw: 1)
    if try await orders.order(order.id)?.state == .awaitingReview {
      _ = try await orders.pass(order.id, by: staff, note: "")
    }
    _ = try await orders.ship(order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF12345678"), by: staff)
    let received = try await browser.post("/orders/\(order.number)/receipt")
    try #require(received.status == 303)
    let completed = try #require(try await orders.order(order.id))
    try #require(completed.state == .completed)
    return completed
  }
}
