import Accounts
import Catalog
import Events
import Files
import Flows
import Foundation
import NIOCore
import NIOHTTP1
import Orders
import Payments
import Storage
import TestKit
import Testing
import Values

@testable import App

/// What buyers see while a dependency is away, in the words of docs/governance.md. `Dependency` says what proves the rest.
@Suite struct FallbackTests {
  // req: 3.3.6-3
  @Test func `without its database the shop shows what is in memory, and says so elsewhere`() async throws {
    let words = try Dependency.embedded.words()
    let outage = Outage()
    try await TestShop.run(outage: outage) { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, _, _) = try await test.buyer()
      #expect(try await test.browser().get("/c/tea").status == 200)
      try await test.settle()
      let books = try await test.books()
      outage.begin()
      let list = try await test.browser().get("/c/tea")
      #expect(list.status == 200 && list.body.contains("Clay teapot"))
      let refused = try await browser.post(
        "/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
      expectRefusal(refused, "cart")
      for sentence in words { #expect(refused.says(sentence), "\(refused.body)") }
      outage.end()
      #expect(try await test.books() == books, "nothing half done")
    }
  }

  // req: 3.3.6-3
  @Test func `without the payment provider an order is placed and kept`() async throws {
    let words = try Dependency.provider.words()
    try await TestShop.run(["--sandbox-url", "http://127.0.0.1:\(try freePort())"]) { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let refused = try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")])
      #expect(refused.status == 503)
      for sentence in words { #expect(refused.says(sentence), "\(refused.body)") }
      #expect(try await test.shop.contexts.orders.order(order.id)?.state == .awaitingPayment)
    }
  }

  // req: 3.3.6-3
  @Test func `while notices are lost the buyer reads how the payment stands`() async throws {
    let words = try Dependency.notices.words()
    try #require(words.count == 2)
    try await TestShop.run { test in
      let bought = try await test.handedOver()
      try await test.setFaults(#"{"loseNotices":100000}"#)
      let result = "/checkout/result/\(bought.payment)"
      #expect(try await bought.browser.get(result).says(words[0]))
      _ = try await test.browser().post(bought.cashier + "/pay")
      #expect(try await bought.browser.get(result).says(words[1]))
      try await test.settle()
      #expect(try await test.shop.contexts.orders.order(bought.order.id)?.state == .awaitingReview)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 3.3.6-3
  @Test func `while search isn't fed, lists are those of the last fact that arrived`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      try await test.settle()
      try await test.shop.database.write { transaction in
        _ = try transaction.execute(TestEngine.current.refuse("INSERT", on: "search_document"))
      }
      var draft = ProductDraft(of: product)
      draft.content.title = LocalizedText(en: "Iron kettle", zhHans: "铁壶")
      _ = try await test.shop.contexts.catalog.save(draft)
      try await eventually("search has given the fact up for now") {
        try await test.hasGivenUp("search.whenGoodsChanged")
      }
      for page in ["/c/tea", "/search?q=teapot"] {
        let answer = try await test.browser().get(page)
        #expect(answer.status == 200 && answer.body.contains("Clay teapot"), "\(page)")
        #expect(!answer.body.contains("Iron kettle"), "\(page)")
      }
      try await test.shop.database.write { _ = try $0.execute("DROP TRIGGER broken") }
      try await eventually("the feed follows", within: .seconds(120)) {
        try await test.browser().get("/c/tea").body.contains("Iron kettle")
      }
    }
  }

  // req: 3.3.6-3
  @Test func `a letter that can't be sent comes later, and the order centre says the same`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      try await test.settle()
      let folder = test.settings.mailFolder
      // Where letters go there is a file: none can be written.
      try? FileManager.default.removeItem(at: folder)
      try Data().write(to: folder)
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      try await eventually("the letter was tried, and given up for now") {
        try await test.hasGivenUp("letters.whenOrderPlaced")
      }
      let page = try await browser.get("/orders/\(order.number)")
      #expect(page.status == 200 && page.body.contains("¥94.00") && page.says("Awaiting payment"))
      try FileManager.default.removeItem(at: folder)
      try await eventually("the letter comes when letters can be written") {
        // It is replayed by and by; an operator doesn't wait for it.
        for letter in try await test.shop.letters.letters().items {
          try? await test.shop.letters.replay(letter.envelope.id, for: letter.subscriber)
        }
        return (try? test.plainLetter("order-placed", of: order))?.contains("\(order.number)") == true
      }
    }
  }

  // req: 3.3.6-3
  @Test func `a picture that can't be fetched is drawn`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      var draft = ProductDraft(of: product)
      let source = "http://pictures.invalid:\(try freePort())/teapot.png"
      draft.pictures = [PictureDraft(source: source)]
      _ = try await test.shop.contexts.catalog.save(draft)
      // Nobody listens where the host is found, which counts as public here, so that it is asked.
      let found = try SocketAddress(ipAddress: "127.0.0.1", port: 80)
      let fetcher = PublicPictureFetcher(resolve: { _, _ in [found] }, isAllowed: { _ in true })
      let fault = await #expect(throws: (any Error).self) { try await fetcher.fetch(source) }
      #expect(!(fault is PictureFetchFault), "none of what is refused unasked")
      let files = test.shop.files
      let fetch = FetchPictures(catalog: test.shop.contexts.catalog, fetcher: fetcher) {
        try await files.put($0, fileExtension: $1)
      }
      #expect(try await fetch.run().failed == 1)
      let drawn = "/pictures/\(product.id).svg"
      #expect(try await test.browser().get("/products/\(product.id)/teapot").body.contains(drawn))
      let picture = try await test.browser().get(drawn)
      #expect(picture.status == 200 && picture.body.hasPrefix("<svg"))
    }
  }
}

extension TestShop {
  /// Whether a letter says that the subscriber couldn't follow a fact, after all its attempts.
  fileprivate func hasGivenUp(_ subscriber: String) async throws -> Bool {
    try await shop.letters.letters().items.contains { $0.subscriber == subscriber }
  }
}

extension Browser.Answer {
  /// Whether the page holds the sentence, as a reader sees it.
  func says(_ sentence: String) -> Bool { body.replacing("&#39;", with: "'").contains(sentence) }
}

extension ProductDraft {
  /// What the product is, to be changed. Without its pictures.
  fileprivate init(of product: Product) {
    self.init(
      merchant: product.merchant, handle: product.handle, content: product.content,
      variants: product.variants.map { VariantDraft(sku: $0.sku, choice: $0.choice, weightGrams: $0.weightGrams) },
      isPublished: true)
  }
}
