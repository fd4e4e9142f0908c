import Foundation
import Governance
import Signatures
import Synchronization
import Values

/// The keys that WeChat Pay signs with: those that are set up, and platform certificates as they were fetched.
final class WeChatKeys: Sendable {
  typealias Fetch = @Sendable () async throws -> [PlatformCertificate]

  private struct State {
    var certificates: [String: PlatformCertificate] = [:]
    var fetchedAt: Timestamp?
    var failedAt: Timestamp?
    /// In a row.
    var failures = 0
    /// All who need it wait for the same.
    var fetching: Task<Void, Never>?
  }

  /// Whoever names a serial that nobody knows can't make us ask more often.
  private static let shortestPause = Duration.minutes(1)
  private static let longestUse = Duration.hours(12)
  /// Of a fetch: whoever sent a notice waits for it, at most five seconds.
  private static let patience = Duration.seconds(4)

  private let configured: [String: RSAPublicKey]
  private let clock: WallClock
  private let state = Mutex(State())

  init(_ configured: [String: RSAPublicKey], clock: WallClock) {
    self.configured = configured
    self.clock = clock
  }

  /// A certificate's serial as it is compared: in capital letters, without zeros before it.
  static func plain(_ serial: String) -> String { String(serial.uppercased().drop { $0 == "0" }) }

  /// Nil for one that isn't known, or isn't valid now.
  /// - Parameter fetch: asks WeChat Pay for its certificates, and vouches for them.
  func key(_ serial: String, orFrom fetch: @escaping Fetch) async -> RSAPublicKey? {
    if let key = configured[serial] { return key }
    guard !serial.hasPrefix("PUB_KEY_ID_") else { return nil }
    let serial = Self.plain(serial)
    let fetching = fetching(for: serial, fetch)
    // One that is good already doesn't wait for those that come anew.
    if let key = certified(serial) { return key }
    await fetching?.value
    return certified(serial)
  }

  private func certified(_ serial: String) -> RSAPublicKey? {
    let now = clock.now.date
    guard let certificate = state.withLock({ $0.certificates[serial] }), certificate.validFrom <= now,
      now <= certificate.validUntil
    else { return nil }
    return certificate.publicKey
  }

  /// The fetch that is under way, or one that begins; nil where it wouldn't help, or was done too short a time ago.
  private func fetching(for serial: String, _ fetch: @escaping Fetch) -> Task<Void, Never>? {
    let now = clock.now
    return state.withLock { state in
      if let fetching = state.fetching { return fetching }
      if let failedAt = state.failedAt, now < failedAt.adding(Self.pause(after: state.failures)) { return nil }
      let pause = state.certificates[serial] == nil ? Self.shortestPause : Self.longestUse
      if let fetchedAt = state.fetchedAt, now < fetchedAt.adding(pause) { return nil }
      let task = Task { await self.renew(fetch) }
      state.fetching = task
      return task
    }
  }

  /// Two seconds, then twice as long each time, up to a minute.
  private static func pause(after failures: Int) -> Duration { .seconds(min(60, 1 << min(max(failures, 1), 6))) }

  /// Has its own time: whoever began it isn't the only one who waits.
  private func renew(_ fetch: @escaping Fetch) async {
    let certificates = try? await Deadline.lifted { try await Deadline.run(within: Self.patience, fetch) }
    let now = clock.now
    state.withLock { state in
      state.fetching = nil
      guard let certificates else {
        state.failedAt = now
        state.failures += 1
        return
      }
      state.failedAt = nil
      state.failures = 0
      state.fetchedAt = now
      // What WeChat Pay doesn't name any more it doesn't use.
      state.certificates = Dictionary(
        certificates.map { ($0.serial, $0) }, uniquingKeysWith: { first, _ in first })
    }
  }
}
