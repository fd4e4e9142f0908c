import Values

/// What people do about money that no provider speaks of, and about what went wrong.
public protocol MoneyDeskService: Sendable {
  /// Money that staff found for a payment of one of the shop's own methods. Once all of it is there the payment is
  /// captured; what is less, and what is more, becomes a case. Repeating a key changes nothing. Throws
  /// `PaymentRefusal.notOwnMethod`, `.alreadyPaid` when the payment has its money and `isMore` doesn't say that this is
  /// other money, and `FieldFaults`.
  func confirm(_ receipt: MoneyReceipt, by staff: StaffID) async throws -> Payment
  /// What was found for a payment, the oldest first.
  func receipts(of payment: PaymentID) async throws -> [MoneyReceipt]

  /// Money that its order can't take and that goes back by itself: told before the refund is asked for, once for each order
  /// of a payment, however often.
  func noteStray(_ payment: PaymentID, of order: OrderID) async throws
  /// The newest first. A merchant's are those of its orders.
  func cases(_ scope: PaymentScope, open: Bool, _ page: PageRequest) async throws -> Page<PaymentCase>
  /// How many are open.
  func openCases(_ scope: PaymentScope) async throws -> Int
  func paymentCase(_ id: PaymentCaseID) async throws -> PaymentCase?
  func cases(of payment: PaymentID) async throws -> [PaymentCase]
  /// Throws `PaymentRefusal.unknownCase`, `.caseHandled`, `.wrongForCase`, `FieldFaults` when there is no reason.
  func decide(_ id: PaymentCaseID, _ decision: PaymentCase.Decision, reason: String, by staff: StaffID) async throws
    -> PaymentCase

  /// What moved under an order without being anybody's yet, the oldest first; 1,000 at most.
  func unclearMoney(of order: OrderID) async throws -> [UnclearMoney]
  /// All of it, the oldest first.
  func unclearMoney(_ page: PageRequest) async throws -> Page<UnclearMoney>
}

/// Money as it stands on the shop's own statement, or was handed over at a door.
public struct MoneyReceipt: Hashable, Codable, Sendable {
  /// 1…60 of `A-Z a-z 0-9 _ -`.
  public var key: String
  public var payment: PaymentID
  /// Positive.
  public var amount: Money
  /// When it came; not in the future.
  public var receivedAt: Timestamp
  /// Up to 200 characters: what the statement says of it.
  public var note: String
  /// Whether it is known to be other money than what was confirmed before.
  public var isMore: Bool

  public init(
    key: String, payment: PaymentID, amount: Money, receivedAt: Timestamp, note: String = "", isMore: Bool = false
  ) {
    self.key = key
    self.payment = payment
    self.amount = amount
    self.receivedAt = receivedAt
    self.note = note
    self.isMore = isMore
  }
}

/// Something about money that a person should know of.
public struct PaymentCase: Hashable, Codable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// Money came for a payment that was closed or refused.
    case paidAfterClose
    /// The order was paid by another payment.
    case paidTwice
    /// The order was over.
    case paidForCancelled
    /// A provider tells of another amount than was asked for; the payment waits.
    case amountMismatch
    /// A provider neither sends a refund nor refuses it.
    case refundStuck
    /// A refund had gone, and its money came back to the provider: the buyer doesn't have it.
    case refundFailedLater
    /// A provider sent back more than is held for the orders: somebody began the refund there, of what was given back
    /// otherwise already. No order's books change by it.
    case refundTooLarge
    /// A refund of one of the shop's own methods: somebody has to pay it out.
    case refundByHand
    /// Less was found than is due; the payment waits for the rest.
    case paidShort
    /// More was found than is due: somebody has to pay out what is too much.
    case paidTooMuch
    /// Nothing was paid at the door in all the time that there was. Of an order that was ended the payment was closed before.
    case neverPaid
  }

  public enum Decision: String, CaseIterable, Codable, Sendable {
    /// Asks the provider once more.
    case tryAgain
    /// The refund was paid out by hand.
    case paidOut
    /// The money won't come, or won't come back, and nobody waits for it any more: the platform bears what is missing of an
    /// order that was paid in part, and what left a provider. That the order says so, too, is for the caller to see to.
    case writeOff
    /// Somebody has seen to it.
    case handled
  }

  public let id: PaymentCaseID
  public let kind: Kind
  public let payment: PaymentID
  /// The payment's.
  public let method: PaymentMethod
  public let order: OrderID?
  public let merchant: MerchantID?
  public let refund: RefundID?
  /// What it is about: the money that came, or that hangs.
  public let amount: Money
  /// The provider's code, or empty.
  public let detail: String
  public let openedAt: Timestamp
  public let handledAt: Timestamp?
  /// Nil while it is open, and where the shop saw to it by itself.
  public let handledBy: StaffID?
  /// What the one who handled it wrote to it.
  public let reason: String

  public var isOpen: Bool { handledAt == nil }

  /// What a person can do about it while it is open.
  public var decisions: [Decision] {
    guard isOpen else { return [] }
    return switch kind {
    case .refundStuck: [.tryAgain, .handled]
    case .refundByHand: [.paidOut]
    case .neverPaid, .refundTooLarge: [.writeOff, .handled]
    // What was to be transferred had to come before anything was sold.
    case .paidShort: method == .cash ? [.writeOff, .handled] : [.handled]
    case .paidAfterClose, .paidTwice, .paidForCancelled, .amountMismatch, .refundFailedLater, .paidTooMuch:
      [.handled]
    }
  }
}
