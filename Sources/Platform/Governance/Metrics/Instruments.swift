import Synchronization

/// Something that only grows: requests, orders, retries.
public final class Counter: Sendable {
  private let count = Atomic<UInt64>(0)

  init() {}

  public var value: UInt64 { count.load(ordering: .relaxed) }

  public func add(_ more: UInt64 = 1) { count.wrappingAdd(more, ordering: .relaxed) }
}

/// Something that rises and falls: requests under way, an age in seconds.
public final class Gauge: Sendable {
  private let bits = Atomic<UInt64>(0)

  init() {}

  public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

  public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
}

/// How often a measure lay below each of some bounds; from it come percentiles.
public final class Histogram: Sendable {
  /// For the time that an answer takes, in seconds: from what memory gives to what runs into a deadline.
  public static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

  /// Ascending; what lies above the last is counted apart.
  let bounds: [Double]
  private let counts: [Counter]
  private let total = Atomic<UInt64>(0)

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = (0...bounds.count).map { _ in Counter() }
  }

  public func observe(_ value: Double) {
    var place = 0
    while place < bounds.count, value > bounds[place] { place += 1 }
    counts[place].add()
    var old = total.load(ordering: .relaxed)
    while true {
      let new = (Double(bitPattern: old) + value).bitPattern
      let (isDone, seen) = total.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
      if isDone { return }
      old = seen
    }
  }

  public func observe(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    observe(Double(seconds) + Double(attoseconds) * 1e-18)
  }

  /// Below each bound, then all; and the sum of what was observed.
  var reading: (counts: [UInt64], sum: Double) {
    var running: UInt64 = 0
    let cumulative = counts.map { counter in
      running += counter.value
      return running
    }
    return (cumulative, Double(bitPattern: total.load(ordering: .relaxed)))
  }
}
