import Foundation
import Signatures
import Values

/// Signatures of requests and of what comes back (RSA with SHA-256 over lines).
enum WeChatSignature {
  static let kind = "WECHATPAY2-SHA256-RSA2048"
  /// How old a signed message may be.
  static let longestAgeSeconds: Int64 = 300

  static func canonical(request method: String, _ path: String, time: String, nonce: String, body: [UInt8]) -> Data {
    Data("\(method)\n\(path)\n\(time)\n\(nonce)\n".utf8) + Data(body) + Data("\n".utf8)
  }

  /// What came with a message, besides its body.
  struct Claim {
    let time: String
    let nonce: String
    let signature: String
    let serial: String

    /// - Parameter headers: names in lower case.
    init?(_ headers: [String: String]) {
      guard let time = headers["wechatpay-timestamp"], let nonce = headers["wechatpay-nonce"],
        let signature = headers["wechatpay-signature"], let serial = headers["wechatpay-serial"]
      else { return nil }
      if let kind = headers["wechatpay-signature-type"], kind != WeChatSignature.kind { return nil }
      self.time = time
      self.nonce = nonce
      self.signature = signature
      self.serial = serial
    }

    func isFresh(at now: Timestamp) -> Bool {
      guard let seconds = Int64(time) else { return false }
      let (age, isTooFar) = (now.milliseconds / 1000).subtractingReportingOverflow(seconds)
      return !isTooFar && age.magnitude <= UInt64(longestAgeSeconds)
    }

    /// Some are wrong on purpose, to see whether we look: they are no base64.
    func isSigned(by key: RSAPublicKey, body: [UInt8]) -> Bool {
      key.isValid(signature, of: Data("\(time)\n\(nonce)\n".utf8) + Data(body) + Data("\n".utf8))
    }
  }
}
