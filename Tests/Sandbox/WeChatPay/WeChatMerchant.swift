import Foundation
import Payments
import Signatures
import Synchronization
import TestKit
import Testing
import Values

@testable import Sandbox

/// A merchant of the sandbox's WeChat Pay, with the keys of the signed examples.
struct WeChatMerchant: Sendable {
  struct Keys: Decodable, Sendable {
    struct Pair: Decodable, Sendable {
      let private_pkcs8_pem: String
      let public_spki_pem: String
      let cert_pem: String?
      let cert_serial_no: String?
      let public_key_id: String?
    }

    let keys: [String: Pair]
    let symmetric: [String: String]

    func pair(_ name: String) throws -> Pair { try #require(keys["TEST-ONLY-\(name)"]) }
    func signer(_ name: String) throws -> RSAPrivateKey {
      try #require(RSAPrivateKey(text: pair(name).private_pkcs8_pem))
    }
  }

  static let merchantID = "1900000001"
  static let appID = "wx0000000000000001"
  static let appSecret = "a secret of the mini-program"

  let platform: Platform
  let keys: Keys

  static func read<Content: Decodable>(_ name: String, as _: Content.Type = Content.self) throws -> Content {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = tests.appendingPathComponent("Commerce/Payments/Vectors/\(name).json")
    return try JSONDecoder().decode(Content.self, from: Data(contentsOf: file))
  }

  static func keys() throws -> Keys { try read("test-only-keys") }

  /// What the sandbox is told of the merchant. One key of the platform is known by a certificate and by itself; the next one is
  /// another of those that have certificates.
  static func given(_ keys: Keys, signs: String = "") throws -> [String: String] {
    let (merchant, platform) = (try keys.pair("wechat-merchant"), try keys.pair("wechat-platform"))
    return [
      "wechat.merchantID": merchantID, "wechat.appID": appID, "wechat.appSecret": appSecret,
      "wechat.apiKey": try #require(keys.symmetric["wechat_apiv3_key"]),
      "wechat.merchant.public": merchant.public_spki_pem,
      "wechat.merchant.serial": try #require(merchant.cert_serial_no),
      "wechat.platform": platform.private_pkcs8_pem,
      "wechat.platform.certificate": try #require(platform.cert_pem),
      "wechat.platform.next": merchant.private_pkcs8_pem,
      "wechat.platform.next.certificate": try #require(merchant.cert_pem),
      "wechat.public": platform.private_pkcs8_pem, "wechat.public.id": try #require(platform.public_key_id),
      "wechat.signs": signs,
    ]
  }

  static func account() throws -> WeChatAccount {
    var ring = try KeyRing(file: nil, given: try given(try keys()))
    return try WeChatAccount(&ring)
  }

  /// - Parameter signs: what notices are signed with, in turn: beginnings of serials with spaces between.
  static func run(
    signs: String = "", _ work: @escaping @Sendable (WeChatMerchant) async throws -> Void
  ) async throws {
    let keys = try keys()
    try await Platform.run(keys: try given(keys, signs: signs)) { platform in
      try await work(WeChatMerchant(platform: platform, keys: keys))
    }
  }

  // MARK: The shop's own side

  /// - Parameters:
  ///   - publicKey: the name of the key that is set up as WeChat Pay's; nil for none, so that certificates are fetched.
  ///   - ahead: how far the shop's clock is from the platform's.
  func provider(
    publicKey: String? = "wechat-platform", publicKeyID: String? = nil, signer: String = "wechat-merchant",
    serial: String? = nil, ahead: Duration = .zero
  ) throws -> WeChatProvider {
    var publicKeys: [String: RSAPublicKey] = [:]
    if let publicKey {
      let id = try #require(keys.pair("wechat-platform").public_key_id)
      publicKeys[publicKeyID ?? id] = try keys.signer(publicKey).publicKey
    }
    let known = try #require(keys.pair("wechat-merchant").cert_serial_no)
    let configuration = WeChatConfiguration(
      merchantID: Self.merchantID, appID: Self.appID, certificateSerial: serial ?? known,
      privateKey: try keys.signer(signer), apiKey: keys.symmetric["wechat_apiv3_key"] ?? "", publicKeys: publicKeys,
      baseURL: platform.base)
    let time = platform.time
    return WeChatProvider(
      try #require(configuration), http: ProviderHTTPClient(), clock: WallClock { time.now.adding(ahead) })
  }

  func payment(
    _ number: String = "pay_00000001", _ way: PaymentWay = .code, fen: Int64 = 8880,
    notices: String = "http://127.0.0.1:9/notices"
  ) -> ProviderPayment {
    ProviderPayment(
      number: number, amount: Money(minor: fen, currency: .cny), subject: "茶具 & 茶叶", language: .zhHans,
      expiresAt: platform.time.now.adding(.minutes(15)), returnURL: "https://shop.example/orders/1?paid=1",
      noticeURL: notices, way: way, client: PayingClient(address: "203.0.113.7", openID: "oTEST"))
  }

  func refund(_ number: String, of payment: ProviderPayment, fen: Int64) -> ProviderRefund {
    ProviderRefund(
      payment: payment, number: number, amount: Money(minor: fen, currency: .cny), reason: "少发一件")
  }

  /// A code as it is opened for a buyer.
  func code(_ provider: WeChatProvider, _ payment: ProviderPayment) async throws -> String {
    let opening = try await provider.open(payment)
    guard case .code(let text) = opening.handover else {
      Issue.record("no code")
      return ""
    }
    return text
  }

  func statement(_ provider: WeChatProvider, _ day: String) async throws -> [StatementRow] {
    let read = Mutex<[StatementRow]>([])
    let day = try #require(ProviderDay(rawValue: day))
    try await provider.readStatement(of: day) { rows in read.withLock { $0 += rows } }
    return read.withLock { $0 }
  }

  /// A call that is signed as another client signs it.
  func call(_ method: String, _ path: String, _ body: String = "") async throws -> Answer {
    let time = String(platform.time.now.milliseconds / 1000)
    let signature = try keys.signer("wechat-merchant").signature(
      of: Data("\(method)\n\(path)\n\(time)\nN\n\(body)\n".utf8))
    let serial = try keys.pair("wechat-merchant").cert_serial_no ?? ""
    let fields = [
      #"serial_no="\#(serial)""#, #"timestamp="\#(time)""#, #"nonce_str="N""#, #"mchid="\#(Self.merchantID)""#,
      #"signature="\#(signature)""#,
    ]
    return try await platform.send(
      method, platform.base + path, body,
      headers: [("authorization", "WECHATPAY2-SHA256-RSA2048 " + fields.joined(separator: ",")), ("accept", "*/*")])
  }

  // MARK: What others do

  /// Reads the code, and pays at the cashier.
  func scan(_ code: String) async throws -> Answer {
    let place = code.replacing("weixin://", with: platform.base + "/")
    return try await pay(at: place)
  }

  /// Follows an address to the cashier, and pays there.
  func pay(at place: String) async throws -> Answer {
    let answer = try await platform.send("GET", place)
    guard let cashier = answer.headers["location"] else { return answer }
    return try await platform.send("POST", cashier + "/pay")
  }

  func order(_ fault: String, times: Int = 1, call: String = "") async throws {
    let wish = #"{"kind":"\#(fault)","times":\#(times),"call":"\#(call)"}"#
    let answer = try await platform.control("POST", "providers/wechat/faults", wish)
    #expect(answer.status == 200)
  }

  /// Pays without a buyer.
  func settle(_ number: String, body: String = "") async throws -> Answer {
    try await platform.control("POST", "providers/wechat/trades/\(number)/pay", body)
  }
}
