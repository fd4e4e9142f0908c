import Catalog
import Flows
import Inventory
import Merchants
import Orders
import Payments
import Pricing
import Testing
import Values

/// Two more of the first merchant's goods, in two choices each, that cost freight.
extension BuyingFixture {
  /// - Returns: the choices of each.
  func moreGoods() async throws -> [[VariantID]] {
    let owner = try #require(try await contexts.catalog.variants([variants[0]])[variants[0]]?.merchant)
    let (first, next) = (Money(minor: 600, currency: .cny), Money(minor: 200, currency: .cny))
    try await contexts.pricing.saveFreightTemplate(
      FreightTemplate(
        merchant: owner, name: LocalizedText("Everywhere"),
        zones: [FreightZone(firstGrams: 1000, firstFee: first, nextGrams: 500, nextFee: next, freeFrom: nil)]))
    let category = try await contexts.catalog.saveCategory(
      CategoryDraft(slug: try #require(Slug(rawValue: "tea")), name: LocalizedText("Tea")))
    let location = try await contexts.inventory.location(named: "Main", of: owner)
    var goods: [[VariantID]] = []
    for (name, minor) in [("bowl", 4500), ("tray", 12_300)] as [(String, Int64)] {
      let option = ProductOption(
        name: LocalizedText("Colour"), values: [LocalizedText("Red"), LocalizedText("Blue")])
      let product = try await contexts.catalog.save(
        ProductDraft(
          merchant: owner, handle: try #require(Slug(rawValue: name)),
          content: ProductContent(
            title: LocalizedText(name), introduction: LocalizedText(), category: category.id, brand: nil,
            options: [option], attributes: []),
          variants: [
            VariantDraft(sku: "\(name)-red", choice: [0], weightGrams: 400),
            VariantDraft(sku: "\(name)-blue", choice: [1], weightGrams: 400),
          ], isPublished: true)
      ).product
      let choices = product.variants.map(\.id)
      try await contexts.pricing.setPrices(
        choices.map { PriceChange(variant: $0, price: Price(sale: Money(minor: minor, currency: .cny))) })
      try await contexts.inventory.count(
        choices.map { StockCount(variant: $0, location: location.id, onHand: Self.stock) }, key: name, by: .system)
      goods.append(choices)
    }
    return goods
  }

  /// Ordered, paid and heard of: one of each.
  func inReview(of wanted: [VariantID]) async throws -> Order {
    let order = try #require(try await place(wanted).first)
    _ = try await paid([order])
    try await settle()
    return try #require(try await contexts.orders.order(order.id))
  }

  /// The provider tells of a refund that was begun there.
  func tellRefund(_ number: String, _ amount: Int64, of payment: Payment) async throws {
    let body = "\(payment.id)|\(payment.amount.minor)|\(number)|\(amount)"
    _ = try await contexts.payments.takeNotice(RawNotice(headers: [:], body: Array(body.utf8)), from: provider.method)
  }
}
