import Accounts
import Catalog
import Files
import Flows
import Foundation
import Inventory
import Merchants
import Pricing
import Reviews
import Search
import Settlement
import Values

/// Fills an empty shop from the files in `Demo/`: the same goods, prices, stock and reviews every time. Each step may be
/// repeated, so that one who was interrupted goes on where it stopped; a mark in the data folder, written last, says that
/// all is there. With a past, the days of it are played in the shop as well (`DemoDays`); they aren't repeated, and a shop
/// in which they were interrupted goes on with those that there were.
struct DemoShop {
  static let customerEmail = "lin@example.com"
  static let staffEmail = "staff@example.com"
  static let password = "martlet-demo"

  enum Outcome {
    case filled
    case wasFilled
    /// The shop sells something else, and stays as it is.
    case notOurs
  }

  private enum Mark: String {
    case begun
    case playing
    case filled
  }

  private let shop: Shop
  private let folder: URL
  private let past: DemoPast?
  private let markFile: URL
  /// A fixed moment would make reviews older with every year.
  private let now: Timestamp

  init(_ shop: Shop, folder: URL) { self.init(shop, nil, folder: folder) }

  init(_ past: DemoPast, folder: URL) { self.init(past.shop, past, folder: folder) }

  private init(_ shop: Shop, _ past: DemoPast?, folder: URL) {
    self.shop = shop
    self.folder = folder
    self.past = past
    markFile = shop.settings.dataFolder.appending(path: "demo.mark")
    now = past?.now ?? shop.clock.now
  }

  /// Whether `fill` would do anything, and else what it would answer.
  func standing() async throws -> Outcome? {
    switch mark {
    case .filled: .wasFilled
    case .begun, .playing: nil
    case nil: try await shop.contexts.merchants.merchants().isEmpty ? nil : .notOurs
    }
  }

  /// So that statements have something to show. Whoever was interrupted goes on with those that aren't there.
  private func takeCommission(_ merchants: [String: Merchant], _ categories: [String: CategoryID]) async throws {
    let settlement = shop.contexts.settlement
    let known = try await settlement.rules(PageRequest(limit: 100)).items
    for entry in try read([DemoCommission].self, "commissions.json") {
      let draft = try entry.draft(merchants, categories, today: ShopDay(shop.clock.now))
      guard !known.contains(where: { $0.merchant == draft.merchant && $0.category == draft.category }) else { continue }
      _ = try await settlement.make(draft, by: .system)
    }
  }

  func fill() async throws -> Outcome {
    if let standing = try await standing() { return standing }
    let wasPlaying = mark == .playing
    if !wasPlaying { try set(.begun) }
    let pictures = try await storePictures()
    var merchants: [String: Merchant] = [:]
    var locations: [String: [LocationID]] = [:]
    for entry in try read([DemoMerchant].self, "merchants.json") {
      let merchant = try await merchant(entry)
      merchants[entry.slug] = merchant
      try await shop.contexts.pricing.saveFreightTemplate(
        entry.freight.template(of: merchant, currency: shop.settings.currency))
      for name in entry.warehouses {
        locations[entry.slug, default: []].append(
          try await shop.contexts.inventory.location(named: name, of: merchant.id).id)
      }
    }
    let categories = try await fillCategories(pictures)
    try await takeCommission(merchants, categories)
    let products = try await fillProducts(pictures, merchants, locations, categories)
    try await fillPeople(merchants)
    try await fillCoupons(merchants)
    try await fillReviews(products)
    try await DemoContent(shop.contexts.content, pictures: pictures).fill(
      banners: read([DemoBanner].self, "home.json"), entries: read([DemoEntry].self, "content.json"),
      menus: read([DemoMenu].self, "menus.json"))
    if let past, !wasPlaying { try await play(past, Array(merchants.values), products) }
    try await fillComing(products)
    try await fillApplications()
    // Letters of these days aren't left for the shop to send when it opens.
    try await past?.settle()
    try await shop.feedSearch.rebuild()
    try set(.filled)
    return .filled
  }

  private func play(_ past: DemoPast, _ merchants: [Merchant], _ products: [String: Product]) async throws {
    let days = try DemoDays(
      past, folder: folder, merchants: merchants, products: products.sorted { $0.key < $1.key }.map(\.value))
    // What people search for in these days is looked up; questions without finds count once the catalogue is read in.
    try await shop.feedSearch.rebuild()
    try await shop.search.noteCatalogue()
    try set(.playing)
    try await days.play()
  }

  private var mark: Mark? { (try? String(contentsOf: markFile, encoding: .utf8)).flatMap(Mark.init) }

  private func set(_ mark: Mark) throws {
    // Where the data is on a server, nothing has made the folder yet.
    try FileManager.default.createDirectory(
      at: markFile.deletingLastPathComponent(), withIntermediateDirectories: true)
    try mark.rawValue.write(to: markFile, atomically: true, encoding: .utf8)
  }

  private func merchant(_ entry: DemoMerchant) async throws -> Merchant {
    let draft = try entry.draft()
    if let known = try await shop.contexts.merchants.merchant(slug: draft.slug) { return known }
    return try await shop.contexts.merchants.open(draft)
  }

  private func storePictures() async throws -> [String: FileKey] {
    var keys: [String: FileKey] = [:]
    let files = try FileManager.default.contentsOfDirectory(
      at: folder.appending(path: "pictures"), includingPropertiesForKeys: nil)
    for file in files.sorted(by: { $0.path < $1.path }) where file.pathExtension == "svg" {
      keys[file.lastPathComponent] = try await shop.files.put(
        [UInt8](try Data(contentsOf: file)), fileExtension: "svg")
    }
    return keys
  }

  private func fillCategories(_ pictures: [String: FileKey]) async throws -> [String: CategoryID] {
    var ids: [String: CategoryID] = [:]
    for entry in try read([DemoCategory].self, "categories.json") {
      guard let slug = Slug(rawValue: entry.slug) else { throw DemoFault.unusable("category \(entry.slug)") }
      ids[entry.slug] = try await shop.contexts.catalog.saveCategory(
        CategoryDraft(
          slug: slug, name: entry.name, parent: entry.parent.flatMap { ids[$0] }, position: entry.position,
          picture: entry.picture.flatMap { pictures[$0] })
      ).id
    }
    return ids
  }

  private func fillProducts(
    _ pictures: [String: FileKey], _ merchants: [String: Merchant], _ locations: [String: [LocationID]],
    _ categories: [String: CategoryID]
  ) async throws -> [String: Product] {
    var products: [String: Product] = [:]
    for entry in try mixedProducts() {
      guard let merchant = merchants[entry.merchant] else { throw DemoFault.unusable("merchant \(entry.merchant)") }
      let brand = try await shop.contexts.catalog.brand(named: entry.brand)
      let draft = try entry.draft(
        merchant: merchant.id, category: categories[entry.category], brand: brand.id, pictures: pictures)
      let product = try await shop.contexts.catalog.save(draft).product
      try await price(product, entry)
      try await stock(product, entry, at: locations[entry.merchant] ?? [])
      products["\(entry.merchant)/\(entry.handle)"] = product
    }
    return products
  }

  /// Coupons that run, and some points for the one who looks around.
  private func fillCoupons(_ merchants: [String: Merchant]) async throws {
    let coupons = shop.contexts.coupons
    for entry in try read([DemoCoupon].self, "coupons.json") {
      do {
        _ = try await coupons.add(
          try entry.draft(now: now, currency: shop.settings.currency),
          for: entry.merchant.flatMap { merchants[$0]?.id },
          by: .system)
      } catch let faults as FieldFaults where faults.faults.allSatisfy({ $0.code == "taken" }) {}
    }
    guard shop.settings.points.terms.areOn else { return }
    _ = try await shop.contexts.points.adjust(
      1200, of: customer(), note: "欢迎光临 · Welcome", key: "demo", by: .system)
  }

  /// What staff find at their desk beside what is in the shop.
  private func fillComing(_ products: [String: Product]) async throws {
    let (catalog, pricing) = (shop.contexts.catalog, shop.contexts.pricing)
    for entry in try read([DemoComing].self, "coming.json") {
      guard let like = products[entry.like] else { throw DemoFault.unusable("product like \(entry.like)") }
      let made = try await catalog.save(try entry.draft(after: like)).product
      let prices = try await pricing.prices(of: like.variants.map(\.id), in: .main)
      try await pricing.setPrices(
        zip(made.variants, like.variants).compactMap { variant, other in
          prices[other.id].map { PriceChange(variant: variant.id, price: $0) }
        })
      guard made.publication.state == .draft, entry.state != "draft" else { continue }
      if entry.state == "scheduled" {
        let time = PublicationMove.publish(from: now.adding(.days(7)), until: nil)
        _ = try await catalog.move(made.id, time, version: nil, by: .system)
        continue
      }
      _ = try await catalog.move(made.id, .ask(from: nil, until: nil), version: nil, by: .system)
      if entry.state == "refused" {
        let reason = entry.reason?[.en] ?? ""
        _ = try await catalog.move(made.id, .refuse(reason: reason), version: nil, by: .system)
      }
    }
  }

  /// The goods of all files, each file spread over the whole, so that what is newest isn't all of one kind.
  private func mixedProducts() throws -> [DemoProduct] {
    let files = try FileManager.default.contentsOfDirectory(
      at: folder.appending(path: "products"), includingPropertiesForKeys: nil)
    var placed: [(at: Double, entry: DemoProduct)] = []
    for file in files.sorted(by: { $0.path < $1.path }) where file.pathExtension == "json" {
      let entries = try read([DemoProduct].self, "products/\(file.lastPathComponent)")
      placed += entries.enumerated().map { (Double($0.offset + 1) / Double(entries.count), $0.element) }
    }
    return placed.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element.entry)
  }

  private func price(_ product: Product, _ entry: DemoProduct) async throws {
    let currency = shop.settings.currency
    let changes = try zip(product.variants, entry.variants).map { variant, said in
      guard let sale = Money(decimalText: said.price, currency: currency) else {
        throw DemoFault.unusable("price of \(entry.handle)")
      }
      let list = said.listPrice.flatMap { Money(decimalText: $0, currency: currency) }
      return PriceChange(variant: variant.id, price: Price(sale: sale, list: list))
    }
    try await shop.contexts.pricing.setPrices(changes)
  }

  private func stock(_ product: Product, _ entry: DemoProduct, at locations: [LocationID]) async throws {
    let counts = zip(product.variants, entry.variants).flatMap { variant, said in
      zip(locations, said.stock).map { StockCount(variant: variant.id, location: $0, onHand: $1) }
    }
    try await shop.contexts.inventory.count(counts, key: "demo/\(product.id)", by: .system)
  }

  private func fillPeople(_ merchants: [String: Merchant]) async throws {
    let customer = try await customer()
    if try await shop.contexts.accounts.addresses(of: customer).isEmpty {
      _ = try await shop.contexts.accounts.addAddress(
        AddressDraft(
          recipient: "林小满", phone: "13800138000", region: "310115", street: "世纪大道 100 号 8 楼", postcode: "200120",
          isDefault: true),
        to: customer)
    }
    try await hire(Self.staffEmail, "Mei", nil)
    try await hire("support@example.com", "Jun", nil, as: DemoRole.support)
    for (slug, merchant) in merchants.sorted(by: { $0.key < $1.key }) {
      try await hire("\(slug)@example.com", merchant.name.en, merchant.id)
      try await hire("packing@\(slug).example.com", "Bo", merchant.id, as: DemoRole.warehouse)
    }
  }

  private func customer() async throws -> AccountID {
    do {
      return try await shop.contexts.accounts.register(
        Registration(email: Self.customerEmail, password: Self.password, name: "林小满", language: .zhHans)
      ).id
    } catch AccountRefusal.emailTaken {
      return try await shop.contexts.accounts.logIn(email: Self.customerEmail, password: Self.password, client: "demo")
        .account.id
    }
  }

  /// - Parameter draft: nil for an owner.
  private func hire(
    _ email: String, _ name: String, _ merchant: MerchantID?, as draft: StaffRoleDraft? = nil
  ) async throws {
    let staff = shop.contexts.staff
    var choice = StaffHire.RoleChoice.owner
    if let draft {
      let known = try await staff.roles(of: merchant).first { $0.name == draft.name }
      if let known {
        choice = .role(known.id)
      } else {
        choice = .role(try await staff.addRole(draft, of: merchant, by: .system).id)
      }
    }
    do {
      _ = try await staff.hire(
        StaffHire(email: email, password: Self.password, name: name, merchant: merchant, role: choice))
    } catch AccountRefusal.emailTaken {}
  }

  /// Somebody who waits for an answer.
  private func fillApplications() async throws {
    for entry in try read([DemoApplication].self, "applications.json") {
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "papers/\(entry.paper)")))
      let paper = try await shop.papers.put(bytes, fileExtension: "svg")
      do {
        let applied = try await shop.contexts.merchants.apply(entry.draft(paper))
        _ = try await shop.contexts.merchants.confirm(applied.id)
      } catch MerchantRefusal.alreadyApplied {}
    }
  }

  /// Reviews of the demo come from no order; each has a line of its own, always the same, with a number so low that no
  /// order has it.
  private func fillReviews(_ products: [String: Product]) async throws {
    let author = AccountID(raw: 1)
    for (index, entry) in try read([DemoReview].self, "reviews.json").enumerated() {
      guard let product = products["\(entry.merchant)/\(entry.product)"] else { continue }
      do {
        _ = try await shop.contexts.reviews.write(
          ReviewDraft(
            line: OrderLineID(raw: Int64(index) + 1), product: product.id, merchant: product.merchant, author: author,
            authorName: entry.author[entry.language], stars: entry.stars, text: entry.text,
            writtenAt: now.adding(.days(-entry.daysAgo))))
      } catch ReviewRefusal.alreadyReviewed {}
    }
  }

  private func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    try DemoFile.read(type, name, in: folder)
  }
}

/// What staff of the demo do who aren't owners.
private enum DemoRole {
  static let support = StaffRoleDraft(
    name: "Support", rights: [.ordersReview, .refundsApprove, .usersView, .reviewsModerate])
  static let warehouse = StaffRoleDraft(name: "Warehouse", rights: [.ordersShip, .stockAdjust])
}

enum DemoFault: Error, CustomStringConvertible {
  case unusable(String)
  case sandboxRuns(String)

  var description: String {
    switch self {
    case .unusable(let what): "the demo's files can't be used: \(what)"
    case .sandboxRuns(let url):
      "the payment platform at \(url) is running and wouldn't learn what the demo's buyers paid: end it first, or take "
        + "--catalogue-only"
    }
  }
}
