import Orders
import Payments
import Synchronization
import TestKit
import Values

/// One seeded world, from its morning to the end of its books: buyers, providers, a network, and a shop that is started anew
/// whenever its process ends.
final class World: Sendable {
  struct Outcome: Sendable {
    let seed: UInt64
    /// What doesn't hold at the end.
    let faults: [String]
    let diary: [String]
    /// Places of possible harm that the shop came by.
    let places: Int
    let crashes: Int
  }

  /// An order that a buyer knows of.
  struct Known: Sendable {
    let id: OrderID
    let buyer: Town.Buyer
  }

  private struct State {
    var known: [Known] = []
    var crashes = 0
    var faults: [String] = []
    var paidBack: [PaymentID: Int64] = [:]
    var watch = StateWatch()
  }

  let town: Town
  let stage: Stage
  let houses: [ProviderHouse]
  let post = Post()
  let mutant: Mutant?
  private let seed: UInt64
  private let state = Mutex(State())

  private init(_ seed: UInt64, in town: Town, mutant: Mutant?) {
    self.seed = seed
    self.town = town
    self.mutant = mutant
    stage = Stage(seed: seed, from: Town.morning)
    houses = ProviderHouse.Manner.allCases.compactMap { [stage, post] in ProviderHouse($0, on: stage, post: post) }
  }

  /// Leaves nothing behind in the town.
  static func run(_ seed: UInt64, in town: Town, mutant: Mutant? = nil) async throws -> Outcome {
    try town.storage.beginWorld()
    let outcome: Result<Outcome, any Error>
    do {
      outcome = .success(try await World(seed, in: town, mutant: mutant).live())
    } catch {
      outcome = .failure(error)
    }
    try town.storage.endWorld()
    return try outcome.get()
  }

  private func live() async throws -> Outcome {
    var shop = start()
    let steps = stage.draw { $0.number(6...12) }
    for step in 0..<steps {
      stage.clock.advance(by: .milliseconds(stage.draw { $0.number(1...2000) }))
      await stage.play(try await deeds(of: step, in: shop))
      try lookOn()
      shop = alive(shop)
    }
    stage.note("the weather clears up")
    stage.clearUp()
    // Whatever the last process believes of commits that nobody told it about, it takes along.
    shop = start()
    if try await comeToRest(shop) {
      if stage.habits.ships { shop = try await payMerchants(shop) }
      if stage.habits.fetchesBills { shop = try await holdBills(shop) }
    } else {
      accuse(try rest().map { "never comes to rest: \($0)" } ?? "money at a provider is never heard of")
    }
    try lookOn()
    // Nothing is excused any more because it may be under way.
    stage.clock.advance(by: .minutes(2))
    for fault in try await Books(world: self, shop: shop).faults() { accuse(fault) }
    return state.withLock { state in
      Outcome(
        seed: seed, faults: state.faults, diary: stage.diary, places: stage.places, crashes: state.crashes)
    }
  }

  /// The process, or another where it has ended.
  func alive(_ shop: SimulatedShop) -> SimulatedShop {
    guard shop.life.isOver else { return shop }
    state.withLock { $0.crashes += 1 }
    return start()
  }

  func start() -> SimulatedShop {
    stage.note("a process starts")
    return SimulatedShop(
      Life(on: stage), storage: town.storage, houses: houses, regions: town.regions, mutant: mutant)
  }

  /// States only move forward, whatever happens between two looks.
  private func lookOn() throws {
    let seen = try StateWatch.look(town.storage)
    state.withLock { state in
      state.faults += state.watch.turnedBack(seen)
      state.watch.take(seen)
    }
  }

  /// Minor units of what came in part that staff have paid back.
  func paidBack(of payment: PaymentID) -> Int64 { state.withLock { $0.paidBack[payment] ?? 0 } }
  func notePaidBack(_ minor: Int64, of payment: PaymentID) {
    state.withLock { $0.paidBack[payment, default: 0] += minor }
  }

  func accuse(_ fault: String) { state.withLock { $0.faults.append(fault) } }
}

// MARK: What buyers know

extension World {
  func learn(_ orders: [Order], of buyer: Town.Buyer) {
    state.withLock { state in
      for order in orders where !state.known.contains(where: { $0.id == order.id }) {
        state.known.append(Known(id: order.id, buyer: buyer))
      }
    }
  }

  func anyOrder() -> Known? {
    let known = state.withLock { $0.known }
    return stage.draw { $0.pick(known) }
  }

  func anyTrade(where fits: (ProviderHouse.Trade) -> Bool) -> (house: ProviderHouse, number: String)? {
    let fitting = houses.flatMap { house in house.trades.filter(fits).map { (house: house, number: $0.number) } }
    guard !fitting.isEmpty else { return nil }
    return fitting[stage.draw { $0.number(0...fitting.count - 1) }]
  }
}
