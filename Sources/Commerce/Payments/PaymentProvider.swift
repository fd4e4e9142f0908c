import Values

/// A third party that takes money: the face that the sandbox, Alipay, WeChat Pay and Stripe share. An implementation
/// speaks one protocol and decides nothing: states, amounts and repeats are judged by the payment centre.
public protocol PaymentProvider: Sendable {
  var method: PaymentMethod { get }
  /// Who we are at the provider; a report about anyone else isn't ours.
  var merchant: String { get }

  /// Tells the provider of a payment, under the payment's own number. Repeating it answers an equal handover.
  func open(_ payment: ProviderPayment) async throws -> Handover
  /// What the provider knows of it. Verified before it is answered.
  func query(_ payment: ProviderPayment) async throws -> ProviderReport
  /// Asks that the payment can't be made any more. Refusals are answers: `query` says how it stands.
  func close(_ payment: ProviderPayment) async throws
  /// Asks for money back under the refund's own number; the same number never pays twice.
  func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport
  func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport

  /// Checks the signature (and the age, where the protocol has one) over the raw bytes, then reads the fact. Throws
  /// `NoticeFault`.
  func verify(_ notice: RawNotice) throws -> ProviderReport
  /// What the provider must read for a notice that is stored, and for one that is refused.
  func answer(accepted: Bool) -> NoticeAnswer

  /// The movements of one day of the provider's calendar, for reconciliation.
  func statement(of day: ProviderDay) async throws -> [StatementRow]
}

/// A payment as a provider is told of it.
public struct ProviderPayment: Hashable, Sendable {
  /// 6–32 of `A-Z a-z 0-9 _`: what all providers accept as the merchant's number.
  public let number: String
  public let amount: Money
  public let subject: String
  public let language: Language
  public let expiresAt: Timestamp
  /// Where the browser comes back to; proves nothing.
  public let returnURL: String
  public let noticeURL: String

  public init(
    number: String, amount: Money, subject: String, language: Language, expiresAt: Timestamp, returnURL: String,
    noticeURL: String
  ) {
    self.number = number
    self.amount = amount
    self.subject = subject
    self.language = language
    self.expiresAt = expiresAt
    self.returnURL = returnURL
    self.noticeURL = noticeURL
  }
}

public struct ProviderRefund: Hashable, Sendable {
  public let payment: ProviderPayment
  /// 6–32 of `A-Z a-z 0-9 _`.
  public let number: String
  public let amount: Money
  public let reason: String

  public init(payment: ProviderPayment, number: String, amount: Money, reason: String) {
    self.payment = payment
    self.number = number
    self.amount = amount
    self.reason = reason
  }
}

/// What a provider says of a payment, after its signature held. Whether it concerns us, and for how much, is still to be
/// compared with what was asked.
public struct ProviderReport: Hashable, Sendable {
  public enum State: String, Sendable { case unknown, pending, captured, closed, failed }
  public let number: String
  public let providerNumber: String
  /// The merchant's or application's identity at the provider.
  public let merchant: String
  public let amount: Money
  public let state: State
  public let at: Timestamp
  /// Money that went back, where a notice tells of it. Its number is ours where we asked for it, else the provider's own.
  public let refund: ProviderRefundReport?

  public init(
    number: String, providerNumber: String, merchant: String, amount: Money, state: State, at: Timestamp,
    refund: ProviderRefundReport? = nil
  ) {
    self.number = number
    self.providerNumber = providerNumber
    self.merchant = merchant
    self.amount = amount
    self.state = state
    self.at = at
    self.refund = refund
  }
}

public struct ProviderRefundReport: Hashable, Sendable {
  public enum State: String, Sendable { case unknown, pending, settled, failed }
  public let number: String
  public let amount: Money
  public let state: State

  public init(number: String, amount: Money, state: State) {
    self.number = number
    self.amount = amount
    self.state = state
  }
}

/// A notice as it came: raw bytes, since signatures are over them.
public struct RawNotice: Codable, Sendable {
  /// Names in lower case.
  public let headers: [String: String]
  public let body: [UInt8]

  public init(headers: [String: String], body: [UInt8]) {
    self.headers = headers
    self.body = body
  }
}

public struct NoticeAnswer: Hashable, Codable, Sendable {
  public let status: Int
  public let contentType: String
  public let body: String

  public init(status: Int, contentType: String, body: String) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }
}

/// Why a notice isn't believed. Logged; never told to the caller.
public enum NoticeFault: Error, Hashable, Sendable {
  case unsigned
  case badSignature
  case tooOld
  case unreadable(String)
}

/// A day in the provider's own calendar, `2026-11-24`.
public struct ProviderDay: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init?(rawValue: String) {
    let parts = rawValue.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard rawValue.utf8.count == 10, parts.count == 3, let month = parts[1], let day = parts[2], parts[0] != nil,
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    self.rawValue = rawValue
  }
}

public struct StatementRow: Hashable, Sendable {
  public enum Kind: String, Sendable { case payment, refund }
  public let kind: Kind
  public let number: String
  public let providerNumber: String
  /// Positive for both kinds.
  public let amount: Money
  public let fee: Money
  public let at: Timestamp

  public init(kind: Kind, number: String, providerNumber: String, amount: Money, fee: Money, at: Timestamp) {
    self.kind = kind
    self.number = number
    self.providerNumber = providerNumber
    self.amount = amount
    self.fee = fee
    self.at = at
  }
}

/// What can go wrong in speaking to a provider.
public enum ProviderFault: Error, Hashable, Sendable {
  /// Sent, and no answer that can be trusted: it may have happened. Query or repeat under the same number; never guess.
  case outcomeUnknown(String)
  /// The provider said no, and nothing happened.
  case refused(code: String)
  /// Nothing was sent.
  case unreachable(String)
}
