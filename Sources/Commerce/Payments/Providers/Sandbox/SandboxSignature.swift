import Crypto
import Foundation
import Values

/// The sandbox's signatures: HMAC-SHA256 in lower-case hex over direction, time, method, path and body, one to a line.
/// The direction keeps an answer from being played back as a notice.
struct SandboxSignature: Sendable {
  enum Direction: String { case request, answer, notice }

  static let timeHeader = "sandbox-timestamp"
  static let merchantHeader = "sandbox-merchant"
  static let signatureHeader = "sandbox-signature"
  /// How old, or how far ahead, a signed message may be.
  static let tolerance: Duration = .seconds(300)

  let secret: String

  func sign(_ direction: Direction, time: Int64, method: String, path: String, body: [UInt8]) -> String {
    code(direction, time: time, method: method, path: path, body: body).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// Checks headers with names in lower case; throws `NoticeFault`.
  func verify(
    _ direction: Direction, headers: [String: String], method: String, path: String, body: [UInt8], now: Timestamp
  ) throws(NoticeFault) {
    guard let timeText = headers[Self.timeHeader], let given = headers[Self.signatureHeader] else { throw .unsigned }
    guard let time = Int64(timeText), timeText.utf8.count <= 15, let signature = Self.bytes(hex: given) else {
      throw .badSignature
    }
    let key = SymmetricKey(data: Data(secret.utf8))
    let text = Self.text(direction, time: time, method: method, path: path, body: body)
    // Compares in constant time.
    guard HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: text, using: key) else {
      throw .badSignature
    }
    guard abs(time - now.milliseconds) <= Self.tolerance.milliseconds else { throw .tooOld }
  }

  private func code(_ direction: Direction, time: Int64, method: String, path: String, body: [UInt8]) -> [UInt8] {
    let text = Self.text(direction, time: time, method: method, path: path, body: body)
    return Array(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: Data(secret.utf8))))
  }

  private static func text(_ direction: Direction, time: Int64, method: String, path: String, body: [UInt8]) -> Data {
    Data("\(direction.rawValue)\n\(time)\n\(method)\n\(path)\n".utf8) + Data(body)
  }

  private static func bytes(hex text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = hexValue(digits[index]), let low = hexValue(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 48...57: digit - 48
    case 97...102: digit - 87
    default: nil
    }
  }
}
