import Foundation
import Signatures
import Synchronization
import Values

/// The keys that WeChat Pay signs with: those that are set up, and platform certificates as they were fetched.
final class WeChatKeys: Sendable {
  private struct State {
    var certificates: [String: PlatformCertificate] = [:]
    var fetchedAt: Timestamp?
  }

  /// Whoever names a serial that nobody knows can't make us ask more often.
  private static let shortestPause = Duration.minutes(1)
  private static let longestUse = Duration.hours(12)

  private let configured: [String: RSAPublicKey]
  private let clock: WallClock
  private let state = Mutex(State())

  init(_ configured: [String: RSAPublicKey], clock: WallClock) {
    self.configured = configured
    self.clock = clock
  }

  /// Nil for one that isn't known, or isn't valid now.
  func key(_ serial: String) -> RSAPublicKey? {
    if let key = configured[serial] { return key }
    let now = clock.now.date
    guard let certificate = state.withLock({ $0.certificates[serial.uppercased()] }),
      certificate.validFrom <= now, now <= certificate.validUntil
    else { return nil }
    return certificate.publicKey
  }

  /// Whether fetching may help, and isn't asked for too often; answers true once in a while only.
  func shouldFetch(for serial: String) -> Bool {
    guard !serial.hasPrefix("PUB_KEY_ID_") else { return false }
    let now = clock.now
    return state.withLock { state in
      let pause = state.certificates[serial.uppercased()] == nil ? Self.shortestPause : Self.longestUse
      if let last = state.fetchedAt, now < last.adding(pause) { return false }
      state.fetchedAt = now
      return true
    }
  }

  func take(_ certificates: [PlatformCertificate]) {
    state.withLock { state in
      for certificate in certificates { state.certificates[certificate.serial] = certificate }
    }
  }
}
