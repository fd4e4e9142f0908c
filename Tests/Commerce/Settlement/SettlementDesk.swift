import Settlement
import Storage
import TestKit
import Testing
import Values

/// The merchants' books over a database of their own, and facts to tell them.
struct SettlementDesk {
  let store: TestStore
  let settlement: StoredSettlement
  let kiln = MerchantID(raw: 7)
  let reed = MerchantID(raw: 9)
  let tea = CategoryID(raw: 3)
  let home = CategoryID(raw: 1)
  let mei = Actor.staff(StaffID(raw: 1))
  let bo = Actor.staff(StaffID(raw: 2))

  init(_ policy: SettlementPolicy = SettlementPolicy(holdBackDays: 0)) async throws {
    store = try await TestStore(StoredSettlement.migrations)
    settlement = StoredSettlement(
      database: store.database, ids: store.ids, clock: store.clock.clock, policy: policy)
  }

  var today: ShopDay { ShopDay(store.clock.now) }

  func money(_ minor: Int64) -> Money { Money(minor: minor, currency: .cny) }

  func rate(_ percent: String) throws -> BasisPoints { try #require(BasisPoints(percentText: percent)) }

  func rule(_ percent: String?, merchant: MerchantID? = nil, category: CategoryID? = nil, from: ShopDay? = nil)
    async throws
  {
    _ = try await settlement.make(
      CommissionDraft(
        merchant: merchant, category: category, rate: try percent.map(rate), from: from ?? today), by: mei)
  }

  func capture(_ minor: Int64, of order: OrderID, method: String = "sandbox") -> OrderFact {
    let payment: PaymentID = store.ids.next()
    return OrderFact(
      key: OrderFact.captureKey(payment, order), kind: .captured, method: method, payment: payment,
      amount: money(minor), at: store.clock.now)
  }

  func refund(_ minor: Int64, isPlatforms: Bool = false, method: String = "sandbox") -> OrderFact {
    OrderFact(
      key: OrderFact.refundKey(store.ids.next()), kind: .refunded, method: method, payment: nil,
      amount: money(minor), isPlatforms: isPlatforms, at: store.clock.now)
  }

  func borne(_ minor: Int64, of order: OrderID, unitsBack: Int = 0) -> OrderFact {
    OrderFact(
      key: OrderFact.borneKey(order, unitsBack: unitsBack), kind: .borne, amount: money(minor), at: store.clock.now)
  }

  func end(_ order: OrderID) -> OrderFact {
    OrderFact(key: OrderFact.endKey(order), kind: .ended, amount: money(0), at: store.clock.now)
  }

  /// - Parameter parts: what was sold, with its categories, the nearest first.
  func note(
    _ facts: [OrderFact], of order: OrderID, by merchant: MerchantID? = nil, placedAt: Timestamp? = nil,
    parts: [(Int64, [CategoryID])] = [(10_000, [])], freight: Int64 = 0
  ) async throws {
    try await settlement.note(
      OrderNote(
        order: order, number: "20260115-\(order.raw)", merchant: merchant ?? kiln, currency: .cny,
        placedAt: placedAt ?? store.clock.now, facts: facts,
        parts: parts.map { OrderNote.Part(amount: money($0.0), categories: $0.1) }, freight: money(freight)))
  }

  /// An order that was paid and completed.
  func sold(_ minor: Int64, by merchant: MerchantID? = nil) async throws -> OrderID {
    let order: OrderID = store.ids.next()
    try await note([capture(minor, of: order), end(order)], of: order, by: merchant)
    return order
  }

  func account(_ order: OrderID) async throws -> OrderAccount {
    try #require(try await settlement.accounts(of: [order])[order])
  }

  func owed(_ order: OrderID) async throws -> Int64 { try await account(order).sums.net.minor }

  func balance(_ account: BookAccount) async throws -> Int64 {
    try await settlement.balances().first { $0.account == account }?.amount.minor ?? 0
  }

  /// Draws what ended up to yesterday.
  func run(for merchant: MerchantID? = nil, by actor: Actor? = nil) async throws -> SettlementRun {
    try await settlement.run(
      SettlementPeriod(rhythm: .manual, through: today.adding(-1)), for: merchant, by: actor ?? mei)
  }

  func lines(_ statement: StatementID) async throws -> [StatementLine] {
    try await settlement.lines(of: statement, PageRequest(limit: 100)).items
  }
}

/// Steele and Vigna's SplitMix64: the same draws in every run.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
