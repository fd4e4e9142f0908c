import Hummingbird
import Signatures

/// The shop as Alipay knows it: an application and a seller.
///
/// Names in the ring: `alipay.appID`, `alipay.sellerID`, `alipay.platform` (private, ours), `alipay.app` (private, the shop's),
/// or `alipay.appPublicKey` where the shop keeps its private half to itself, and `alipay.appCertificate`,
/// `alipay.platformCertificate`, `alipay.rootCertificate` in PEM.
struct AlipayAccount: SandboxAccount {
  static let brand = Brand.alipay

  let appID: String
  let sellerID: String
  let platformKey: RSAPrivateKey
  /// Nil where the shop made it, and gave its public half alone.
  let appKey: RSAPrivateKey?
  let appPublicKey: RSAPublicKey
  /// Nil where the shop's key isn't known, and it gave no certificate either.
  let appCertificate: PlatformCertificate?
  let platformCertificate: PlatformCertificate
  let rootCertificate: PlatformCertificate

  init(_ keys: inout KeyRing) throws {
    appID = try keys.text("alipay.appID") { "2021000000000001" }
    sellerID = try keys.text("alipay.sellerID") { "2088000000000002" }
    platformKey = try keys.privateKey("alipay.platform")
    platformCertificate = try keys.certificate(
      "alipay.platformCertificate", of: platformKey, called: "Sandbox Alipay")
    rootCertificate = try keys.certificate("alipay.rootCertificate", of: platformKey, called: "Sandbox Alipay Root")
    if let key = try keys.publicKey("alipay.appPublicKey") {
      appKey = nil
      appPublicKey = key
      appCertificate = keys.given("alipay.appCertificate").flatMap { PlatformCertificate(pem: $0) }
    } else {
      let key = try keys.privateKey("alipay.app")
      appKey = key
      appPublicKey = key.publicKey
      appCertificate = try keys.certificate("alipay.appCertificate", of: key, called: "Sandbox Shop")
    }
  }

  var voice: any ProviderVoice { AlipayVoice(account: self) }

  func settings(at address: String) -> [String: String] {
    var settings = [
      "appID": appID, "sellerID": sellerID, "publicKey": platformKey.publicKey.bareText,
      "gateway": "\(address)/alipay/gateway.do", "rootSerial": rootCertificate.alipaySerial,
    ]
    settings["privateKey"] = appKey?.bareText
    settings["applicationCertificate"] = try? appCertificate?.pem
    settings["platformCertificate"] = try? platformCertificate.pem
    settings["rootCertificate"] = try? rootCertificate.pem
    return settings
  }

  func add(to router: Router<BasicRequestContext>, _ core: SandboxCore) {
    AlipayEndpoints(account: self, core: core).add(to: router)
  }
}
