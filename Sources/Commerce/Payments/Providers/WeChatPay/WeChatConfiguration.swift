import Signatures

/// What a merchant at WeChat Pay is set up with, API version 3.
public struct WeChatConfiguration: Sendable, Unprintable {
  public static let address = "https://api.mch.weixin.qq.com"
  /// Where mini-programs are asked about; those who pay there are known to it, not to WeChat Pay.
  static let programAddress = "https://api.weixin.qq.com"

  public let merchantID: String
  public let appID: String
  /// Of the merchant's API certificate, in upper-case hex.
  public let certificateSerial: String
  public let privateKey: RSAPrivateKey
  /// 32 bytes: what notices and platform certificates are sealed with.
  public let apiKey: [UInt8]
  /// WeChat Pay's public keys by their identity, `PUB_KEY_ID_…`; none where it signs with platform certificates, which are
  /// fetched. While it changes from one to the other both are used.
  public let publicKeys: [String: RSAPublicKey]
  /// Which key answers should be signed with; nil leaves it to WeChat Pay.
  let preferredKey: String?
  /// Of the mini-program behind `appID`; nil where nobody's log-in code is exchanged.
  public let appSecret: String?
  public let baseURL: String

  /// Nil unless the API key has 32 bytes.
  /// - Parameter preferredKey: with which of the public keys WeChat Pay is asked to sign; nil for the last of them by name.
  public init?(
    merchantID: String, appID: String, certificateSerial: String, privateKey: RSAPrivateKey, apiKey: String,
    publicKeys: [String: RSAPublicKey], preferredKey: String? = nil, appSecret: String? = nil,
    baseURL: String = Self.address
  ) {
    guard apiKey.utf8.count == 32 else { return nil }
    self.merchantID = merchantID
    self.appID = appID
    self.certificateSerial = certificateSerial.uppercased()
    self.privateKey = privateKey
    self.apiKey = Array(apiKey.utf8)
    self.publicKeys = publicKeys
    self.preferredKey = preferredKey ?? publicKeys.keys.max()
    self.appSecret = appSecret
    self.baseURL = baseURL
  }

  /// Of the mini-program's log-in. A sandbox plays both at one address; both of WeChat Pay's own have the one beside them.
  var programURL: String { TestOnlyKeys.isReal(baseURL, of: WeChatProvider.name) ? Self.programAddress : baseURL }

  static func merchant(_ merchantID: String, _ appID: String) -> String { "\(merchantID)/\(appID)" }
}
