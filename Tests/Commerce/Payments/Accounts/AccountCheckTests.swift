import Foundation
import Signatures
import TestKit
import Testing
import Values

@testable import Payments

/// What is said beside the fields of an account.
@Suite struct AccountCheckTests {
  /// RSA with 1024 bits, made for this test.
  private static let shortKey = """
    MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAL5SBd1yQORXA25lA285ZaPVEOY40QJ9L1KZ+kNG2c1sDVlDQNta
    1maqIzGY0ZpxzOXZccZGd+FU2XTqpoo7f/Y5D6V2ZktDcnR/RxBOsixc88PydQZfFSS17SR0Mr3T+3hoW0F9xat3GXjzuHWlg9gJ
    762R6k8tCUQB31kcx6HDAgMBAAECgYEAkQkCzTIff6NLyxoRlvYfnc1mNnu/0+zAXmtXC2P34RLhzU9yInfEAbLQZSB3QwJMSjD+
    AkJ7Yu19Vhrn1VnoddK1dRruFuL+KR1W/QnoYFeW7fGm52n9BJTolIaCmnlYNlcpt8GKexKpTRLmACte5hs7Y2aopp+5emtsTFa9
    mDkCQQDuWgyxJNHD4A6GLzCd2fQi8X270RRjJUpAr2sDPd7f2cm1hSoSiOvG2h3oe9PvEaET3JH4cCU0GDl1KTrJkqR/AkEAzGmK
    WsvOgpCrnYOwWArYp8mldsk3BQCYuCsdhyqIkBzTIZMgvIGfIN2Pn6+ekEId0CvvJJETNOXlmmN7F6PQvQJBAMIa7XkZjgZhIhLe
    vU3foDUQyx83/s1bIeQZtyFVsnpEB0NfJcsgXDp9iJu6s/ZeOfpNx0Y2NeX90FT8dZaQaIsCQCbgK5/5At1yBjF+yhr0dR/0CbP9
    sKkS4/iiuorqW+6MjNrl0GQJguoNOTN1gwKMkH723BRoQu7cij5CjTaBwUECQFm4ryV4Y7e7qVlKIoqkSzVGUDP/7TdQgyYIxu6r
    v6LOKxBy/SxosGQQMXM5ud+vT22h8xatTCounS7lfjaFlK8=
    """

  @Test func `each field says what is wrong with it`() async throws {
    let desk = try await AccountDesk()
    let keys = try Vectors.keys()
    let app = try keys.pair("alipay-app")
    func said(_ change: (inout PaymentAccountDraft) throws -> Void) async throws -> [String: String] {
      try await desk.faults(try desk.alipay(change))
    }
    #expect(try await said { $0.fields["appID"] = "20210000" } == ["appID": "notAProviderID"])
    #expect(try await said { $0.fields["appID"] = nil } == ["appID": "missing"])
    #expect(try await said { $0.fields["trust"] = "hope" } == ["trust": "unknownValue"])
    #expect(try await said { $0.fields["publicKey"] = nil } == ["publicKey": "missing"])
    #expect(try await said { $0.fields["publicKey"] = app.private_pkcs8_pem } == ["publicKey": "keyIsPrivate"])
    #expect(try await said { $0.fields["publicKey"] = app.public_spki_pem } == ["publicKey": "ownKeyAsTheirs"])
    #expect(try await said { $0.secrets["privateKey"] = nil } == ["privateKey": "missing"])
    for (text, code) in [
      (app.public_spki_pem, "keyIsPublic"), (Self.shortKey, "keyTooShort"), ("certainly not", "keyUnreadable"),
      ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "keyEncrypted"),
    ] {
      #expect(try await said { $0.secrets["privateKey"] = PaymentSecret(text) } == ["privateKey": code])
    }
    #expect(try await said { $0.fields["gateway"] = "ftp://x" } == ["gateway": "notAProviderAddress"])
    #expect(try await said { $0.terms.feePoints = 10_001 } == ["feePoints": "outOfRange"])
    // PEM of either kind, and bare base64.
    let bare = app.private_pkcs1_pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
    #expect(try await said { $0.secrets["privateKey"] = PaymentSecret(bare) } == [:])
  }

  @Test func `certificates must be valid now, and the key's own`() async throws {
    let desk = try await AccountDesk()
    let keys = try Vectors.keys()
    let own = try keys.pair("wechat-merchant")
    let certificate = try #require(own.cert_pem)
    func said(_ change: (inout PaymentAccountDraft) -> Void) async throws -> [String: String] {
      var draft = PaymentAccountDraft(
        method: WeChatProvider.name,
        fields: ["merchantID": "1600000000", "appID": "wx0123456789abcdef", "certificate": certificate],
        secrets: [
          "privateKey": PaymentSecret(own.private_pkcs8_pem),
          "apiKey": PaymentSecret(try keys.secret("wechat_apiv3_key")),
        ], terms: AccountDesk.terms, version: nil)
      change(&draft)
      return try await desk.faults(draft)
    }
    let other = try keys.pair("attacker").private_pkcs8_pem
    #expect(try await said { $0.secrets["privateKey"] = PaymentSecret(other) } == ["privateKey": "keyNotOfCertificate"])
    #expect(try await said { $0.secrets["apiKey"] = PaymentSecret("short") } == ["apiKey": "notOfLength"])
    for wrong in ["short", "0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcdef0"] {
      #expect(try await said { $0.secrets["appSecret"] = PaymentSecret(wrong) } == ["appSecret": "notAProviderID"])
    }
    #expect(
      try await said { $0.fields["certificate"] = own.private_pkcs8_pem } == ["certificate": "keyNoCertificate"])
    #expect(
      try await said { $0.fields["certificateSerial"] = "AABBCCDDEEFF0011" }
        == ["certificateSerial": "serialNotOfCertificate"])
    #expect(try await said { $0.fields["publicKeyID"] = "PUB_KEY_ID_0123456789" } == ["publicKey": "missing"])
    let saved = try await desk.accounts.accounts()
    #expect(saved.isEmpty)
    let parsed = try #require(PlatformCertificate(pem: certificate))
    let late = parsed.validUntil.timeIntervalSince1970 + 86_400 - Double(desk.store.clock.now.milliseconds) / 1000
    desk.store.clock.advance(by: .seconds(Int64(late)))
    #expect(try await said { $0.fields["appID"] = "wx0123456789abcdff" } == ["certificate": "certificateExpired"])
  }

  @Test func `a certificate is taken as bare base64, too, and says its serial number itself`() async throws {
    let desk = try await AccountDesk()
    let keys = try Vectors.keys()
    let own = try keys.pair("wechat-merchant")
    let bare = try #require(own.cert_pem).split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
    let draft = PaymentAccountDraft(
      method: WeChatProvider.name,
      fields: ["merchantID": "1600000000", "appID": "wx0123456789abcdef", "certificate": bare],
      secrets: [
        "privateKey": PaymentSecret(own.private_pkcs8_pem),
        "apiKey": PaymentSecret(try keys.secret("wechat_apiv3_key")),
      ], terms: AccountDesk.terms, version: nil)
    try await desk.save(draft)
    let provider = try #require(try await desk.directory.snapshot().listed.first?.provider as? WeChatProvider)
    #expect(provider.configuration.certificateSerial == own.cert_serial_no)
  }

  // req: 4.1.4-2
  @Test func `a shop with real money takes no keys and addresses of tests`() async throws {
    let desk = try await AccountDesk(isProduction: true)
    let faults = try await desk.faults(try desk.alipay())
    #expect(faults == ["privateKey": "testOnlyKey", "publicKey": "testOnlyKey"])
    #expect(try await desk.faults(desk.stripe()) == ["secretKey": "testModeKey"])
    var live = desk.stripe(
      key: "sk_live_ABCDEFGHIJ0123456789", hook: try Vectors.keys().secret("stripe_webhook_secret"))
    #expect(try await desk.faults(live) == ["webhookSecret": "testOnlyKey"])
    live.secrets["webhookSecret"] = PaymentSecret("whsec_ABCDEFGHIJ0123456789")
    for address in ["http://api.stripe.com", "https://api.stripe.com.evil.example", "https://127.0.0.1:8090"] {
      live.fields["gateway"] = address
      #expect(try await desk.faults(live) == ["gateway": "sandboxHost"])
    }
    live.fields["gateway"] = nil
    #expect(try await desk.faults(live) == [:])
    #expect(try await desk.accounts.unfit().isEmpty)
  }

  // req: 4.1.4-2
  @Test(arguments: [
    (AlipayProvider.name, "https://openapi.alipay.com/gateway.do", true),
    (AlipayProvider.name, "https://openapi-sandbox.dl.alipaydev.com/gateway.do", false),
    (AlipayProvider.name, "https://openapi.alipay.com@127.0.0.1/gateway.do", false),
    (WeChatProvider.name, "https://api.mch.weixin.qq.com", true),
    (WeChatProvider.name, "https://api2.mch.weixin.qq.com", true),
    (WeChatProvider.name, "https://api.stripe.com", false), (WeChatProvider.name, "http://127.0.0.1:8090", false),
    (StripeProvider.name, "https://api.stripe.com", true), (StripeProvider.name, "https://api.stripe.com:8443", false),
    (StripeProvider.name, "https://localhost/stripe", false), (StripeProvider.name, "", false),
  ])
  func `real money moves at the provider's own addresses alone`(
    method: PaymentMethod, address: String, isReal: Bool
  ) {
    #expect(TestOnlyKeys.isReal(address, of: method) == isReal)
  }

  @Test func `what was saved for tests is found before real money moves`() async throws {
    let desk = try await AccountDesk()
    let saved = try await desk.save(try desk.alipay { $0.fields["gateway"] = "http://127.0.0.1:1/gateway.do" })
    #expect(Set(try await desk.accounts.unfit().map { $0.code }) == ["testOnlyKey", "sandboxHost"])
    try await desk.accounts.turn(saved.method, on: false, of: .shop, by: desk.staff)
    #expect(try await desk.accounts.unfit().isEmpty)
  }

  @Test func `the list of keys of tests is that of the examples`() throws {
    let keys = try Vectors.keys()
    for pair in keys.keys.values {
      let key = try #require(RSAPublicKey(text: pair.public_spki_pem))
      #expect(TestOnlyKeys.contains(key))
    }
    for name in ["wechat_apiv3_key", "stripe_webhook_secret", "stripe_webhook_secret_next", "stripe_api_key"] {
      #expect(TestOnlyKeys.contains(PaymentSecret(try keys.secret(name))))
    }
    #expect(TestOnlyKeys.fingerprints.count == keys.keys.count)
  }
}
