import Accounts
import Catalog
import ContextKit
import Flows
import Inventory
import Merchants
import Payments
import Pricing
import Settlement
import Storage
import TestKit
import Values

/// What every world begins with: three merchants, their goods, few of them so that they run out, and two buyers with a little
/// store credit, points, and coupons that they can use. Founded once for all worlds.
struct Town: Sendable {
  struct Buyer: Sendable {
    let account: AccountID
    let address: AddressID
  }

  /// Units of each of the goods.
  static let stock = 4
  /// Of each buyer, in minor units: enough for the cheapest goods, and for a part of all others.
  static let credit: Int64 = 5000
  static let coupons = ["SPRING", "KILN", "FREIGHT"]
  /// When worlds begin: after all that the founding made.
  static let morning = TestClock.start.adding(.days(1))

  let storage: WorldStorage
  let regions: RegionDirectory
  let buyers: [Buyer]
  let variants: [VariantID]
  let staff: Staff

  private static let founded = Task { try await Town() }

  /// With a memory of its own, so that towns can be lived in at once.
  static func open() async throws -> Town {
    let founded = try await Self.founded.value
    return Town(founded, storage: try founded.storage.copied())
  }

  private init(_ founded: Town, storage: WorldStorage) {
    self.storage = storage
    regions = founded.regions
    buyers = founded.buyers
    variants = founded.variants
    staff = founded.staff
  }

  private init() async throws {
    storage = try WorldStorage()
    regions = try RegionDirectory.load()
    let stage = Stage(seed: 0, from: TestClock.start)
    stage.clearUp()
    let shop = SimulatedShop(
      Life(on: stage), storage: storage, houses: [], regions: regions, mutant: nil)
    try await Migrator(SimulatedShop.migrations).run(on: shop.database, now: TestClock.start)
    let rights: Set<StaffRight> = [
      .ordersReview, .ordersShip, .refundsApprove, .paymentsView, .paymentsConfirm, .balanceCredit, .settlementsView,
      .settlementsRun,
    ]
    staff = Staff(
      id: StaffID(raw: 7), email: "an@example.com", name: "An", merchant: nil,
      role: StaffRole(id: StaffRoleID(raw: 1), employer: nil, name: "desk", rights: rights))
    var buyers: [Buyer] = []
    for name in ["lin", "mei"] { buyers.append(try await Self.buyer(name, in: shop.contexts, by: staff.id)) }
    self.buyers = buyers
    var variants: [VariantID] = []
    for (slug, minor) in [("kiln", 8800), ("reed", 4550), ("clay", 1201)] as [(String, Int64)] {
      variants.append(try await Self.goods(of: slug, minor: minor, in: shop.contexts))
    }
    self.variants = variants
    try await Self.agree(shop.contexts, by: staff.id)
    // Nobody waits to hear of the founding.
    try await shop.database.write { _ = try $0.execute("DELETE FROM outbox") }
  }

  /// Coupons, commission, and books that begin here.
  private static func agree(_ contexts: Contexts, by staff: StaffID) async throws {
    let kiln = try await contexts.merchants.merchants().first { $0.slug.rawValue == "kiln" }?.id
    let drafts: [(OfferBenefit, MerchantID?)] = [
      (.amountOff(Money(minor: 1000, currency: .cny)), nil), (.percentOff(20), kiln), (.freeFreight, nil),
    ]
    for (code, (benefit, merchant)) in zip(coupons, drafts) {
      let draft = CouponDraft(
        code: code, name: LocalizedText(en: code, zhHans: code), benefit: benefit, minimum: .zero(.cny),
        startsAt: TestClock.start, endsAt: TestClock.start.adding(.days(60)), mostUses: 3, mostUsesEach: 2)
      _ = try await contexts.coupons.add(draft, for: merchant, by: .staff(staff))
    }
    _ = try await contexts.settlement.make(
      CommissionDraft(
        merchant: nil, category: nil, rate: BasisPoints(rawValue: 550), from: ShopDay(TestClock.start)),
      by: .staff(staff))
    try await contexts.settlement.keep(SettlementWalk(isThrough: true))
    // What the buyers were given is an opening entry.
    while try await KeepBooks(contexts, logger: TestContexts.quiet).catchUpBuyers() {}
    try await RebuildFigures(contexts).run()
  }

  private static func buyer(_ name: String, in contexts: Contexts, by staff: StaffID) async throws -> Buyer {
    let account = try await contexts.accounts.register(
      Registration(email: "\(name)@example.com", password: "correct horse", name: name, language: .en))
    let address = try await contexts.accounts.addAddress(
      AddressDraft(recipient: name, phone: "13800138000", region: "310115", street: "1 Century Avenue"),
      to: account.id)
    _ = try await contexts.payments.credit(
      BalanceCredit(
        key: name, account: account.id, amount: Money(minor: credit, currency: .cny), reason: "Welcome"),
      by: staff)
    _ = try await contexts.points.adjust(600, of: account.id, note: "Welcome", key: name, by: .staff(staff))
    return Buyer(account: account.id, address: address.id)
  }

  private static func goods(of slug: String, minor: Int64, in contexts: Contexts) async throws -> VariantID {
    let name = LocalizedText(en: slug, zhHans: slug)
    guard let handle = Slug(rawValue: slug), let tea = Slug(rawValue: "tea") else {
      throw CatalogRefusal.unknownProduct
    }
    let merchant = try await contexts.merchants.open(
      MerchantDraft(slug: handle, name: name, email: "\(slug)@example.com"))
    let (first, next) = (Money(minor: 600, currency: .cny), Money(minor: 200, currency: .cny))
    try await contexts.pricing.saveFreightTemplate(
      FreightTemplate(
        merchant: merchant.id, name: name,
        zones: [FreightZone(firstGrams: 1000, firstFee: first, nextGrams: 1000, nextFee: next, freeFrom: nil)]))
    let category = try await contexts.catalog.saveCategory(CategoryDraft(slug: tea, name: name))
    let product = try await contexts.catalog.save(
      ProductDraft(
        merchant: merchant.id, handle: handle,
        content: ProductContent(
          title: name, introduction: LocalizedText(), category: category.id, brand: nil, options: [], attributes: []),
        variants: [VariantDraft(sku: slug, choice: [], weightGrams: 400)], isPublished: true)
    ).product
    let variant = product.variants[0].id
    let location = try await contexts.inventory.location(named: "Main", of: merchant.id)
    try await contexts.pricing.setPrices([
      PriceChange(variant: variant, price: Price(sale: Money(minor: minor, currency: .cny)))
    ])
    try await contexts.inventory.count(
      [StockCount(variant: variant, location: location.id, onHand: stock)], key: slug, by: .system)
    return variant
  }
}
