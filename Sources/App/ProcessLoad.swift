import Foundation

/// How much of the machine's processors this process uses.
struct ProcessLoad {
  private var lastUse = Self.use
  private var last = ContinuousClock.now

  /// The share that was used since it was asked last: 0…1.
  mutating func sinceLast() -> Double {
    let (use, now) = (Self.use, ContinuousClock.now)
    let possible = last.duration(to: now) * ProcessInfo.processInfo.activeProcessorCount
    defer { (lastUse, last) = (use, now) }
    return possible > .zero ? min(1, max(0, (use - lastUse) / possible)) : 0
  }

  private static var use: Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
