import Foundation
import Signatures
import Synchronization
import Values

/// Signs what the platform says. While it changes from one key to another it takes several in turn, as servers do of which some
/// have changed.
final class WeChatSigners: Sendable {
  static let kind = "WECHATPAY2-SHA256-RSA2048"
  /// What wrong signatures begin with that the platform sends to see whether merchants look.
  static let probe = "WECHATPAY/SIGNTEST/"

  private struct Turn {
    var keys: [WeChatPlatformKey]
    var next = 0
  }

  let keys: [WeChatPlatformKey]
  private let turn: Mutex<Turn>

  /// Begins with the key that merchants are handed by itself, as it is for those that are new to the platform.
  init(_ account: WeChatAccount) {
    keys = account.keys
    turn = Mutex(Turn(keys: account.keys.filter { $0.certificate == nil }))
  }

  /// Those in use, in turn.
  var current: [String] { turn.withLock { $0.keys.map(\.serial) } }

  /// From now on these are used, in turn. False for none, and for one that the platform doesn't have.
  func sign(with serials: [String]) -> Bool {
    let chosen = serials.compactMap(key)
    guard !chosen.isEmpty, chosen.count == serials.count else { return false }
    turn.withLock { $0 = Turn(keys: chosen) }
    return true
  }

  func key(_ serial: String) -> WeChatPlatformKey? { keys.first { $0.serial == serial } }

  /// What notices are signed with: the key whose turn it is.
  func forNotice() -> WeChatPlatformKey? {
    turn.withLock { turn in
      defer { turn.next += 1 }
      return turn.keys.isEmpty ? nil : turn.keys[turn.next % turn.keys.count]
    }
  }

  /// What an answer is signed with: the key that the caller names, for others a certificate.
  func forAnswer(naming serial: String?) throws(WeChatProblem) -> WeChatPlatformKey {
    if let serial {
      guard let key = key(serial) else { throw .unknownKey }
      return key
    }
    let used = turn.withLock { $0.keys.first { $0.certificate != nil } }
    guard let key = used ?? keys.first(where: { $0.certificate != nil }) else { throw .unknownKey }
    return key
  }

  /// What goes with a message: over its time, a nonce and its raw bytes, a line each.
  /// - Parameter isProbe: signs wrongly, as the platform does now and then on purpose.
  static func headers(
    _ body: [UInt8], by key: WeChatPlatformKey, at moment: Timestamp, isProbe: Bool = false
  ) throws -> [(name: String, value: String)] {
    let (time, nonce) = (String(moment.milliseconds / 1000), Random.letters(32))
    let signature =
      isProbe
      ? probe + Random.letters(344 - probe.utf8.count)
      : try key.privateKey.signature(of: Data("\(time)\n\(nonce)\n".utf8) + Data(body) + Data("\n".utf8))
    return [
      ("wechatpay-timestamp", time), ("wechatpay-nonce", nonce), ("wechatpay-signature", signature),
      ("wechatpay-signature-type", kind), ("wechatpay-serial", key.serial),
    ]
  }
}
