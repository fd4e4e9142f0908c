import Synchronization
import Values

/// A clock that stands still until told to move. Begins on 15 January 2026, 10:00 in China.
public final class TestClock: Sendable {
  public static let start = Timestamp(milliseconds: 1_768_442_400_000)
  private let moment: Mutex<Timestamp>

  public init(_ start: Timestamp = TestClock.start) { moment = Mutex(start) }

  public var now: Timestamp { moment.withLock { $0 } }
  public var clock: WallClock { WallClock { self.now } }
  public func advance(by duration: Duration) { moment.withLock { $0 = $0.adding(duration) } }
}
