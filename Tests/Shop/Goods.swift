import Accounts
import Catalog
import Flows
import Inventory
import Merchants
import Pricing
import Testing
import Values
@testable import App

/// Goods, people and freight for tests, through the contracts.
extension TestShop {
  static let password = "correct horse"

  func merchant(_ slug: String = "kiln", freight: String = "6.00") async throws -> Merchant {
    let merchant = try await shop.contexts.merchants.open(
      MerchantDraft(
        slug: try #require(Slug(rawValue: slug)), name: LocalizedText(en: "Kiln \(slug)", zhHans: "窑 \(slug)"),
        email: "\(slug)@example.com"))
    try await shop.contexts.pricing.saveFreightTemplate(
      FreightTemplate(
        merchant: merchant.id, name: merchant.name,
        zones: [
          FreightZone(
            firstGrams: 1000, firstFee: try yuan(freight), nextGrams: 1000, nextFee: try yuan("2.00"),
            freeFrom: try yuan("1000.00"))
        ]))
    return merchant
  }

  func yuan(_ text: String) throws -> Money { try #require(Money(decimalText: text, currency: .cny)) }

  /// A product with two variants, red and blue, findable at once.
  func product(
    of merchant: Merchant, _ handle: String = "teapot",
    title: LocalizedText = LocalizedText(en: "Clay teapot", zhHans: "紫砂茶壶"),
    price: String = "88.00", stock: Int = 50, isPublished: Bool = true
  ) async throws -> Product {
    let contexts = shop.contexts
    let category = try await contexts.catalog.saveCategory(
      CategoryDraft(slug: try #require(Slug(rawValue: "tea")), name: LocalizedText(en: "Tea", zhHans: "茶具")))
    let brand = try await contexts.catalog.brand(named: "Riverlight")
    let product = try await contexts.catalog.save(
      ProductDraft(
        merchant: merchant.id, handle: try #require(Slug(rawValue: handle)),
        content: ProductContent(
          title: title, introduction: LocalizedText(en: "<p>Thrown by hand.</p>", zhHans: "<p>手工拉坯。</p>"),
          category: category.id, brand: brand.id,
          options: [
            ProductOption(
              name: LocalizedText(en: "Colour", zhHans: "颜色"),
              values: [LocalizedText(en: "Red", zhHans: "红"), LocalizedText(en: "Blue", zhHans: "蓝")])
          ],
          attributes: [
            ProductAttribute(name: LocalizedText(en: "Volume", zhHans: "容量"), value: .number("350", unit: "ml"))
          ]),
        variants: [
          VariantDraft(sku: "\(handle)-red", choice: [0], weightGrams: 400),
          VariantDraft(sku: "\(handle)-blue", choice: [1], weightGrams: 400),
        ], isPublished: isPublished)
    ).product
    let location = try await contexts.inventory.location(named: "Main", of: merchant.id)
    try await contexts.pricing.setPrices(
      product.variants.map { PriceChange(variant: $0.id, price: Price(sale: try yuan(price))) })
    try await contexts.inventory.count(
      product.variants.map { StockCount(variant: $0.id, location: location.id, onHand: stock) },
      key: "first/\(product.id)",
      by: .system)
    try await settle()
    return product
  }

  /// A product of one variant that is made of something.
  func pot(
    of merchant: Merchant, _ handle: String, material: LocalizedText, price: String = "88.00"
  ) async throws -> Product {
    let contexts = shop.contexts
    let category = try await contexts.catalog.saveCategory(
      CategoryDraft(slug: try #require(Slug(rawValue: "pots")), name: LocalizedText(en: "Pots", zhHans: "壶")))
    let product = try await contexts.catalog.save(
      ProductDraft(
        merchant: merchant.id, handle: try #require(Slug(rawValue: handle)),
        content: ProductContent(
          title: LocalizedText(en: "\(material.en) pot", zhHans: "\(material.zhHans)壶"), category: category.id,
          attributes: [
            ProductAttribute(name: LocalizedText(en: "Material", zhHans: "材质"), value: .text(material))
          ]),
        variants: [VariantDraft(sku: handle, choice: [], weightGrams: 400)], isPublished: true)
    ).product
    let location = try await contexts.inventory.location(named: "Main", of: merchant.id)
    try await contexts.pricing.setPrices(
      product.variants.map { PriceChange(variant: $0.id, price: Price(sale: try yuan(price))) })
    try await contexts.inventory.count(
      product.variants.map { StockCount(variant: $0.id, location: location.id, onHand: 5) },
      key: "first/\(product.id)", by: .system)
    try await settle()
    return product
  }

  /// A visitor who has registered, logged in and has an address.
  func buyer(
    _ name: String = "lin", language: Language = .en
  ) async throws -> (browser: Browser, account: Account, address: Address) {
    let account = try await shop.contexts.accounts.register(
      Registration(email: "\(name)@example.com", password: Self.password, name: name, language: language))
    let address = try await shop.contexts.accounts.addAddress(
      AddressDraft(recipient: name, phone: "13800138000", region: "310115", street: "1 Century Avenue"), to: account.id)
    let browser = browser()
    let answer = try await browser.post("/login", [("email", account.email), ("password", Self.password)])
    try #require(answer.status == 303)
    return (browser, account, address)
  }
}
