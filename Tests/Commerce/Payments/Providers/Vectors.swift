import Foundation
import Signatures
import Synchronization
import Testing
import Values

@testable import Payments

/// The signed examples beside the tests.
enum Vectors {
  static let moment = Timestamp(milliseconds: 1_768_443_630_000)
  static let clock = WallClock { moment }

  static func read<Content: Decodable>(_ name: String, as _: Content.Type = Content.self) throws -> Content {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Vectors/\(name).json"))
    return try JSONDecoder().decode(Content.self, from: data)
  }

  struct Keys: Decodable {
    struct Pair: Decodable {
      let private_pkcs8_pem: String
      let private_pkcs1_pem: String
      let public_spki_pem: String
      let cert_pem: String?
      let cert_serial_no: String?
      let public_key_id: String?
    }

    let keys: [String: Pair]
    let symmetric: [String: String]

    func pair(_ name: String) throws -> Pair { try #require(keys["TEST-ONLY-\(name)"]) }
    func secret(_ name: String) throws -> String { try #require(symmetric[name]) }
    func signer(_ name: String) throws -> RSAPrivateKey {
      try #require(RSAPrivateKey(text: pair(name).private_pkcs8_pem))
    }
    func verifier(_ name: String) throws -> RSAPublicKey {
      try #require(RSAPublicKey(text: pair(name).public_spki_pem))
    }
  }

  static func keys() throws -> Keys { try read("test-only-keys") }

  static func payment(_ way: PaymentWay, reference: String? = nil, providerNumber: String? = nil) -> ProviderPayment {
    ProviderPayment(
      number: "P20260115000001", amount: Money(minor: 8880, currency: .cny), subject: "茶具 & 茶叶", language: .zhHans,
      expiresAt: moment.adding(.minutes(15)), returnURL: "https://shop.example/back?a=1",
      noticeURL: "https://shop.example/payments/notices/x", way: way,
      client: PayingClient(address: "203.0.113.7", openID: "oTEST"), reference: reference,
      providerNumber: providerNumber)
  }
}

/// Answers as a test wants it to, and remembers what it was asked.
final class ScriptedHTTP: ProviderHTTP {
  private let calls = Mutex<[ProviderCall]>([])
  private let answer: @Sendable (ProviderCall) throws -> ProviderAnswer

  init(_ answer: @escaping @Sendable (ProviderCall) throws -> ProviderAnswer) { self.answer = answer }

  var asked: [ProviderCall] { calls.withLock { $0 } }

  func send(_ call: ProviderCall) async throws -> ProviderAnswer {
    calls.withLock { $0.append(call) }
    return try answer(call)
  }

  func download(_ call: ProviderCall, to path: String, limitBytes: Int) async throws -> ProviderAnswer {
    let answer = try await send(call)
    guard answer.body.count <= limitBytes else { throw ProviderFault.refused(code: "tooLarge") }
    try Data(answer.body).write(to: URL(fileURLWithPath: path))
    return ProviderAnswer(status: answer.status, headers: answer.headers, body: [])
  }
}

extension ProviderAnswer {
  static func json(_ text: String, _ status: Int = 200, headers: [String: String] = [:]) -> ProviderAnswer {
    ProviderAnswer(status: status, headers: headers, body: Array(text.utf8))
  }
}

func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

/// Rows as they come.
func statement(_ provider: some PaymentProvider, _ day: String) async throws -> [StatementRow] {
  let read = Mutex<[StatementRow]>([])
  try await provider.readStatement(of: try #require(ProviderDay(rawValue: day))) { rows in read.withLock { $0 += rows }
  }
  return read.withLock { $0 }
}
