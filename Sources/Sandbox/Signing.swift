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

enum Hex {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Nil unless the text is pairs of hex digits, at most 128 of them.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2), digits.count <= 256 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 48...57: digit - 48
    case 65...70: digit - 55
    case 97...102: digit - 87
    default: nil
    }
  }
}
