import Pricing
import Storage
import TestKit
import Testing
import Values

@Suite struct PointTests {
  private struct Fixture {
    let store: TestStore
    let points: StoredPoints
    let buyer = AccountID(raw: 1)

    init() async throws {
      store = try await TestStore(StoredPricing.migrations)
      points = StoredPoints(database: store.database, ids: store.ids, clock: store.clock.clock)
    }

    func give(_ number: Int, key: String = "gift") async throws {
      _ = try await points.adjust(number, of: buyer, note: "gift", key: key, by: .system)
    }

    func taking(_ number: Int, _ checkout: String) -> PointTaking {
      PointTaking(
        buyer: buyer, checkout: checkout, points: number, worth: yuan(Int64(number)),
        until: store.clock.now.adding(.minutes(40)))
    }
  }

  @Test func `no more points are spent than there are, whoever asks at once`() async throws {
    let shop = try await Fixture()
    try await shop.give(1000)
    try await shop.give(1000)
    #expect(try await shop.points.balance(of: shop.buyer) == 1000, "once under its key")
    let spent = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 1...10 {
        group.addTask {
          do {
            try await shop.points.take(shop.taking(300, "crt/\(number)"))
            return 300
          } catch is PointRefusal {
            return 0
          }
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(spent == 900)
    #expect(try await shop.points.balance(of: shop.buyer) == 100)
    #expect(try await shop.points.audit().isEmpty)
  }

  @Test func `a checkout spends once, gets back in parts, and all when nothing came of it`() async throws {
    let shop = try await Fixture()
    try await shop.give(500)
    for _ in 1...2 { try await shop.points.take(shop.taking(300, "crt/1")) }
    #expect(try await shop.points.settle(checkout: "crt/1"))
    for part in [100, 50, 250, 250, 900] { try await shop.points.bringBack(part, checkout: "crt/1") }
    #expect(try await shop.points.use(checkout: "crt/1")?.returned == 300)
    #expect(try await shop.points.balance(of: shop.buyer) == 500)
    try await shop.points.take(shop.taking(200, "crt/2"))
    for _ in 1...2 { try await shop.points.giveBack(checkout: "crt/2") }
    #expect(try await !shop.points.settle(checkout: "crt/2"))
    try await shop.points.take(shop.taking(400, "crt/2"))
    #expect(try await shop.points.balance(of: shop.buyer) == 100)
    #expect(try await shop.points.audit().isEmpty)
  }

  @Test func `an order earns once, loses in proportion, and what is owed is made up for later`() async throws {
    let shop = try await Fixture()
    let (first, second) = (OrderID(raw: 1), OrderID(raw: 2))
    for _ in 1...2 { try await shop.points.earn(100, for: yuan(10_000), by: first, buyer: shop.buyer) }
    try await shop.points.take(shop.taking(100, "crt/1"))
    try await shop.points.earn(0, for: yuan(2500), by: first, buyer: shop.buyer)
    #expect(try await shop.points.balance(of: shop.buyer) == -75)
    // An older look at the order changes nothing.
    try await shop.points.earn(100, for: yuan(10_000), by: first, buyer: shop.buyer)
    #expect(try await shop.points.earning(of: first)?.points == 25)
    await #expect(throws: PointRefusal.notEnoughPoints(balance: -75)) {
      try await shop.points.take(shop.taking(1, "crt/2"))
    }
    try await shop.points.earn(80, for: yuan(8000), by: second, buyer: shop.buyer)
    #expect(try await shop.points.balance(of: shop.buyer) == 5)
    #expect(try await shop.points.audit().isEmpty)
  }

  @Test func `worth and points are whole, and never more than was meant`() {
    let terms = PointTerms(earned: 1, perUnit: 100, mostPercent: 50)
    #expect(terms.worth(of: 150, in: .cny) == yuan(150))
    #expect(terms.points(for: yuan(8899)) == 88)
    #expect(terms.most(of: 100_000, on: yuan(8801)) == 4400)
    #expect(terms.most(of: 30, on: yuan(8801)) == 30 && terms.most(of: -30, on: yuan(8801)) == 0)
    let fine = PointTerms(earned: 2, perUnit: 1000, mostPercent: 100)
    #expect(fine.worth(of: 25, in: .cny) == yuan(2) && fine.points(worth: yuan(2)) == 20)
    #expect(fine.most(of: 25, on: yuan(8800)) == 20)
    #expect(PointTerms(earned: 1).worth(of: 250, in: .jpy) == Money(minor: 2, currency: .jpy))
    for standing in stride(from: Int64(0), through: 999, by: 37) {
      let returned = PointTerms.returned(of: 1000, worth: 999, standing: standing)
      #expect(returned <= 1000 && returned >= 0)
    }
    #expect(PointTerms.returned(of: 1000, worth: 999, standing: 0) == 1000)
  }
}
