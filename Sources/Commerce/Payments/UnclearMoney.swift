import Values

/// Money that moved and of which nobody knows yet whose it is, as long as its case is open: what came for a payment and isn't
/// all of it, or is too much, what left a provider that nothing here had asked for. Each row is a fact for good; those of a
/// case that is closed come to nothing together.
public struct UnclearMoney: Hashable, Codable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// It lies where the method's money lies, and is nobody's yet.
    case came
    /// It lies there no more: it went back to whom it came from, or is part of a payment now, or it left by itself.
    case left
    /// It won't come, or won't come back: the platform bears it.
    case lost
    /// Some of what was given up came after all.
    case regained
    /// Its order takes it, with what the platform bears of it.
    case taken
    /// The order takes it no more: it is paid in another way.
    case released
  }

  public let id: ID<UnclearMoneyTag>
  public let paymentCase: PaymentCaseID
  public let payment: PaymentID
  /// Where it moved: the payment's, or a transfer where money that a bank had sent back to a provider was paid out in this
  /// way.
  public let method: PaymentMethod
  /// Under which it stands in the merchants' books.
  public let order: OrderID?
  public let kind: Kind
  /// Positive.
  public let amount: Money
  public let at: Timestamp

  public init(
    id: ID<UnclearMoneyTag>, paymentCase: PaymentCaseID, payment: PaymentID, method: PaymentMethod, order: OrderID?,
    kind: Kind, amount: Money, at: Timestamp
  ) {
    self.id = id
    self.paymentCase = paymentCase
    self.payment = payment
    self.method = method
    self.order = order
    self.kind = kind
    self.amount = amount
    self.at = at
  }
}

public enum UnclearMoneyTag: Identified { public static let prefix = "ucm" }
