import Foundation
import TestKit
import Testing

/// The program under more than it takes on, for a while, held to the limits of docs/performance.md. They measure a process,
/// so they have the machine to themselves (`bin/test`).
@Suite(.serialized) struct EnduranceTests {
  /// `MARTLET_SOAK_SECONDS` for a long run.
  private static let seconds =
    ProcessInfo.processInfo.environment["MARTLET_SOAK_SECONDS"].flatMap { Int($0) }.map { max(10, $0) } ?? 24
  private static let places = 16
  private static let (browsing, searching, buyers) = (24, 12, 12)

  // req: 2.3.2.4-3 3.3.6-3
  @Test func `under more than it takes on the shop serves on, turns the rest away and doesn't grow`() async throws {
    let limits = try EnduranceLimits()
    try await ServedShop.run(["--server-requests-at-once", "\(Self.places)"]) { shop in
      let load = try await SteadyLoad(shop.program, buyers: Self.buyers)
      let start = ContinuousClock.now
      let samples = Task { try await Self.samples(of: shop, from: start) }
      await load.run(browsing: Self.browsing, searching: Self.searching, until: start + .seconds(Self.seconds))
      let (middle, end) = try await samples.value
      let counts = load.tally.counts

      #expect(counts.faults.isEmpty, "\(counts.faults)")
      #expect(counts.turnedAway > 0, "there was more to do than places")
      for kind in Tally.Kind.allCases { #expect(counts.served[kind, default: 0] > 0, "\(kind)") }
      #expect(counts.slowest < .seconds(limits.slowestSeconds))
      #expect(end.residentMiB - middle.residentMiB <= limits.memoryMiB, "\(middle) \(end)")
      #expect(end.files - middle.files <= limits.files, "\(middle) \(end)")
      #expect(end.threads - middle.threads <= limits.threads, "\(middle) \(end)")
      for name in [
        "martlet_outbox_waiting", "martlet_dead_letters", "martlet_pool_in_use", "martlet_pool_waiting",
        "martlet_requests_under_way",
      ] {
        try await eventually("nothing is left of it in \(name)") { try await shop.metric(name) == 0 }
      }
    }
  }

  // req: 3.3.1-1
  @Test func `with the demo's goods, all pages made and many orders taken, the program stays below its memory ceiling`()
    async throws
  {
    let limits = try EnduranceLimits()
    try await ServedShop.run { shop in
      let load = try await SteadyLoad(shop.program, buyers: 8)
      for product in try await shop.program.products(100) {
        for language in ["en", "zh-Hans"] {
          #expect(try await shop.program.send("GET", "/products/\(product)?lang=\(language)").status == 200)
        }
      }
      await load.run(browsing: 4, searching: 4, until: .now + .seconds(6))
      let counts = load.tally.counts
      #expect(counts.faults.isEmpty, "\(counts.faults)")
      #expect(counts.served[.order, default: 0] > 20)
      let reading = try shop.reading()
      #expect(reading.peakMiB <= limits.ceilingMiB)
      let unit = try String(
        contentsOf: TestShop.packageFolder.appending(path: "deploy/systemd/martlet.service"), encoding: .utf8)
      let bound = try #require(unit.firstMatch(of: /(?m)^MemoryMax=([0-9]+)M$/).flatMap { Double($0.1) })
      #expect(limits.ceilingMiB < bound, "what is usual is less than what is allowed")
    }
  }

  /// The middle of many readings around the middle of the run, and of those in its last fifth.
  private static func samples(
    of shop: ServedShop, from start: ContinuousClock.Instant
  ) async throws -> (middle: Usual, end: Usual) {
    func gather(from first: Double, to last: Double) async throws -> Usual {
      try await Task.sleep(until: start + .seconds(Double(seconds) * first))
      var readings: [Reading] = []
      while ContinuousClock.now < start + .seconds(Double(seconds) * last) {
        readings.append(try shop.reading())
        try await Task.sleep(for: .milliseconds(100))
      }
      return Usual(readings)
    }
    return (try await gather(from: 0.4, to: 0.6), try await gather(from: 0.8, to: 1))
  }
}

/// The median of readings, each figure for itself.
private struct Usual {
  let residentMiB: Double
  let files: Int
  let threads: Int

  init(_ readings: [Reading]) {
    func median<Value: Comparable>(_ values: [Value], _ none: Value) -> Value {
      values.isEmpty ? none : values.sorted()[values.count / 2]
    }
    residentMiB = median(readings.map(\.residentMiB), .infinity)
    files = median(readings.map(\.files), .max / 2)
    threads = median(readings.map(\.threads), .max / 2)
  }
}

/// What docs/performance.md promises of a long run.
private struct EnduranceLimits {
  let slowestSeconds: Int
  let memoryMiB: Double
  let files: Int
  let threads: Int
  let ceilingMiB: Double

  init() throws {
    let page = try String(
      contentsOf: TestShop.packageFolder.appending(path: "docs/performance.md"), encoding: .utf8)
    func limit(_ name: String) throws -> Int {
      let row = try #require(page.split(separator: "\n").first { $0.hasPrefix("| \(name) |") }, "\(name)")
      return try #require(row.firstMatch(of: /\| ≤ ([0-9]+)/).flatMap { Int($0.1) }, "\(row)")
    }
    slowestSeconds = try limit("slowest answer")
    memoryMiB = Double(try limit("resident memory, last fifth against the middle"))
    files = try limit("open files and sockets, the same")
    threads = try limit("threads, the same")
    ceilingMiB = Double(try limit("resident memory at its highest, demo goods, all pages made"))
  }
}
