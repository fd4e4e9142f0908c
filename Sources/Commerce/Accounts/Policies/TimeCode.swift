import Crypto
import Foundation
import Values

/// Codes that an authenticator makes of a secret and the time: RFC 6238 with SHA-1, six digits and steps of 30 seconds,
/// which is what all of them know.
public enum TimeCode {
  static let secretBytes = 20
  private static let stepMilliseconds: Int64 = 30_000
  private static let modulus: UInt32 = 1_000_000

  public static func step(at time: Timestamp) -> Int64 { time.milliseconds / stepMilliseconds }

  /// The code of a step (RFC 4226, section 5.3).
  public static func code(_ secret: [UInt8], step: Int64) -> String {
    let counter = withUnsafeBytes(of: step.bigEndian) { Data($0) }
    let digest = Array(
      HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: Data(secret))))
    let offset = Int(digest[digest.count - 1] & 15)
    let word = digest[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let digits = String(word % modulus)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The step that the code belongs to: this one or a neighbour, as clocks differ; none up to `last`, so that a code that
  /// was seen over somebody's shoulder is worth nothing.
  static func step(of code: String, _ secret: [UInt8], at time: Timestamp, after last: Int64) -> Int64? {
    let now = step(at: time)
    return (now - 1...now + 1).first { $0 > last && self.code(secret, step: $0) == code }
  }
}

/// The secret that staff bring into their authenticator.
public struct SecondFactorSecret: Hashable, Sendable {
  public let bytes: [UInt8]

  public init(bytes: [UInt8]) { self.bytes = bytes }

  static func make() -> SecondFactorSecret {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<TimeCode.secretBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    return SecondFactorSecret(bytes: bytes)
  }

  /// As people type it: base 32 of RFC 4648 without filling.
  public var text: String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    var text: [UInt8] = []
    var (bits, count) = (UInt32(0), 0)
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 5 {
        count -= 5
        text.append(digits[Int(bits >> UInt32(count) & 31)])
      }
    }
    if count > 0 { text.append(digits[Int(bits << UInt32(5 - count) & 31)]) }
    return String(decoding: text, as: UTF8.self)
  }
}
