import Foundation
import Signatures
import Values

/// What a merchant signs a request with: the `Authorization` header, whose fields may come in any order.
struct WeChatAuthorization {
  /// How far the time of a request may be from ours, in seconds.
  static let largestAgeSeconds: Int64 = 300

  let merchantID: String
  let nonce: String
  let time: String
  let serial: String
  let signature: String

  /// Nil for another scheme, for fields that are missing, doubled or without quotes, and for others than these.
  init?(_ header: String) {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0] == WeChatSigners.kind else { return nil }
    var fields: [Substring: String] = [:]
    for part in parts[1].split(separator: ",") {
      let halves = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      guard halves.count == 2, halves[1].count >= 2, halves[1].hasPrefix("\""), halves[1].hasSuffix("\""),
        fields.updateValue(String(halves[1].dropFirst().dropLast()), forKey: halves[0]) == nil
      else { return nil }
    }
    guard fields.count == 5, let merchantID = fields["mchid"], let nonce = fields["nonce_str"],
      let time = fields["timestamp"], let serial = fields["serial_no"], let signature = fields["signature"],
      (1...32).contains(nonce.utf8.count)
    else { return nil }
    self.merchantID = merchantID
    self.nonce = nonce
    self.time = time
    self.serial = serial
    self.signature = signature
  }

  /// Throws `WeChatProblem` unless the merchant signed just this request, just now.
  /// - Parameters:
  ///   - header: the value of `Authorization`.
  ///   - path: with its query, as it was sent.
  static func expect(
    _ header: String?, _ method: String, _ path: String, body: [UInt8], of account: WeChatAccount, now: Timestamp
  ) throws(WeChatProblem) {
    guard let header, let claim = WeChatAuthorization(header) else {
      throw .badSignature("Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》")
    }
    guard let seconds = Int64(claim.time), isFresh(seconds, now: now) else {
      throw .badSignature("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟")
    }
    guard claim.merchantID == account.merchantID, claim.serial == account.certificateSerial else {
      throw .badSignature("商户证书序列号有误。请使用签名私钥匹配的证书序列号")
    }
    let message = Data("\(method)\n\(path)\n\(claim.time)\n\(claim.nonce)\n".utf8) + Data(body) + Data("\n".utf8)
    guard account.merchantKey.isValid(claim.signature, of: message) else { throw .badSignature("错误的签名，验签失败") }
  }

  /// Compared with a range, because the distance between two numbers from outside can overflow.
  private static func isFresh(_ seconds: Int64, now: Timestamp) -> Bool {
    let current = now.milliseconds / 1000
    return (current - largestAgeSeconds...current + largestAgeSeconds).contains(seconds)
  }
}
