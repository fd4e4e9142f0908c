import Synchronization
import Values

/// Token buckets by key, in memory: `burst` calls at once, refilled at `perMinute`. Holds at most `capacity` keys; when
/// more appear, the fullest are forgotten first, so that nobody frees an exhausted key by bringing others.
public final class RateLimit: Sendable {
  private struct Bucket {
    var tokens: Double
    var at: Timestamp
  }

  private let burst: Double
  private let perMillisecond: Double
  private let capacity: Int
  private let clock: WallClock
  private let buckets = Mutex<[String: Bucket]>([:])

  public convenience init(burst: Int, perMinute: Int, clock: WallClock, capacity: Int = 50_000) {
    self.init(burst: burst, perMillisecond: Double(perMinute) / 60_000, clock: clock, capacity: capacity)
  }

  /// A whole day's calls at once, which come back over a day.
  public convenience init(perDay: Int, clock: WallClock, capacity: Int = 50_000) {
    self.init(burst: perDay, perMillisecond: Double(perDay) / 86_400_000, clock: clock, capacity: capacity)
  }

  private init(burst: Int, perMillisecond: Double, clock: WallClock, capacity: Int) {
    self.burst = Double(burst)
    self.perMillisecond = perMillisecond
    self.capacity = capacity
    self.clock = clock
  }

  /// Takes one call. Answers nil when it is allowed, else the seconds (1 or more) until one is.
  public func take(_ key: String) -> Int? {
    let now = clock.now
    return buckets.withLock { buckets in
      if buckets.count >= capacity, buckets[key] == nil { forget(in: &buckets, now: now) }
      var bucket = buckets[key] ?? Bucket(tokens: burst, at: now)
      bucket.tokens = refilled(bucket, now: now)
      bucket.at = max(bucket.at, now)
      defer { buckets[key] = bucket }
      guard bucket.tokens >= 1 else {
        guard perMillisecond > 0 else { return 3600 }
        return max(1, Int(((1 - bucket.tokens) / perMillisecond / 1000).rounded(.up)))
      }
      bucket.tokens -= 1
      return nil
    }
  }

  /// Forgets what a key has used, after a success.
  public func clear(_ key: String) { buckets.withLock { _ = $0.removeValue(forKey: key) } }

  private func refilled(_ bucket: Bucket, now: Timestamp) -> Double {
    let elapsed = max(0, now.milliseconds - bucket.at.milliseconds)
    return min(burst, bucket.tokens + Double(elapsed) * perMillisecond)
  }

  private func forget(in buckets: inout [String: Bucket], now: Timestamp) {
    let room = capacity - max(1, capacity / 10)
    // Down to nine tenths, so that a flood of new keys pays for this walk once in a while instead of every time.
    let fullestFirst = buckets.map { (key: $0.key, tokens: refilled($0.value, now: now)) }
      .sorted { $0.tokens > $1.tokens }
    for (place, bucket) in fullestFirst.enumerated() {
      guard bucket.tokens >= burst || fullestFirst.count - place > room else { break }
      buckets.removeValue(forKey: bucket.key)
    }
  }
}
