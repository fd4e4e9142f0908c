import Values

/// Sets up the methods: what the shop is at each provider, and who offers what. Every change leaves an entry in the log of
/// what staff did, without secrets. Payments follow within five seconds, in every process.
public protocol PaymentAccountService: Sendable {
  /// Whether there is a key to seal secrets with; without one nothing that has secrets can be saved.
  var canSeal: Bool { get }
  /// Whether real money moves here, so that keys and addresses of tests are refused.
  var isProduction: Bool { get }
  /// Those that are used in the order in which they are offered, then the retired ones, the newest first; 200 at most.
  func accounts() async throws -> [PaymentAccount]
  /// Methods that work without an account: they are set up at the start.
  func methodsOfStart() -> [PaymentMethod]
  /// The bounds of one of them; nil where it has none.
  func termsOfStart(_ method: PaymentMethod) -> PaymentTerms?
  func switchedOff() async throws -> Set<PaymentSwitchedOff>

  /// Saves what was typed. The same identity at the provider changes the account; another one retires it and begins, or
  /// takes up, one of its own, so that older payments keep the keys that they were opened under. Secrets that aren't typed
  /// stay with the account that they are of, and one that calls show with the address. Throws `FieldFaults`,
  /// beside each field why it can't be so; `PaymentAccountRefusal.changedMeanwhile` for a version that isn't the last,
  /// `.noSealKey` where there are secrets and no key to seal them with.
  func save(_ draft: PaymentAccountDraft, by staff: StaffID) async throws -> PaymentAccount
  /// Offers a method again, or no more. For the shop itself it is the account's own state.
  /// Throws `PaymentAccountRefusal.unknownAccount` for a method that isn't set up, or, of merchants and channels, can't be,
  /// `.ofTests` where one of a test would be switched on in a shop with real money, and `.barred` where a merchant switches on
  /// what the platform keeps off for its goods.
  func turn(_ method: PaymentMethod, on: Bool, of owner: PaymentSwitchOwner, by staff: StaffID) async throws

  /// Asks the provider after a payment that can't be there, signed as every question, and says what came of it. Moves
  /// nothing. Throws `PaymentAccountRefusal.unknownAccount` for a method that can't be set up.
  func trial(of method: PaymentMethod, by staff: StaffID) async throws -> AccountTrial
}

/// What came of asking a provider after a payment that can't be there.
public struct AccountTrial: Hashable, Codable, Sendable {
  public enum Outcome: String, CaseIterable, Codable, Sendable {
    /// It answered that there is no such payment: it knows us, and our signature and its own hold.
    case accepted
    /// The same, but without a signature where there should be one: nothing shows that its key is right.
    case answerUnsigned
    /// It answered that our signature is wrong: our private key isn't the one that belongs to what it has.
    case signatureRefused
    /// It doesn't know who asks.
    case identityUnknown
    /// It answered, and its own signature doesn't hold with the key that is set up as its.
    case answerNotTheirs
    /// What it sealed for us doesn't open with the key that is set up for that.
    case notOpened
    /// The key is good, and another account's than the one that is set up; told is whose.
    case anotherAccount
    /// It knows us, and doesn't let us ask.
    case notAllowed
    /// Another no, whose code is told.
    case refused
    /// Nothing was sent: the address doesn't answer.
    case unreachable
    /// No answer, or one that can't be read.
    case unclear
    /// The method has no provider to ask.
    case nothingToAsk
    /// The secrets can't be opened in this process.
    case unreadable
  }

  public let outcome: Outcome
  /// The provider's own word for it, where it has one. Never part of a key or signature.
  public let code: String?
  /// The names of fields that only the first notice tries, or nothing does.
  public let untried: [String]

  public init(_ outcome: Outcome, code: String? = nil, untried: [String] = []) {
    self.outcome = outcome
    self.code = code
    self.untried = untried
  }
}

public enum PaymentAccountRefusal: Refusal, Hashable {
  case unknownAccount
  case changedMeanwhile
  /// Set `payments.sealKey` first.
  case noSealKey
  /// Its secrets were sealed with a key that isn't here: `payments.formerSealKey`, or type them anew.
  case sealedOtherwise
  /// It has keys or addresses of tests, and real money moves here.
  case ofTests
  /// The platform doesn't let it be used for the merchant's goods.
  case barred

  public var code: String {
    switch self {
    case .unknownAccount: "unknownPaymentAccount"
    case .changedMeanwhile: "paymentAccountChanged"
    case .noSealKey: "noSealKey"
    case .sealedOtherwise: "sealedOtherwise"
    case .ofTests: "paymentAccountOfTests"
    case .barred: "paymentMethodBarred"
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownAccount: .notFound
    case .changedMeanwhile, .noSealKey, .sealedOtherwise, .ofTests, .barred: .conflict
    }
  }
}
