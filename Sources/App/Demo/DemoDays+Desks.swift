import Accounts
import Catalog
import Flows
import Inventory
import Merchants
import Orders
import Reviews
import Values

/// What is said of goods and of customers, and what lies on the shelves.
extension DemoDays {
  // MARK: Reviews

  func review(_ id: OrderID) async throws {
    guard let order = try await contexts.orders.order(id), order.state == .completed, !asked.contains(id),
      let line = order.lines.first
    else { return }
    let said = dice.pick(script.reviews)
    let written = try await flows.writeReview.run(
      WriteReview.Input(
        account: order.buyer, order: id, line: line.id, stars: said.stars, text: words(said.text, of: order.buyer),
        pictures: []))
    opinions.append((written.id, order.merchant, said.stars))
    guard said.stars <= 3 || dice.number(in: 1...3) == 1 else { return }
    let answer = dice.pick(said.stars <= 3 ? script.replies.low : script.replies.high)
    let language = places[order.buyer].map { buyers[$0].language } ?? .zhHans
    agenda.add(
      .reply(written.id, order.merchant, answer[language]),
      at: now.adding(.minutes(dice.number(in: 200...1600))))
  }

  func reply(to id: ReviewID, of merchant: MerchantID, _ text: String) async throws {
    try await acting(owner(of: merchant)) { staff in
      do { _ = try await flows.workReviews.reply(text, to: id, by: staff) } catch is ReviewRefusal {}
    }
  }

  func report(_ report: DemoScript.Report) async throws {
    guard let worst = opinions.min(by: { ($0.stars, $0.review) < ($1.stars, $1.review) }),
      let reader = accounts.sorted(by: { $0.key < $1.key }).last?.value
    else { return }
    opinions.removeAll { $0.review == worst.review }
    do {
      try await flows.reportReview.run(
        worst.review, by: reader, reason: report.cause.rawValue, explanation: words(report.words, of: reader))
    } catch is ReviewRefusal {
      return
    }
    guard report.isHidden else { return }
    past.clock.move(to: now.adding(.minutes(30)))
    _ = try await acting(platform) { staff in
      try await flows.workReviews.hide(worst.review, reason: report.reason, by: staff)
    }
  }

  func askLook() async throws {
    guard let low = opinions.last(where: { $0.stars <= 3 }) else { return }
    _ = try await acting(owner(of: low.merchant)) { staff in
      try await flows.workReviews.askLook(at: low.review, note: script.look.note[.en], by: staff)
    }
  }

  // MARK: Customers

  func note(_ entry: DemoScript.Customer, number: Int) async throws {
    let bought = try await contexts.orders.orders(.platform, matching: OrderFilter(), PageRequest(limit: 40)).items
    guard !bought.isEmpty else { return }
    let order = bought[number * 7 % bought.count]
    try await acting(owner(of: order.merchant)) { staff in
      try await flows.workCustomers.addNote(words(entry.note, of: order.buyer), on: order.buyer, by: staff)
      try await flows.workCustomers.setTags(entry.tags, of: order.buyer, by: staff)
    }
  }

  // MARK: Stock

  private func goods(of slug: String, _ count: Int) -> (MerchantID, [VariantID])? {
    guard let merchant = merchants.values.first(where: { $0.slug.rawValue == slug }) else { return nil }
    let variants = products.filter { $0.merchant == merchant.id && $0.isPublished }.flatMap(\.variants)
    return (merchant.id, variants.prefix(count).map(\.id))
  }

  /// Some come in, one is broken, and one is to be told of sooner than usual.
  func receiveGoods() async throws {
    guard let (merchant, variants) = goods(of: "harvest-lane", 6), variants.count == 6,
      let place = try await contexts.inventory.locations(of: merchant).first
    else { return }
    try await acting(packer(of: merchant)) { staff in
      for variant in variants.prefix(3) {
        try await flows.workStock.adjust(
          StockAdjustment(variant: variant, location: place.id, change: 24, reason: .received, note: "PO 2417"),
          key: "demo/received/\(variant)", by: staff)
      }
      try await flows.workStock.adjust(
        StockAdjustment(variant: variants[3], location: place.id, change: -1, reason: .damaged),
        key: "demo/damaged", by: staff)
      try await flows.workStock.setThreshold(of: variants[4], 20, by: staff)
    }
  }

  /// Booked: one was missing, two were found.
  func count() async throws {
    guard let (merchant, variants) = goods(of: "riverlight", 8) else { return }
    let title = Self.both(script.count.title)
    try await acting(packer(of: merchant)) { staff in
      let sheet = try await flows.workStock.openCount(of: variants, title: title, at: nil, by: staff)
      var numbers = try await onHand(variants, at: sheet.location)
      for (index, change) in [(1, -1), (4, 2)] where index < variants.count {
        numbers[variants[index]] = max(0, (numbers[variants[index]] ?? 0) + change)
      }
      try await flows.workStock.enter(numbers, into: sheet.id, by: staff)
      do { _ = try await flows.workStock.applyCount(sheet.id, by: staff) } catch is InventoryRefusal {}
    }
  }

  /// Half of it is counted so far.
  func beginCount() async throws {
    guard let (merchant, variants) = goods(of: "northpine", 12) else { return }
    let title = Self.both(script.count.openTitle)
    try await acting(packer(of: merchant)) { staff in
      let sheet = try await flows.workStock.openCount(of: variants, title: title, at: nil, by: staff)
      let numbers = try await onHand(Array(variants.prefix(6)), at: sheet.location)
      try await flows.workStock.enter(numbers, into: sheet.id, by: staff)
    }
  }

  /// What has one name for all who read it.
  static func both(_ text: LocalizedText) -> String { "\(text[.en]) \(text[.zhHans])" }

  private func onHand(_ variants: [VariantID], at place: LocationID) async throws -> [VariantID: Int] {
    let shelves = try await contexts.stockroom.places(of: variants)
    return shelves.compactMapValues { located in located.first { $0.location.id == place }?.level.onHand }
  }
}
