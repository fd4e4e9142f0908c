import Signatures
import Values

extension AccountReading {
  mutating func alipay() -> AlipayConfiguration? {
    let appID = id("appID", /[0-9]{16}/, example: "2021000000000000")
    let sellerID = id("sellerID", /2088[0-9]{12}/, example: "2088000000000000")
    let address = address(orElse: AlipayConfiguration.gateway)
    let key = privateKey()
    guard let trust = trust(of: key), let appID, let key, faults.isEmpty else { return nil }
    return AlipayConfiguration(appID: appID, sellerID: sellerID, privateKey: key, trust: trust, gateway: address)
  }

  private mutating func trust(of key: RSAPrivateKey?) -> AlipayConfiguration.Trust? {
    guard text("trust") == "certificates" else {
      guard text("publicKey") != nil else {
        faults.add("publicKey", "missing")
        return nil
      }
      guard let theirs = publicKey() else { return nil }
      // Alipay's console shows both side by side.
      if let key, key.publicKey.fingerprint == theirs.fingerprint { faults.add("publicKey", "ownKeyAsTheirs") }
      return .publicKey(theirs)
    }
    for name in ["appCertificate", "platformCertificates", "rootCertificates"] where text(name) == nil {
      faults.add(name, "missing")
    }
    let application = certificate("appCertificate")
    if let key, let application, application.publicKey.fingerprint != key.publicKey.fingerprint {
      faults.add("privateKey", "keyNotOfCertificate")
    }
    let platform = certificates("platformCertificates")
    // Requests name those of the roots that sign with RSA; some of the others in the file are long over.
    let roots = certificates("rootCertificates", mustBeValid: false)
    guard let application, !platform.isEmpty, !roots.isEmpty else { return nil }
    return .certificates(
      application: application, platform: platform,
      rootSerial: roots.map(\.alipaySerial).joined(separator: "_"))
  }

  mutating func weChat() -> WeChatConfiguration? {
    let merchantID = id("merchantID", /[0-9]{8,10}/, example: "1600000000")
    let appID = id("appID", /wx[0-9a-z]{16}/, example: "wx0123456789abcdef")
    let address = address(orElse: WeChatConfiguration.address)
    let key = privateKey()
    let serial = serial(of: key)
    if let apiKey = secrets["apiKey"], apiKey.text.utf8.count != 32 {
      faults.add("apiKey", "notOfLength", ["length": "32"])
    }
    refuseTestOnly("apiKey")
    if let appSecret = secrets["appSecret"], appSecret.text.wholeMatch(of: /[0-9a-fA-F]{32}/) == nil {
      faults.add("appSecret", "notAProviderID", ["example": "0123456789abcdef0123456789abcdef"])
    }
    let keys = weChatKeys(of: key)
    guard let merchantID, let appID, let key, let serial, let apiKey = secrets["apiKey"], faults.isEmpty else {
      return nil
    }
    return WeChatConfiguration(
      merchantID: merchantID, appID: appID, certificateSerial: serial, privateKey: key, apiKey: apiKey.text,
      publicKeys: keys, preferredKey: text("publicKeyID"), appSecret: secrets["appSecret"]?.text, baseURL: address)
  }

  /// Of the merchant's certificate, which says it, or as it was typed.
  private mutating func serial(of key: RSAPrivateKey?) -> String? {
    let typed = id("certificateSerial", /[0-9A-Fa-f]{8,64}/, example: "5157F09EFDC096DE15EBE81A47057A72…")
    guard text("certificate") != nil else {
      if text("certificateSerial") == nil { faults.add("certificateSerial", "missing") }
      return typed
    }
    guard let certificate = certificate("certificate") else { return nil }
    if let key, certificate.publicKey.fingerprint != key.publicKey.fingerprint {
      faults.add("privateKey", "keyNotOfCertificate")
    }
    if let typed, typed.uppercased() != certificate.serial {
      faults.add("certificateSerial", "serialNotOfCertificate", ["serial": certificate.serial])
    }
    return certificate.serial
  }

  /// The one that is used and, while it is changed, the one before.
  private mutating func weChatKeys(of key: RSAPrivateKey?) -> [String: RSAPublicKey] {
    var keys = weChatKey("publicKeyID", "publicKey", of: key)
    let former = weChatKey("formerPublicKeyID", "formerPublicKey", of: key)
    let names = [text("publicKeyID"), text("formerPublicKeyID")]
    if names[1] != nil, names[0] == nil { faults.add("publicKeyID", "missing") }
    if names[1] != nil, names[0] == names[1] { faults.add("formerPublicKeyID", "repeated") }
    keys.merge(former) { current, _ in current }
    return keys
  }

  private mutating func weChatKey(
    _ idField: String, _ keyField: String, of key: RSAPrivateKey?
  ) -> [String: RSAPublicKey] {
    let name = id(idField, /PUB_KEY_ID_[0-9A-Za-z]{10,60}/, example: "PUB_KEY_ID_0116…")
    if text(keyField) != nil, text(idField) == nil { faults.add(idField, "missing") }
    if text(idField) != nil, text(keyField) == nil { faults.add(keyField, "missing") }
    guard let theirs = publicKey(keyField), let name else { return [:] }
    if let key, key.publicKey.fingerprint == theirs.fingerprint { faults.add(keyField, "ownKeyAsTheirs") }
    return [name: theirs]
  }

  mutating func stripe() -> StripeConfiguration? {
    let accountID = id("accountID", /acct_[0-9A-Za-z]{8,40}/, example: "acct_1A2b3C…")
    let address = address(orElse: StripeConfiguration.address)
    expect("secretKey", ["sk_live_", "sk_test_", "rk_live_", "rk_test_"])
    for name in ["webhookSecret", "formerWebhookSecret"] { expect(name, ["whsec_"]) }
    guard accountID != nil, let key = secrets["secretKey"], let hook = secrets["webhookSecret"] else { return nil }
    let configuration = StripeConfiguration(
      secretKey: key.text,
      webhookSecrets: [hook.text] + (secrets["formerWebhookSecret"].map { [$0.text] } ?? []), baseURL: address)
    if rules?.isProduction == true, !configuration.isLive { faults.add("secretKey", "testModeKey") }
    return faults.isEmpty ? configuration : nil
  }

  private mutating func expect(_ name: String, _ beginnings: [String]) {
    guard let secret = secrets[name] else { return }
    let isPlain = secret.text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    if !isPlain || !beginnings.contains(where: { secret.text.hasPrefix($0) }) {
      faults.add(name, "notASecretOf", ["beginnings": beginnings.joined(separator: " / ")])
    }
    refuseTestOnly(name)
  }
}
