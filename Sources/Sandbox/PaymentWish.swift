import Foundation
import Values

/// What the shop asks for when it opens a payment, checked.
struct PaymentWish: Sendable {
  /// ¥10 billion: sums of these can't overflow.
  static let largestAmount: Int64 = 1_000_000_000_000

  let number: String
  let amount: Int64
  let currency: Currency
  let subject: String
  let language: Language
  let expiresAt: Timestamp
  let returnURL: String
  let noticeURL: String

  init(_ message: Message.Open) throws(SandboxRefusal) {
    guard Self.isNumber(message.number), (1...Self.largestAmount).contains(message.amount),
      let currency = Currency(message.currency), (1...1000).contains(message.subject.utf8.count),
      Self.isWebAddress(message.returnURL), Self.isWebAddress(message.noticeURL)
    else { throw .invalidRequest }
    number = message.number
    amount = message.amount
    self.currency = currency
    subject = message.subject
    language = Language(rawValue: message.language) ?? .en
    expiresAt = Timestamp(milliseconds: message.expiresAt)
    returnURL = message.returnURL
    noticeURL = message.noticeURL
  }

  /// 1…64 ASCII letters, digits, `-` and `_`, so that a number fits into an address as it is.
  static func isNumber(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
      }
  }

  /// An address that a browser may be sent to and a notice may go to: nothing that runs (`javascript:`) and nothing
  /// that would break out of a header.
  static func isWebAddress(_ text: String) -> Bool {
    guard text.utf8.count <= 2000, text.utf8.allSatisfy({ (33...126).contains($0) }), let url = URL(string: text),
      let scheme = url.scheme?.lowercased(), let host = url.host
    else { return false }
    return ["http", "https"].contains(scheme) && !host.isEmpty
  }
}
