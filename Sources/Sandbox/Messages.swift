import Foundation
import Values

/// The messages of the protocol, as JSON. The shop has its own declarations of the same: the two sides share no code.
enum Message {
  struct Open: Decodable {
    let merchant: String
    let number: String
    let amount: Int64
    let currency: String
    let subject: String
    let language: String
    let expiresAt: Int64
    let returnURL: String
    let noticeURL: String
  }

  struct Opened: Encodable {
    let cashier: String
  }

  /// How a payment stands; also the body of a notice.
  struct State: Encodable {
    var merchant: String
    var number: String
    var tradeNumber: String
    var amount: Int64
    var currency: String
    var state: String
    var at: Int64
    /// Of a notice that tells of money going back.
    var refund: RefundState?

    init(_ payment: SandboxPayment, merchant: String) {
      self.merchant = merchant
      number = payment.number
      tradeNumber = payment.tradeNumber
      amount = payment.amount
      currency = payment.currency.code
      state = payment.state.rawValue
      at = payment.at.milliseconds
    }

    /// As the payment stood when the notice was decided on.
    init(_ notice: SandboxNotice, of payment: SandboxPayment, merchant: String) {
      self.init(payment, merchant: merchant)
      state = notice.state.rawValue
      at = notice.at.milliseconds
    }
  }

  struct Refund: Decodable {
    let payment: String
    let number: String
    let amount: Int64
    let currency: String
    let reason: String
  }

  struct RefundState: Encodable {
    let number: String
    let amount: Int64
    let state = "settled"

    init(_ refund: SandboxRefund) {
      number = refund.number
      amount = refund.amount
    }
  }

  struct Row: Encodable {
    enum Kind: String, Encodable { case payment, refund }
    let kind: Kind
    /// The payment's.
    let number: String
    let refund: String?
    let tradeNumber: String
    /// Positive for both kinds, as is the fee: a payment costs it, a refund gives it back.
    let amount: Int64
    let fee: Int64
    let currency: String
    let at: Int64
  }

  struct Problem: Encodable {
    let code: String
  }

  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from body: [UInt8]) throws(SandboxRefusal) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(body))
    } catch {
      throw .invalidRequest
    }
  }
}
