import Governance
import Testing
import Values

/// SplitMix64: the same draws in every run.
private struct SeededChance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

struct BalancerTests {
  private static let seeds: ClosedRange<UInt64> = 1...10
  private let start = ContinuousClock.now

  private func instances(_ count: Int, load: (Int) -> Double = { _ in 0 }) -> [PartInstance] {
    (0..<count).map {
      PartInstance(
        part: "search", address: PartAddress(host: "10.0.0.1", port: 1 + $0), condition: PartCondition(load: load($0)))
    }
  }

  private func fail(_ id: PartInstanceID, times: Int = 3, at now: ContinuousClock.Instant, in balancer: inout Balancer)
  {
    for _ in 0..<times { balancer.end(id, .failure, at: now) }
  }

  @Test func `nobody is chosen from nobody, and the only one always`() {
    var (balancer, chance) = (Balancer(), SeededChance(state: 1))
    #expect(balancer.begin(among: [], at: start, using: &chance) == nil)
    var only = instances(1)
    only[0].condition = PartCondition(load: 1, health: .unhealthy)
    for _ in 0..<10 {
      #expect(balancer.begin(among: only, after: [only[0].id], at: start, using: &chance) == only[0])
      balancer.end(only[0].id, .failure, at: start)
    }
    #expect(balancer.isLeftOut(only[0].id, at: start))
  }

  /// A thousand random steps: whoever is chosen is of the best kind that there is.
  @Test(arguments: seeds) func `the tried, the sick and the failing come last, in this order`(_ seed: UInt64) {
    var (balancer, chance, now) = (Balancer(), SeededChance(state: seed), start)
    var list = instances(Int.random(in: 1...8, using: &chance))
    for _ in 0..<1000 {
      now = now.advanced(by: .milliseconds(Int.random(in: 0...2000, using: &chance)))
      for place in list.indices {
        let health: PartCondition.Health = Int.random(in: 0..<4, using: &chance) == 0 ? .unhealthy : .healthy
        list[place].condition = PartCondition(load: .random(in: 0...1, using: &chance), health: health)
      }
      let tried = Set(list.filter { _ in Bool.random(using: &chance) }.map(\.id))
      func rank(_ one: PartInstance) -> Int {
        (tried.contains(one.id) ? 4 : 0) + (one.condition.health == .healthy ? 0 : 2)
          + (balancer.isLeftOut(one.id, at: now) ? 1 : 0)
      }
      let best = list.map(rank).min()
      guard let chosen = balancer.begin(among: list, after: tried, at: now, using: &chance) else {
        Issue.record("nobody was chosen")
        return
      }
      #expect(list.contains(chosen))
      #expect(rank(chosen) == best)
      let outcomes: [CallOutcome] = [.success, .failure, .failure, .none]
      balancer.end(chosen.id, outcomes[Int.random(in: 0..<4, using: &chance)], at: now)
    }
  }

  @Test(arguments: seeds) func `calls that take long are spread evenly`(_ seed: UInt64) {
    var (balancer, chance) = (Balancer(), SeededChance(state: seed))
    let list = instances(10)
    var calls: [PartInstanceID: Int] = [:]
    for _ in 0..<1000 {
      if let chosen = balancer.begin(among: list, at: start, using: &chance) { calls[chosen.id, default: 0] += 1 }
    }
    // By mere chance they would lie between some 70 and 130.
    #expect(calls.count == 10)
    #expect(calls.values.allSatisfy { (95...105).contains($0) }, "\(calls.values)")
  }

  @Test(arguments: seeds) func `calls that are quick reach all who do alike`(_ seed: UInt64) {
    var (balancer, chance) = (Balancer(), SeededChance(state: seed))
    let list = instances(5)
    var calls: [PartInstanceID: Int] = [:]
    for _ in 0..<1000 {
      guard let chosen = balancer.begin(among: list, at: start, using: &chance) else { continue }
      calls[chosen.id, default: 0] += 1
      balancer.end(chosen.id, .success, at: start)
    }
    #expect(calls.count == 5)
    #expect(calls.values.allSatisfy { (130...270).contains($0) }, "\(calls.values)")
  }

  @Test(arguments: seeds) func `who tells of less load gets more`(_ seed: UInt64) {
    var (balancer, chance) = (Balancer(), SeededChance(state: seed))
    let list = instances(2) { Double($0) }
    var calls = [0, 0]
    for _ in 0..<300 {
      if let chosen = balancer.begin(among: list, at: start, using: &chance) { calls[chosen == list[0] ? 0 : 1] += 1 }
    }
    // The full one has twice the weight.
    #expect(calls == [200, 100])
  }

  @Test func `failures in a row leave out, for longer each time, until a success`() {
    let rules = Balancer.Rules(failures: 3, pause: Backoff(first: .seconds(5), longest: .seconds(12)))
    var (balancer, chance, now) = (Balancer(rules), SeededChance(state: 1), start)
    let list = instances(2)
    let bad = list[0].id
    for one in [list[1], list[0]] { _ = balancer.begin(among: [one], at: now, using: &chance) }
    fail(bad, times: 2, at: now, in: &balancer)
    balancer.end(bad, .success, at: now)
    fail(bad, times: 2, at: now, in: &balancer)
    balancer.end(bad, .none, at: now)
    #expect(!balancer.isLeftOut(bad, at: now))
    for seconds in [5, 10, 12, 12] {
      fail(bad, times: 1, at: now, in: &balancer)
      #expect(balancer.isLeftOut(bad, at: now))
      // News of calls that began before.
      fail(bad, at: now, in: &balancer)
      #expect(balancer.isLeftOut(bad, at: now.advanced(by: .seconds(seconds) - .milliseconds(1))))
      now = now.advanced(by: .seconds(seconds))
      #expect(!balancer.isLeftOut(bad, at: now))
    }
    balancer.end(bad, .success, at: now)
    fail(bad, times: 2, at: now, in: &balancer)
    #expect(!balancer.isLeftOut(bad, at: now))
  }

  @Test func `one that hung is left out at once, until a success`() {
    let rules = Balancer.Rules(failures: 3, pause: Backoff(first: .seconds(5), longest: .seconds(12)))
    var (balancer, chance, now) = (Balancer(rules), SeededChance(state: 1), start)
    let list = instances(2)
    for one in list { _ = balancer.begin(among: [one], at: now, using: &chance) }
    balancer.end(list[0].id, .hang, at: now)
    for _ in 1...10 { #expect(balancer.begin(among: list, at: now, using: &chance) == list[1]) }
    now = now.advanced(by: .seconds(5))
    #expect(!balancer.isLeftOut(list[0].id, at: now))
    balancer.end(list[0].id, .failure, at: now)
    #expect(balancer.isLeftOut(list[0].id, at: now.advanced(by: .seconds(9))), "it hasn't done anything since")
    now = now.advanced(by: .seconds(10))
    balancer.end(list[0].id, .success, at: now)
    fail(list[0].id, times: 2, at: now, in: &balancer)
    #expect(!balancer.isLeftOut(list[0].id, at: now))
  }

  @Test(arguments: seeds) func `one that always fails costs little and gets its chance again`(_ seed: UInt64) {
    var (balancer, chance, now) = (Balancer(), SeededChance(state: seed), start)
    let list = instances(3)
    var (failures, lastFailure) = (0, start)
    // Ten minutes of ten calls a second.
    for _ in 0..<6000 {
      now = now.advanced(by: .milliseconds(100))
      guard let chosen = balancer.begin(among: list, at: now, using: &chance) else { continue }
      if chosen == list[0] { (failures, lastFailure) = (failures + 1, now) }
      balancer.end(chosen.id, chosen == list[0] ? .failure : .success, at: now)
    }
    // Pauses of 5, 10, 20, 40 and then 60 seconds.
    #expect((10...20).contains(failures), "\(failures)")
    #expect(lastFailure.duration(to: now) < .seconds(70))
  }

  @Test func `calls under way are remembered while their instance is away, and others forgotten`() {
    var (balancer, chance) = (Balancer(), SeededChance(state: 1))
    let list = instances(2)
    for one in list { _ = balancer.begin(among: [one], at: start, using: &chance) }
    balancer.end(list[1].id, .success, at: start)
    for _ in 0..<1000 {
      let passing = instances(1)
      _ = balancer.begin(among: passing, at: start, using: &chance)
      balancer.end(passing[0].id, .failure, at: start)
    }
    // The first still has a call under way, so the second is chosen whoever is drawn first.
    for seed in 1...20 {
      var (copy, chance) = (balancer, SeededChance(state: UInt64(seed)))
      #expect(copy.begin(among: list, at: start, using: &chance) == list[1])
    }
  }
}
