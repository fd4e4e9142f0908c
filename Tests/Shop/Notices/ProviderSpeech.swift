import Crypto
import Foundation
import Signatures
import Testing
import Values

@testable import App
@testable import Sandbox

/// Who tells the shop of payments, each at an address and in a protocol of its own.
enum Speaker: String, CaseIterable, Sendable {
  case alipay, wechat, stripe, sandbox

  /// Whether it takes the answer for a yes: the bytes are those of its documentation, and anything else has it tell again.
  func isAcknowledged(_ answer: Browser.Answer) -> Bool {
    switch self {
    case .alipay, .sandbox: answer.status == 200 && Array(answer.body.utf8) == Array("success".utf8)
    case .wechat: (answer.status == 200 || answer.status == 204) && answer.body.isEmpty
    case .stripe: (200..<300).contains(answer.status)
    }
  }
}

/// What a notice says.
struct Telling: Sendable {
  enum State: Sendable { case paid, pending, closed }

  var number: String
  /// The provider's own number.
  var trade: String
  /// In minor units.
  var amount: Int64
  var currency = "CNY"
  var state = State.paid
  /// Meant for somebody else who has the same keys.
  var isForeign = false
  /// Begun at the provider, in minor units.
  var refund: (number: String, amount: Int64)?
}

/// How it is written and signed.
struct Manner: Sendable {
  enum Signer: Sendable { case provider, stranger, nobody }

  var signer = Signer.provider
  /// How long ago; negative is ahead.
  var ageSeconds: Int64 = 0
  /// The members stand in another order than usual.
  var isReordered = false
  /// Letters are written as escapes.
  var isEscaped = false
  /// Bytes without a meaning behind all others.
  var padding = 0
  /// Of this message; equal marks give equal bytes.
  var mark = String((0..<12).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement() ?? "a" })
}

struct SpokenNotice: Sendable {
  var headers: [String: String]
  var body: [UInt8]
}

/// A provider that a test plays, as far as it speaks of its own accord.
struct ProviderSpeech: Sendable {
  let speaker: Speaker
  let keys: ExampleKeys
  let settings: Settings
  let now: @Sendable () -> Timestamp

  func notice(_ told: Telling, _ manner: Manner = Manner()) throws -> SpokenNotice {
    switch speaker {
    case .alipay: try alipay(told, manner)
    case .wechat: try weChat(told, manner)
    case .stripe: stripe(told, manner)
    case .sandbox: try simple(told, manner)
    }
  }

  private func moment(_ manner: Manner) -> Timestamp { now().adding(.seconds(-manner.ageSeconds)) }
  private func seconds(_ manner: Manner) -> String { String(moment(manner).milliseconds / 1000) }
  private func yuan(_ minor: Int64) -> String { Money(minor: minor, currency: .cny).decimalText }

  // MARK: Alipay

  private func alipay(_ told: Telling, _ manner: Manner) throws -> SpokenNotice {
    let at = moment(manner).chineseText
    let status =
      switch told.state {
      case .paid: "TRADE_SUCCESS"
      case .pending: "WAIT_BUYER_PAY"
      case .closed: "TRADE_CLOSED"
      }
    var fields: [(String, String)] = [
      ("notify_time", at), ("notify_type", "trade_status_sync"), ("notify_id", manner.mark),
      ("app_id", told.isForeign ? "2021000000009999" : ExampleAccounts.alipayApp), ("charset", "utf-8"),
      ("version", "1.0"), ("trade_no", told.trade), ("out_trade_no", told.number),
      ("seller_id", ExampleAccounts.alipaySeller), ("subject", "茶具 & 茶叶"), ("trade_status", status),
      ("total_amount", yuan(told.amount)), ("gmt_create", at),
    ]
    if told.state == .paid { fields.append(("gmt_payment", at)) }
    if let refund = told.refund {
      fields += [("gmt_refund", "\(at).123"), ("refund_fee", yuan(refund.amount)), ("out_biz_no", refund.number)]
    }
    if manner.padding > 0 { fields.append(("passback_params", String(repeating: "x", count: manner.padding))) }
    if manner.signer != .nobody {
      let canonical = fields.sorted { $0.0 < $1.0 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
      let key = try keys.signer(manner.signer == .stranger ? "attacker" : "alipay-platform")
      fields += [("sign", try key.signature(of: Data(canonical.utf8))), ("sign_type", "RSA2")]
    }
    if manner.isReordered { fields.reverse() }
    let pairs = fields.map { name, value in
      "\(name)=\(manner.isEscaped ? Self.allEscaped(value) : FormText.escaped(value))"
    }
    return SpokenNotice(
      headers: ["content-type": "application/x-www-form-urlencoded; charset=utf-8"],
      body: Array(pairs.joined(separator: "&").utf8))
  }

  private static func allEscaped(_ text: String) -> String {
    text.utf8.map { "%" + Hex.text([$0]) }.joined()
  }

  // MARK: WeChat Pay

  private func weChat(_ told: Telling, _ manner: Manner) throws -> SpokenNotice {
    let kind = told.refund == nil ? "transaction" : "refund"
    let sealed = try seal(told.refund == nil ? transaction(told) : refund(told), kind, manner)
    let body = text(
      [
        ("id", quoted("EV-\(manner.mark)")), ("create_time", quoted(moment(manner).chineseRFC3339)),
        ("resource_type", quoted("encrypt-resource")),
        ("event_type", quoted(told.refund == nil ? "TRANSACTION.SUCCESS" : "REFUND.SUCCESS")),
        ("resource", sealed), ("summary", quoted("支付成功")),
      ], manner)
    var headers = ["content-type": "application/json"]
    if manner.signer != .nobody {
      let key = try keys.signer(manner.signer == .stranger ? "attacker" : "wechat-platform")
      let signed = Data("\(seconds(manner))\n\(manner.mark)\n\(body)\n".utf8)
      headers["wechatpay-timestamp"] = seconds(manner)
      headers["wechatpay-nonce"] = manner.mark
      headers["wechatpay-signature"] = try key.signature(of: signed)
      headers["wechatpay-serial"] = try keys.pair("wechat-platform").public_key_id
      headers["wechatpay-signature-type"] = "WECHATPAY2-SHA256-RSA2048"
    }
    return SpokenNotice(headers: headers, body: Array(body.utf8))
  }

  private func transaction(_ told: Telling) -> String {
    let state =
      switch told.state {
      case .paid: "SUCCESS"
      case .pending: "NOTPAY"
      case .closed: "CLOSED"
      }
    return object([
      ("mchid", quoted(merchantID(told))), ("appid", quoted(ExampleAccounts.weChatApp)),
      ("out_trade_no", quoted(told.number)), ("transaction_id", quoted(told.trade)), ("trade_state", quoted(state)),
      ("trade_type", quoted("NATIVE")), ("success_time", quoted(now().chineseRFC3339)),
      ("amount", object([("total", "\(told.amount)"), ("currency", quoted(told.currency))])),
    ])
  }

  private func refund(_ told: Telling) -> String {
    let (number, amount) = told.refund ?? ("", 0)
    return object([
      ("mchid", quoted(merchantID(told))), ("out_trade_no", quoted(told.number)),
      ("transaction_id", quoted(told.trade)), ("out_refund_no", quoted(number)),
      ("refund_id", quoted("5030\(number)")), ("refund_status", quoted("SUCCESS")),
      ("success_time", quoted(now().chineseRFC3339)),
      ("amount", object([("total", "\(told.amount)"), ("refund", "\(amount)")])),
    ])
  }

  private func merchantID(_ told: Telling) -> String { told.isForeign ? "1900009999" : ExampleAccounts.weChatMerchant }

  private func seal(_ content: String, _ kind: String, _ manner: Manner) throws -> String {
    let key = SymmetricKey(data: Data(try keys.secret("wechat_apiv3_key").utf8))
    let box = try AES.GCM.seal(
      Data(content.utf8), using: key, nonce: AES.GCM.Nonce(data: Data(manner.mark.utf8)),
      authenticating: Data(kind.utf8))
    return object([
      ("algorithm", quoted("AEAD_AES_256_GCM")), ("original_type", quoted(kind)), ("associated_data", quoted(kind)),
      ("nonce", quoted(manner.mark)), ("ciphertext", quoted((box.ciphertext + box.tag).base64EncodedString())),
    ])
  }

  // MARK: Stripe

  private func stripe(_ told: Telling, _ manner: Manner) -> SpokenNotice {
    let currency = told.currency.lowercased()
    let type: String
    let content: [(String, String)]
    if let refund = told.refund {
      type = "refund.updated"
      content = [
        ("id", quoted(refund.number)), ("object", quoted("refund")), ("amount", "\(refund.amount)"),
        ("currency", quoted(currency)), ("status", quoted("succeeded")), ("payment_intent", quoted(told.trade)),
        ("metadata", "{}"),
      ]
    } else {
      let (ending, status) =
        switch told.state {
        case .paid: ("succeeded", "succeeded")
        case .pending: ("processing", "processing")
        case .closed: ("canceled", "canceled")
        }
      type = "payment_intent.\(ending)"
      content = [
        ("id", quoted(told.trade)), ("object", quoted("payment_intent")), ("status", quoted(status)),
        ("amount", "\(told.amount)"), ("amount_received", "\(told.state == .paid ? told.amount : 0)"),
        ("currency", quoted(currency)), ("client_secret", quoted("\(told.trade)_secret_HIDDEN")),
        ("metadata", object([("number", quoted(told.number))])),
      ]
    }
    var members: [(String, String)] = [
      ("id", quoted("evt_\(manner.mark)")), ("object", quoted("event")), ("type", quoted(type)),
      ("livemode", "false"), ("created", seconds(manner)), ("data", object([("object", object(content))])),
    ]
    if told.isForeign { members.append(("account", quoted("acct_9OTHEROTHER"))) }
    let body = text(members, manner)
    let secret = manner.signer == .stranger ? "whsec_SOMEBODYELSES0000000" : ExampleAccounts.stripeHook
    let code = HMAC<SHA256>.authenticationCode(
      for: Data("\(seconds(manner)).\(body)".utf8), using: SymmetricKey(data: Data(secret.utf8)))
    var headers = ["content-type": "application/json; charset=utf-8"]
    if manner.signer != .nobody { headers["stripe-signature"] = "t=\(seconds(manner)),v1=\(Hex.text(code))" }
    return SpokenNotice(headers: headers, body: Array(body.utf8))
  }

  // MARK: The sandbox's own

  private func simple(_ told: Telling, _ manner: Manner) throws -> SpokenNotice {
    let state =
      switch told.state {
      case .paid: "paid"
      case .pending: "pending"
      case .closed: "closed"
      }
    var members: [(String, String)] = [
      ("merchant", quoted(told.isForeign ? "somebody-else" : settings.sandbox.merchant)),
      ("number", quoted(told.number)), ("tradeNumber", quoted(told.trade)), ("amount", "\(told.amount)"),
      ("currency", quoted(told.currency)), ("state", quoted(state)), ("at", "\(moment(manner).milliseconds)"),
    ]
    if let refund = told.refund {
      members.append(
        (
          "refund",
          object([("number", quoted(refund.number)), ("amount", "\(refund.amount)"), ("state", quoted("settled"))])
        ))
    }
    let body = Array(text(members, manner).utf8)
    var headers = ["content-type": "application/json"]
    if manner.signer != .nobody {
      let secret = manner.signer == .stranger ? "another secret" : try settings.sandbox.secret
      let signing = Signing(merchant: settings.sandbox.merchant, secret: secret)
      for header in signing.headers(purpose: "notice", body: body, now: moment(manner)) {
        headers[header.name] = header.value
      }
    }
    return SpokenNotice(headers: headers, body: body)
  }

  // MARK: JSON

  private func quoted(_ text: String) -> String { "\"\(text)\"" }

  private func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
  }

  /// A whole message, in the manner asked for.
  private func text(_ members: [(String, String)], _ manner: Manner) -> String {
    let plain = object(manner.isReordered ? members.reversed() : members)
    let written = manner.isEscaped ? Self.escaped(plain) : plain
    return written + String(repeating: " ", count: manner.padding)
  }

  /// The same JSON, with a letter of some values as an escape.
  static func escaped(_ json: String) -> String {
    json.replacing("\"pay_", with: #""\u0070ay_"#).replacing("\"encrypt-", with: #""\u0065ncrypt-"#)
  }
}
