/// How long to wait between attempts: the bound doubles with each failure up to `longest`, and the wait is drawn evenly
/// from zero to the bound, so that many who failed together don't come back together.
public struct Backoff: Hashable, Sendable {
  public let first: Duration
  public let longest: Duration

  public init(first: Duration, longest: Duration) {
    self.first = first
    self.longest = longest
  }

  /// - Parameters:
  ///   - failures: how many attempts have failed, 1 or more.
  ///   - chance: evenly drawn from 0…1.
  public func delay(afterFailures failures: Int, chance: Double) -> Duration {
    bound(afterFailures: failures) * chance
  }

  func bound(afterFailures failures: Int) -> Duration {
    var bound = first
    var left = failures - 1
    while left > 0, bound > .zero, bound < longest {
      bound = bound * 2
      left -= 1
    }
    return min(bound, longest)
  }
}
