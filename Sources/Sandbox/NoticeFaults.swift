import Synchronization

/// What goes wrong with the next notices, on purpose. The counts go down by one with every attempt that they spoil.
struct NoticeFaults: Codable, Hashable, Sendable {
  /// Attempts that never leave the platform, though it believes they did; they count as not acknowledged.
  var loseNotices = 0
  /// Notices that are sent twice.
  var duplicateNotices = 0
  /// Before every attempt, until it is set back to 0. At most an hour.
  var delaySeconds = 0.0
  /// Notices of one minor unit too much, well signed.
  var wrongAmount = 0
  /// Notices of the same number in another currency, well signed.
  var wrongCurrency = 0
  /// Notices about a payment that the shop never opened, well signed.
  var wrongNumber = 0
  /// Notices about another merchant's payment, well signed.
  var foreignMerchant = 0
  /// Notices that somebody changed after they were signed.
  var tamper = 0

  init() {}

  /// What isn't mentioned is set back to nothing.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func count(_ name: CodingKeys) throws -> Int { max(0, try container.decodeIfPresent(Int.self, forKey: name) ?? 0) }
    loseNotices = try count(.loseNotices)
    duplicateNotices = try count(.duplicateNotices)
    wrongAmount = try count(.wrongAmount)
    wrongCurrency = try count(.wrongCurrency)
    wrongNumber = try count(.wrongNumber)
    foreignMerchant = try count(.foreignMerchant)
    tamper = try count(.tamper)
    let delay = try container.decodeIfPresent(Double.self, forKey: .delaySeconds) ?? 0
    delaySeconds = min(max(0, delay), 3600)
  }

  /// What to do to one attempt.
  struct Spoil: Hashable, Sendable {
    var isLost = false
    var isDuplicated = false
    var delaySeconds = 0.0
    var hasWrongAmount = false
    var hasWrongCurrency = false
    var hasWrongNumber = false
    var isForeign = false
    var isTampered = false
  }

  mutating func next() -> Spoil {
    Spoil(
      isLost: Self.use(&loseNotices), isDuplicated: Self.use(&duplicateNotices), delaySeconds: delaySeconds,
      hasWrongAmount: Self.use(&wrongAmount), hasWrongCurrency: Self.use(&wrongCurrency),
      hasWrongNumber: Self.use(&wrongNumber), isForeign: Self.use(&foreignMerchant), isTampered: Self.use(&tamper))
  }

  private static func use(_ count: inout Int) -> Bool {
    guard count > 0 else { return false }
    count -= 1
    return true
  }
}

/// The faults that are set, for the control API to write and the sender to use up.
final class FaultPlan: Sendable {
  private let faults = Mutex(NoticeFaults())

  func set(_ wanted: NoticeFaults) { faults.withLock { $0 = wanted } }
  func next() -> NoticeFaults.Spoil { faults.withLock { $0.next() } }
}
