import Foundation
import Testing
import Values

/// Thousands of worlds in which everything goes wrong that can: requests and answers are lost, notices come late, twice, in
/// any order, changed, wrong or not at all, buyers pay two payments or one that is closed, and the shop's process ends in the midst
/// of anything. Whatever happened, the books agree in the end.
///
/// `MARTLET_TEST_SEED` names one world to look at, `MARTLET_SIMULATION_RUNS` says how many there are: 10,000 unless it does, for
/// which `bin/test` gives three minutes on two cores. Dictionaries have one order in every process, and a seed one world, with
/// `SWIFT_DETERMINISTIC_HASHING=1`.
@Suite struct SimulationTests {
  /// Worlds that are lived through one after another, in one town.
  struct Stretch: CustomTestStringConvertible, Sendable {
    let seeds: ClosedRange<UInt64>
    var testDescription: String { "seeds \(seeds.lowerBound)…\(seeds.upperBound)" }

    /// More than there are cores, so that none waits long for the last.
    private static let count: UInt64 = 8

    static let all: [Stretch] = {
      if let seed = variable("MARTLET_TEST_SEED") { return [Stretch(seeds: seed...seed)] }
      let runs = max(count, variable("MARTLET_SIMULATION_RUNS") ?? 10_000)
      return (0..<count).map { Stretch(seeds: runs * $0 / count + 1...runs * ($0 + 1) / count) }
    }()

    private static func variable(_ name: String) -> UInt64? {
      ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }
  }

  /// So many failing worlds are told of in one stretch.
  private static let most = 3

  // req: 4.1.4-2 4.1.4-3 4.1.4-5 3.3.4-3
  // part of req: 3.3.4-1 4-1
  @Test(arguments: Stretch.all)
  func `the books agree at the end of every world`(stretch: Stretch) async throws {
    let town = try await Town.open()
    var failed = 0
    for seed in stretch.seeds {
      let outcome = try await World.run(seed, in: town)
      guard !outcome.faults.isEmpty else { continue }
      Issue.record(Comment(rawValue: Self.report(outcome)))
      failed += 1
      if failed == Self.most { break }
    }
  }

  private static func report(_ outcome: World.Outcome) -> String {
    let faults = outcome.faults.map { "  \($0)" }.joined(separator: "\n")
    let diary = outcome.diary.map { "    \($0)" }.joined(separator: "\n")
    let again =
      "SWIFT_DETERMINISTIC_HASHING=1 MARTLET_TEST_SEED=\(outcome.seed) bin/bounded-tests 180"
      + " --filter ^SimulationTests.SimulationTests"
    return "\(again)\n\(faults)\n  what happened:\n\(diary)"
  }
}
