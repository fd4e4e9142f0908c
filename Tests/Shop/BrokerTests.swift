import Catalog
import Events
import EventsRabbitMQ
import Flows
import Foundation
import Inventory
import Jobs
import Logging
import Orders
import Pricing
import Reviews
import Search
import TestKit
import Testing
import Values

@testable import App

/// The whole shop over a broker.
@Suite struct BrokerTests {
  // req: 3.1.3-3 3.3.5-3
  @Test func `of two processes, both show what one changes, and the buyer has a letter`() async throws {
    let broker = try await RabbitMQServer.shared.url()
    try await TestShop.run(["--events-broker", broker]) { test in
      let product = try await test.product(of: try await test.merchant())
      let other = try await Shop.build(test.settings, theme: test.shop.theme, logger: Logger(label: "other"))
      _ = try ShopServer(other)
      try await other.bus.start { try await other.load() }
      let variant = product.variants[0].id
      #expect(try await other.contexts.catalog.products([product.id])[product.id]?.content.title.en == "Clay teapot")
      #expect(try await other.contexts.pricing.prices(of: [variant], in: .main)[variant]?.sale == test.yuan("88.00"))
      let freight = try #require(try await other.contexts.pricing.freightTemplate(of: product.merchant))
      #expect(try await other.contexts.reviews.summaries(of: [product.id])[product.id]?.count ?? 0 == 0)

      var content = product.content
      content.title = LocalizedText(en: "Iron kettle", zhHans: "铁壶")
      _ = try await test.shop.contexts.catalog.save(
        ProductDraft(
          merchant: product.merchant, handle: product.handle, content: content,
          variants: product.variants.map {
            VariantDraft(sku: $0.sku, choice: $0.choice, weightGrams: $0.weightGrams)
          }, isPublished: true))
      try await test.shop.contexts.pricing.setPrices([
        PriceChange(variant: variant, price: Price(sale: try test.yuan("77.00")))
      ])
      try await eventually("the other process sells the kettle") {
        let found = try await other.contexts.search.search(SearchQuery(text: "kettle", language: .en)).cards.first
        let title = try await other.contexts.catalog.products([product.id])[product.id]?.content.title.en
        let price = try await other.contexts.pricing.prices(of: [variant], in: .main)[variant]?.sale
        return try found?.figures.price == test.yuan("77.00") && title == "Iron kettle" && price == test.yuan("77.00")
      }

      let renamed = FreightTemplate(
        merchant: freight.merchant, name: LocalizedText(en: "By cart", zhHans: "马车"), zones: freight.zones)
      try await test.shop.contexts.pricing.saveFreightTemplate(renamed)
      _ = try await test.shop.contexts.reviews.write(
        ReviewDraft(
          line: test.shop.ids.next(), product: product.id, author: test.shop.ids.next(), authorName: "Lin", stars: 5,
          text: "Boils."))
      try await eventually("the other process knows the freight and the review") {
        let template = try await other.contexts.pricing.freightTemplate(of: product.merchant)
        let summary = try await other.contexts.reviews.summaries(of: [product.id])[product.id]
        return template == renamed && summary?.count == 1
      }

      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let letter = test.settings.mailFolder.appending(path: "order-placed-\(order.id).eml").path
      try await eventually("the order is confirmed by letter") { FileManager.default.fileExists(atPath: letter) }
      try await eventually("what waits for subscribers is told") {
        try await test.browser().get("/metrics").body.contains(
          #"martlet_queue_waiting{part="shop",subscriber="letters.whenOrderPlaced"} 0"#)
      }
      try await other.close()
    }
  }

  // req: 3.3.4-1 3.3.6-3
  @Test func `a payment that comes while the broker is away pays its order, and its event does nothing more`()
    async throws
  {
    let broker = try RabbitMQServer()
    try await broker.start()
    try await TestShop.run(["--events-broker", broker.url()]) { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let cashier = try #require(
        try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")]).location)
      try await test.settle()
      let jobs = Task { await test.shop.jobs.run() }
      try await broker.stop()
      _ = try await test.browser().post(cashier + "/pay")
      try await eventually("the order is paid", within: .seconds(120)) {
        try await test.shop.contexts.orders.order(order.id)?.state == .awaitingReview
      }
      #expect(try await test.shop.relay.lag().count > 0, "the event waits")

      try await broker.start()
      let letter = test.settings.mailFolder.appending(path: "order-paid-\(order.id).eml").path
      try await eventually("the letter comes when the broker is back", within: .seconds(120)) {
        FileManager.default.fileExists(atPath: letter)
      }
      try await test.settle()
      jobs.cancel()
      await jobs.value
      let timeline = try await test.shop.contexts.orders.timeline(of: order.id)
      #expect(timeline.count { $0.kind == .paid } == 1)
      #expect(try await test.shop.audit().isEmpty)
    }
    try await broker.stop()
    broker.clear()
  }

  @Test func `a broker that can't be used stops the start with one sentence that says what to do`() async throws {
    let port = try freePort()
    try await TestShop.run { test in
      var settings = test.settings
      settings.broker = BrokerAddress("amqp://shop:s3cret@127.0.0.1:\(port)/shop")
      let shop = try await Shop.build(settings, theme: test.shop.theme, logger: Logger(label: "other"))
      let fault = await #expect(throws: BrokerFault.self) { try await shop.bus.start() }
      let sentence = fault?.description ?? ""
      #expect(sentence.hasPrefix("setting events.broker: nobody answers at 127.0.0.1:\(port)"))
      #expect(sentence.contains("start RabbitMQ there or correct the address") && !sentence.contains("s3cret"))
      try await shop.close()
      let serving = try await martlet(
        ["serve", "--home-folder", TestShop.packageFolder.path] + test.dataArguments
          + ["--events-broker", "amqp://shop:s3cret@127.0.0.1:\(port)/shop", "--http-port", "\(try freePort())"])
      #expect(serving.status == 1, "it may be there later")
    }
    for text in ["amqp://u:s3cret@h/a/b", "http://u:s3cret@h", "s3cret"] {
      let fault = await #expect(throws: SettingFault.self) {
        _ = try await Settings(arguments: ["--events-broker", text], environment: [:])
      }
      #expect(fault?.description.contains("s3cret") == false)
      #expect(fault?.description.hasPrefix("setting events.broker:") == true)
    }
  }
}
