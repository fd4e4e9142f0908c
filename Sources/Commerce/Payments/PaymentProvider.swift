import Signatures
import Values

/// A third party that takes money: the face that the sandbox, Alipay, WeChat Pay and Stripe share. An implementation
/// speaks one protocol and decides nothing: states, amounts and repeats are judged by the payment centre.
public protocol PaymentProvider: Sendable {
  var method: PaymentMethod { get }
  /// Who we are at the provider; a report about anyone else isn't ours.
  var merchant: String { get }
  /// How buyers can be brought there, the preferred first; at least one.
  var ways: [PaymentWay] { get }
  /// Whether the method is the shop's own: nobody else is told of its payments, and staff say what came and what was given
  /// back.
  var isOwn: Bool { get }

  /// Tells the provider of a payment, under the payment's own number. Repeating it answers an equal opening, or a fresh one
  /// where handovers are good for a while only. Throws `.outcomeUnknown` for one that is paid already: `query` tells.
  func open(_ payment: ProviderPayment) async throws -> ProviderOpening
  /// What the provider knows of it. Verified before it is answered.
  func query(_ payment: ProviderPayment) async throws -> ProviderReport
  /// Asks that the payment can't be made any more. Refusals are answers: `query` says how it stands.
  func close(_ payment: ProviderPayment) async throws
  /// Whether that holds of a payment to which no buyer has come yet. Where it doesn't, `query` says `unknown` of it, and
  /// whoever has its handover can still pay until its time is over.
  var closesUnseen: Bool { get }
  /// Asks for money back under the refund's own number; the same number never pays twice.
  func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport
  func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport

  /// Checks the signature (and the age, where the protocol has one) over the raw bytes, then reads the fact; nil for a
  /// genuine notice that tells nothing of a payment or refund. May fetch a key that the provider has changed to. Throws
  /// `NoticeFault`.
  func verify(_ notice: RawNotice) async throws -> ProviderReport?
  /// What the provider must read for a notice that is stored, and for one that is refused.
  func answer(accepted: Bool) -> NoticeAnswer

  /// Reads the movements of one day of the provider's calendar and hands them on, at most 1,000 at a time in the order of
  /// the bill, however many there are. A day without movements hands on nothing. Throws `ProviderFault`, `.notYet` while
  /// the bill isn't made, and what `take` throws.
  func readStatement(of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void) async throws
  /// The same of a bill that somebody fetched at the provider's own pages, packed or not. Throws `.refused` where the
  /// provider has no such files.
  func readStatement(file path: String, _ take: @Sendable ([StatementRow]) async throws -> Void) async throws
  /// When its days begin and their bills are there; nil for one that sends no bills.
  var statements: StatementCalendar? { get }
}

extension PaymentProvider {
  public var isOwn: Bool { false }
}

/// How a buyer is brought to a provider.
public enum PaymentWay: String, CaseIterable, Codable, Sendable {
  /// A page in the browser of a computer.
  case page
  /// A page in the browser of a phone, from which the provider's app may open.
  case mobile
  /// A QR code, read with the provider's app.
  case code
  /// The provider's client library inside an app or mini-program.
  case client
}

/// What a provider answers when it is told of a payment.
public struct ProviderOpening: Hashable, Sendable {
  public let handover: Handover
  /// What the provider calls it while it has no number that stays: `cs_…`. Up to 255 characters.
  public let reference: String?
  /// Until when buyers can use the handover; nil where that is as long as the payment can be made.
  public let goodUntil: Timestamp?

  public init(_ handover: Handover, reference: String? = nil, goodUntil: Timestamp? = nil) {
    self.handover = handover
    self.reference = reference
    self.goodUntil = goodUntil
  }
}

extension PaymentProvider {
  public var closesUnseen: Bool { true }
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
  public let way: PaymentWay
  /// What is known of the browser or app that pays.
  public let client: PayingClient
  /// As the provider answered when it was told; nil before, and where it has none.
  public let reference: String?
  /// The provider's own number, once known.
  public let providerNumber: String?
  /// When it was begun here; nil where nobody says.
  public let openedAt: Timestamp?

  public init(
    number: String, amount: Money, subject: String, language: Language, expiresAt: Timestamp, returnURL: String,
    noticeURL: String, way: PaymentWay = .page, client: PayingClient = PayingClient(), reference: String? = nil,
    providerNumber: String? = nil, openedAt: Timestamp? = nil
  ) {
    self.number = number
    self.amount = amount
    self.subject = subject
    self.language = language
    self.expiresAt = expiresAt
    self.returnURL = returnURL
    self.noticeURL = noticeURL
    self.way = way
    self.client = client
    self.reference = reference
    self.providerNumber = providerNumber
    self.openedAt = openedAt
  }
}

/// Who pays, as far as some ways need it to open a payment. Kept nowhere.
public struct PayingClient: Hashable, Codable, Sendable, Unprintable {
  /// The address from which the buyer's browser speaks.
  public let address: String?
  /// Who the buyer is in the provider's mini-program.
  public let openID: String?
  /// What the mini-program was given to say who its buyer is, in place of that; good once.
  public let logInCode: String?

  public init(address: String? = nil, openID: String? = nil, logInCode: String? = nil) {
    self.address = address
    self.openID = openID
    self.logInCode = logInCode
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
  public enum State: String, Sendable {
    case unknown, pending, settled, failed
    /// Neither gone nor refused: a person must look at the provider, or the merchant's balance there be filled.
    case stuck
  }
  public let number: String
  public let amount: Money
  public let state: State
  /// The provider's code for why it failed or is stuck.
  public let reason: String?

  public init(number: String, amount: Money, state: State, reason: String? = nil) {
    self.number = number
    self.amount = amount
    self.state = state
    self.reason = reason
  }
}

/// A notice as it came: raw bytes, since signatures are over them.
public struct RawNotice: Codable, Sendable, Unprintable {
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
  /// Genuine, but what it tells of can't be found out now: it must come again.
  case notYet(String)
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

/// One movement in a provider's bill.
public struct StatementRow: Hashable, Sendable {
  public enum Kind: String, Codable, Sendable {
    case payment, refund
    /// What the provider moved by itself: payouts, disputes, charges of its own.
    case other
  }
  public let kind: Kind
  /// The payment's number; empty for `other`.
  public let payment: String
  /// The refund's number; empty for those that were begun at the provider without one.
  public let refund: String
  /// The provider's number of the payment, or of the movement for `other`.
  public let providerNumber: String
  /// Positive for payments and refunds; for `other` negative where it goes out.
  public let amount: Money
  /// What the provider keeps of a payment; negative where it gives some back.
  public let fee: Money
  public let at: Timestamp

  public init(
    kind: Kind, payment: String, refund: String = "", providerNumber: String, amount: Money, fee: Money, at: Timestamp
  ) {
    self.kind = kind
    self.payment = payment
    self.refund = refund
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
  /// The provider doesn't listen to whoever asks so: a key, a right or the way of asking is wrong. Of what was asked for it
  /// says nothing, so that it may have happened before.
  case turnedAway(code: String)
  /// It doesn't know who pays by what their app said. Nothing happened, and the app can say it anew.
  case payerUnknown(code: String)
  /// Nothing was sent.
  case unreachable(String)
  /// The day's bill isn't made yet.
  case notYet

  /// Whether an error says that a provider isn't well. One that says no is, also to whom it doesn't listen: that is about one
  /// account, and the method's others are asked as ever.
  static func speaksAgainst(_ error: any Error) -> Bool {
    switch error {
    case ProviderFault.refused, ProviderFault.turnedAway, ProviderFault.payerUnknown, ProviderFault.notYet: false
    default: true
    }
  }
}
