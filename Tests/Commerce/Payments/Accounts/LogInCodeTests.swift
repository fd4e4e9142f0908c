import Foundation
import Signatures
import Storage
import Testing
import TestKit
import Values

@testable import Payments

/// A buyer of a mini-program, as the payment centre hears of them.
@Suite struct LogInCodeTests {
  private static let secret = "0123456789abcdef0123456789abcdef"
  private static let session = "tiihtNczf5v6AKRyjwEUhQ=="
  private static let openID = "oTESTopenid0000000000000001"

  /// Takes each code but `spent-code`; answers of WeChat Pay are signed when the desk's clock begins.
  private static func desk() async throws -> AccountDesk {
    try await AccountDesk { call in
      guard call.url.contains("/sns/") else {
        let (body, time) = (#"{"prepay_id":"wx1"}"#, String(TestClock.start.milliseconds / 1000))
        let keys = try Vectors.keys()
        let sign = try keys.signer("wechat-platform").signature(of: Data("\(time)\nN\n\(body)\n".utf8))
        return .json(
          body,
          headers: [
            "wechatpay-timestamp": time, "wechatpay-nonce": "N", "wechatpay-signature": sign,
            "wechatpay-serial": try keys.pair("wechat-platform").public_key_id ?? "",
          ])
      }
      if call.url.contains("spent-code") { return .json(#"{"errcode":40029,"errmsg":"invalid code"}"#) }
      return .json(#"{"session_key":"\#(Self.session)","openid":"\#(Self.openID)"}"#)
    }
  }

  private static func draft(secret: String? = Self.secret) throws -> PaymentAccountDraft {
    let keys = try Vectors.keys()
    let (own, platform) = (try keys.pair("wechat-merchant"), try keys.pair("wechat-platform"))
    var draft = PaymentAccountDraft(
      method: WeChatProvider.name,
      fields: [
        "merchantID": "1900000001", "appID": "wx0000000000000001",
        "certificateSerial": try #require(own.cert_serial_no), "publicKeyID": try #require(platform.public_key_id),
        "publicKey": platform.public_spki_pem,
      ],
      secrets: [
        "privateKey": PaymentSecret(own.private_pkcs8_pem),
        "apiKey": PaymentSecret(try keys.secret("wechat_apiv3_key")),
      ], terms: AccountDesk.terms, version: nil)
    if let secret { draft.secrets["appSecret"] = PaymentSecret(secret) }
    return draft
  }

  // req: 4.1.4-1 4.1.4-2
  @Test func `a code that isn't taken leaves the payment as it was for the next, and nobody hears what was said`()
    async throws
  {
    let desk = try await Self.desk()
    try await desk.save(try Self.draft())
    var request = desk.request(WeChatProvider.name)
    request.way = .client
    request.client = PayingClient(logInCode: "spent-code")
    for _ in 1...2 {
      await #expect(throws: PaymentRefusal.payerUnknown("40029")) { try await desk.payments.open(request) }
    }
    let order = request.shares[0].order
    let waiting = try #require(try await desk.payments.payments(of: order).first)
    #expect(waiting.state == .created)
    request.client = PayingClient(logInCode: "fresh-code")
    let opened = try await desk.payments.open(request)
    #expect(opened.payment.id == waiting.id && opened.payment.state == .pending)
    let known = try await desk.payments.payments(of: order).count
    #expect(known == 1)

    let kept: [String] = try await desk.store.database.read { transaction in
      try transaction.rows("SELECT handover FROM payment").map { try $0["handover"] }
    }
    let log = desk.lines.text
    #expect(log.contains("payerUnknown"))
    for private_ in [Self.secret, Self.session, Self.openID, "spent-code", "fresh-code"] {
      #expect(!log.contains(private_) && !kept.contains { $0.contains(private_) }, "\(private_)")
    }
  }

  @Test func `without a secret the way isn't there, which those who run the shop read, and a secret opens it`()
    async throws
  {
    let desk = try await Self.desk()
    let account = try await desk.save(try Self.draft(secret: nil))
    var request = desk.request(WeChatProvider.name)
    request.way = .client
    request.client = PayingClient(logInCode: "fresh-code")
    for _ in 1...2 {
      await #expect(throws: PaymentRefusal.providerUnavailable) { try await desk.payments.open(request) }
    }
    #expect(desk.lines.text.contains("appSecret"))
    var with = try Self.draft()
    with.version = account.version
    try await desk.save(with)
    #expect(try await desk.payments.open(request).payment.state == .pending)
  }

  @Test func `buyers with bad codes don't have the provider left alone`() async throws {
    let desk = try await Self.desk()
    try await desk.save(try Self.draft())
    for _ in 1...30 {
      var request = desk.request(WeChatProvider.name)
      request.way = .client
      request.client = PayingClient(logInCode: "spent-code")
      await #expect(throws: PaymentRefusal.payerUnknown("40029")) { try await desk.payments.open(request) }
    }
    var request = desk.request(WeChatProvider.name)
    request.way = .client
    request.client = PayingClient(openID: "oTEST")
    #expect(try await desk.payments.open(request).payment.state == .pending)
  }

  // req: 4.1.4-1
  @Test func `a mini-program's secret is shown neither to another address nor for another app`() async throws {
    let desk = try await Self.desk()
    let account = try await desk.save(try Self.draft())
    #expect(account.secrets == ["privateKey", "apiKey", "appSecret"])
    for (field, value) in [("gateway", "http://127.0.0.1:9"), ("appID", "wx0000000000000002")] {
      var changed = try Self.draft(secret: nil)
      changed.secrets = [:]
      changed.version = account.version
      changed.fields[field] = value
      #expect(try await desk.faults(changed) == ["appSecret": "typeAgain"], "\(field)")
    }
    var without = try Self.draft(secret: nil)
    without.secrets = [:]
    without.version = account.version
    without.fields["gateway"] = "http://127.0.0.1:9"
    without.forgotten = ["appSecret"]
    #expect(try await desk.save(without).secrets == ["privateKey", "apiKey"])
  }
}
