import Accounts
import Catalog
import Flows
import Foundation
import Insight
import Inventory
import Jobs
import Merchants
import Orders
import Refunds
import Reviews
import Search
import Values

/// Some weeks in the life of the demo shop, played through the flows that shoppers and staff use, each thing at its own
/// moment of a clock that is moved. The same seed plays the same days; what happens by itself (orders that lapse, receipts
/// that nobody confirms) is left to the shop's own jobs.
final class DemoDays {
  /// Staff look at their desks at these hours.
  static let rounds = [10, 15, 18]
  /// What the shop does by itself while nobody looks.
  private static let jobs = [
    "orders.cancelOverdue", "inventory.expireHolds", "payments.sweep", "payments.settle", "refunds.settle",
    "fulfilment.followUp", "catalog.turnPublications", "orders.confirmDelivered", "inventory.tellLow",
    "payments.reconcile", "settlement.noteFees", "settlement.run", "search.forgetQueries",
  ]

  let past: DemoPast
  let script: DemoScript
  let buyers: [DemoBuyer]
  let searches: [DemoSearch]
  let merchants: [MerchantID: Merchant]
  let products: [Product]
  var dice: SeededDice
  /// Who looks around is drawn apart, so that it changes nothing of who buys.
  var crowd = SeededDice(seed: 20_180_618)
  /// And so is who searches.
  var askers = SeededDice(seed: 19_991_018)
  var agenda = DemoAgenda()
  /// By their place among the buyers; of those who have come already.
  var accounts: [Int: AccountID] = [:]
  var places: [AccountID: Int] = [:]
  /// Orders that staff leave as they are.
  var heldBack: Set<OrderID> = []
  /// Orders for which something was asked back or given.
  var asked: Set<OrderID> = []
  var cases: [RefundCaseID: Int] = [:]
  /// Payments of which some went back without the shop.
  var unheard: [Int: PaymentID] = [:]
  var opinions: [(review: ReviewID, merchant: MerchantID, stars: Int)] = []
  var parcels = 0
  private var hired: [String: Staff] = [:]

  var shop: Shop { past.shop }
  var flows: ShopFlows { past.shop.flows }
  var contexts: Contexts { past.shop.contexts }
  var now: Timestamp { past.clock.now }

  init(_ past: DemoPast, folder: URL, merchants: [Merchant], products: [Product]) throws {
    self.past = past
    script = try DemoFile.read(DemoScript.self, "days.json", in: folder)
    buyers = try DemoFile.read([DemoBuyer].self, "buyers.json", in: folder)
    searches = try DemoSearch.read(in: folder)
    self.merchants = Dictionary(merchants.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    self.products = products
    dice = SeededDice(seed: 19_081_224)
  }

  /// Ends with the clock at the present.
  func play() async throws {
    try await agreeOnFee()
    try await plan()
    while let next = agenda.next(until: past.now) {
      past.clock.move(to: next.at)
      try await run(next.deed)
    }
    past.clock.move(to: past.now)
    try await turn()
  }

  // MARK: Before anything happens

  private func plan() async throws {
    var plan = DemoPlan(past, shelves: try await shelves(), buyers: buyers.count, notes: script.notes)
    let purchases = plan.purchases()
    for purchase in purchases { agenda.add(.buy(purchase), at: purchase.at) }
    for (buyer, first) in firstPurchases(purchases) {
      // Who is odd for being new comes an hour before; all others look around for some days.
      let isNew = first.way == .odd(.newAccount)
      let before = isNew ? Duration.minutes(50) : .minutes(dice.number(in: 1500...6000))
      agenda.add(.register(buyer), at: max(first.at.adding(.zero - before), now))
    }
    for number in 0..<DemoPast.days {
      let day = past.firstDay.adding(number)
      for hour in Self.rounds { agenda.add(.round, at: day.start.adding(.hours(hour))) }
    }
    // Whatever the hour is, somebody has looked this very day, so that some orders are to be sent.
    for minutes in [300, 130] { agenda.add(.round, at: past.now.adding(.minutes(-minutes))) }
    planVisits()
    try await planQuestions(purchases)
    for (index, refund) in script.refunds.enumerated() { agenda.add(.refund(index), at: ago(refund.daysAgo)) }
    for (index, gift) in script.goodwill.enumerated() { agenda.add(.goodwill(index), at: ago(gift.daysAgo)) }
    for (index, note) in script.customers.enumerated() { agenda.add(.note(index), at: ago(note.daysAgo)) }
    for (index, report) in script.reports.enumerated() { agenda.add(.report(index), at: ago(report.daysAgo)) }
    agenda.add(.look, at: ago(script.look.daysAgo))
    agenda.add(.receiveGoods, at: ago(18))
    agenda.add(.count, at: ago(12))
    agenda.add(.beginCount, at: ago(0.3))
    planMoney()
  }

  private func firstPurchases(_ purchases: [DemoPurchase]) -> [(Int, DemoPurchase)] {
    var first: [Int: DemoPurchase] = [:]
    for purchase in purchases where first[purchase.buyer] == nil { first[purchase.buyer] = purchase }
    return first.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// What there is enough of to be sold for weeks.
  private func shelves() async throws -> [DemoPlan.Shelf] {
    let shown = products.filter(\.isPublished)
    let stock = try await contexts.inventory.stock(of: shown.flatMap { $0.variants.map(\.id) })
    var shelves: [DemoPlan.Shelf] = []
    for product in shown {
      let free = product.variants.map { ($0.id, stock[$0.id]?.free ?? 0) }.filter { $0.1 >= 24 }
      guard !free.isEmpty else { continue }
      let weight = dice.pick([1, 1, 1, 1, 2, 2, 3, 5, 9])
      shelves.append(
        DemoPlan.Shelf(
          variants: free.map(\.0), merchant: product.merchant, weight: weight, isPlenty: free[0].1 >= 120))
    }
    return shelves
  }

  func ago(_ days: Double) -> Timestamp { past.now.adding(.minutes(-Int(days * 1440))) }

  // MARK: One after another

  private func run(_ deed: DemoDeed) async throws {
    switch deed {
    case .register(let buyer): try await register(buyer)
    case .buy(let purchase): try await buy(purchase)
    case .round: try await round()
    case .trace(let parcel, let step): try await trace(parcel, step)
    case .confirm(let order): try await confirm(order)
    case .review(let order): try await review(order)
    case .reply(let review, let merchant, let words): try await reply(to: review, of: merchant, words)
    case .report(let index): try await report(script.reports[index])
    case .look: try await askLook()
    case .refund(let index): try await ask(index)
    case .refundStep(let id, let step): try await carryOn(id, step)
    case .goodwill(let index): try await give(script.goodwill[index], number: index)
    case .note(let index): try await note(script.customers[index], number: index)
    case .receiveGoods: try await receiveGoods()
    case .count: try await count()
    case .beginCount: try await beginCount()
    case .visits(let day, let minutes): try await visits(day, minutes)
    case .ask(let question): await ask(question)
    case .payLate(let payment): try await payLate(payment)
    case .unheard(let index): try await giveBackUnheard(index)
    case .takeOver(let index): try await takeOver(index)
    case .settle: try await settle()
    }
  }

  /// What was told is heard, and what happens by itself happens.
  func turn() async throws {
    try await past.settle()
    try await contexts.searchLedger.flush()
    try await shop.jobs.run(Self.jobs)
    try await past.settle()
  }

  // MARK: Who works here

  var platform: Staff { get async throws { try await staff("support@example.com") } }

  /// Who sees to the money.
  var boss: Staff { get async throws { try await staff(DemoShop.staffEmail) } }

  func owner(of merchant: MerchantID) async throws -> Staff {
    try await staff("\(slug(merchant))@example.com")
  }

  func packer(of merchant: MerchantID) async throws -> Staff {
    try await staff("packing@\(slug(merchant)).example.com")
  }

  /// Their deeds are put down to them, as at the desks.
  func acting<Value>(_ staff: Staff, _ work: (Staff) async throws -> Value) async throws -> Value {
    try await AuditActor.$current.withValue(
      AuditActor(.staff(staff.id), name: staff.name, origin: "192.0.2.\(staff.id.raw % 200 + 10)")
    ) { try await work(staff) }
  }

  private func slug(_ merchant: MerchantID) -> String { merchants[merchant]?.slug.rawValue ?? "" }

  private func staff(_ email: String) async throws -> Staff {
    if let known = hired[email] { return known }
    guard let found = try await contexts.staff.member(email: email)?.staff else {
      throw DemoFault.unusable("staff \(email)")
    }
    hired[email] = found
    return found
  }

  /// In the language of the one who says it.
  func words(_ text: LocalizedText, of buyer: AccountID) -> String {
    text[places[buyer].map { buyers[$0].language } ?? .zhHans]
  }
}
