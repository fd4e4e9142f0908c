import Signatures

/// What an application at Alipay is set up with.
public struct AlipayConfiguration: Sendable, Unprintable {
  /// How Alipay's answers are verified.
  public enum Trust: Sendable {
    /// By the public key that its console shows.
    case publicKey(RSAPublicKey)
    /// By certificates: requests name ours and the root, answers name the one they are signed with.
    case certificates(application: PlatformCertificate, platform: [PlatformCertificate], rootSerial: String)
  }

  public static let gateway = "https://openapi.alipay.com/gateway.do"

  public let appID: String
  /// The seller's account, `2088…`; nil where only the application is compared.
  public let sellerID: String?
  public let privateKey: RSAPrivateKey
  public let trust: Trust
  public let gateway: String

  public init(
    appID: String, sellerID: String?, privateKey: RSAPrivateKey, trust: Trust, gateway: String = Self.gateway
  ) {
    self.appID = appID
    self.sellerID = sellerID
    self.privateKey = privateKey
    self.trust = trust
    self.gateway = gateway
  }

  /// Who we are in reports.
  var merchant: String { Self.merchant(appID, sellerID) }

  static func merchant(_ appID: String, _ sellerID: String?) -> String {
    sellerID.map { "\(appID)/\($0)" } ?? appID
  }

  /// The keys that a message may be signed with; none for a certificate that isn't known.
  /// - Parameter serial: of the certificate, where the message names it: never in public-key mode, and in certificate mode not in
  ///   all notices, so that each certificate may be meant.
  func keys(_ serial: String?) -> [RSAPublicKey] {
    switch trust {
    case .publicKey(let key): [key]
    case .certificates(_, let platform, _):
      platform.filter { serial == nil || $0.alipaySerial == serial }.map(\.publicKey)
    }
  }
}
