import Crypto
import Foundation
import Values

/// Both sides sign with a shared secret: HMAC-SHA256, in hex, over the time in seconds, a purpose and the raw body, one
/// per line. The purpose keeps a message from being passed off as another: a request names its method and path, an
/// answer its status.
struct Signing: Sendable {
  enum Verdict: Equatable {
    case genuine
    case unsigned
    case badSignature
    case tooOld
    case otherMerchant
  }

  enum Header {
    static let merchant = "sandbox-merchant"
    static let time = "sandbox-time"
    static let signature = "sandbox-signature"
  }

  /// How far the time of a message may be from ours, in seconds.
  static let largestAgeSeconds: Int64 = 300

  let merchant: String
  private let secret: SymmetricKey

  init(merchant: String, secret: String) {
    self.merchant = merchant
    self.secret = SymmetricKey(data: Data(secret.utf8))
  }

  func headers(purpose: String, body: [UInt8], now: Timestamp) -> [(name: String, value: String)] {
    let time = String(now.milliseconds / 1000)
    let code = HMAC<SHA256>.authenticationCode(for: Self.message(time, purpose, body), using: secret)
    return [(Header.merchant, merchant), (Header.time, time), (Header.signature, Hex.text(code))]
  }

  /// `header` gives the value of a header by its name in lower case.
  func verdict(on purpose: String, body: [UInt8], now: Timestamp, header: (String) -> String?) -> Verdict {
    guard let sender = header(Header.merchant), let time = header(Header.time), let seconds = Int64(time),
      let signature = header(Header.signature)
    else { return .unsigned }
    guard let code = Hex.bytes(signature),
      HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.message(time, purpose, body), using: secret)
    else { return .badSignature }
    guard sender == merchant else { return .otherMerchant }
    // Compared with a range, because the distance between two numbers from outside can overflow.
    let current = now.milliseconds / 1000
    guard (current - Self.largestAgeSeconds...current + Self.largestAgeSeconds).contains(seconds) else {
      return .tooOld
    }
    return .genuine
  }

  private static func message(_ time: String, _ purpose: String, _ body: [UInt8]) -> Data {
    Data("\(time)\n\(purpose)\n".utf8) + Data(body)
  }
}
