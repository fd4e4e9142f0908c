import Signatures

/// What a merchant at WeChat Pay is set up with, API version 3.
public struct WeChatConfiguration: Sendable {
  public static let address = "https://api.mch.weixin.qq.com"

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
  public let baseURL: String

  /// Nil unless the API key has 32 bytes.
  public init?(
    merchantID: String, appID: String, certificateSerial: String, privateKey: RSAPrivateKey, apiKey: String,
    publicKeys: [String: RSAPublicKey], baseURL: String = Self.address
  ) {
    guard apiKey.utf8.count == 32 else { return nil }
    self.merchantID = merchantID
    self.appID = appID
    self.certificateSerial = certificateSerial.uppercased()
    self.privateKey = privateKey
    self.apiKey = Array(apiKey.utf8)
    self.publicKeys = publicKeys
    self.baseURL = baseURL
  }

  /// Which key answers should be signed with, where it's one of those that are set up.
  var preferredKey: String? { publicKeys.keys.max() }

  static func merchant(_ merchantID: String, _ appID: String) -> String { "\(merchantID)/\(appID)" }
}
