import Foundation
import Testing
import Values

/// Whether the worlds of `SimulationTests` prove anything: that they find what is wrong, have enough in them, and come again as they
/// were.
@Suite struct MutantTests {
  /// Within so many worlds each mutant must be found out.
  private static let most: UInt64 = 600

  // req: 3.3.4-3
  @Test(arguments: Mutant.allCases)
  func `a shop with one thing wrong is found out`(mutant: Mutant) async throws {
    let town = try await Town.open()
    try mutant.spoil(town.storage)
    for seed in 1...Self.most {
      if try await !World.run(seed, in: town, mutant: mutant).faults.isEmpty { return }
    }
    Issue.record("nobody notices a shop that \(mutant.rawValue)")
  }

  /// Without it the order of dictionaries is another each time, and what contexts do in that order as well.
  private static let isRepeatable = ProcessInfo.processInfo.environment["SWIFT_DETERMINISTIC_HASHING"] != nil

  @Test(.enabled(if: isRepeatable, "SWIFT_DETERMINISTIC_HASHING isn't set"))
  func `a seed gives the same world again`() async throws {
    let (town, other) = (try await Town.open(), try await Town.open())
    for seed in 1...20 as ClosedRange<UInt64> {
      let first = try await World.run(seed, in: town)
      let again = try await World.run(seed, in: other)
      #expect(first.diary == again.diary, "seed \(seed)")
    }
  }

  /// A simulation in which little happens proves little.
  @Test func `worlds have crashes, money and refunds in them`() async throws {
    let town = try await Town.open()
    var (crashes, places) = (0, 0)
    // In so many of 200 worlds at least.
    let wanted = [
      "has the money of": 60, ": refund rfd_": 15, "takeMoney": 5, "receive": 2, "statements": 15, ": bill of": 2,
      "door of": 4, "settlement.whenMoneyMoved has heard": 60, "insight.whenMoneyMoved has heard": 5,
      "another amount of": 3, "another merchant of": 1, "another currency of": 1,
      "pricing.whenOrderCancelled has heard": 40,
    ]
    var worlds: [String: Int] = [:]
    for seed in 1...200 as ClosedRange<UInt64> {
      let outcome = try await World.run(seed, in: town)
      crashes += outcome.crashes
      places += outcome.places
      for words in wanted.keys where outcome.diary.contains(where: { $0.contains(words) }) {
        worlds[words, default: 0] += 1
      }
    }
    #expect(crashes > 40, "\(crashes) crashes")
    #expect(places > 200 * 20, "\(places) places")
    for (words, least) in wanted { #expect(worlds[words, default: 0] >= least, "\(words)") }
  }
}
