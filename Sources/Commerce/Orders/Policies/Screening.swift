import Values

/// Why an order waits for a person.
public enum HoldReason: String, CaseIterable, Codable, Sendable {
  case aboveLimit, newAccount, oddQuantity, newPlace, failedPayments
  /// Its buyer let the time pass in which a difference was to be paid.
  case differenceUnpaid
  /// The merchant's people ask for a change; what they ask for stands on the timeline.
  case editAsked
}

/// What other contexts know of an order that was paid.
public struct ScreeningFacts: Hashable, Sendable {
  public var accountAge: Duration
  /// Payments for it that were refused or given up before one came.
  public var failedPayments: Int
  /// Its buyer has ordered before, and never to this city.
  public var isNewPlace: Bool

  public init(accountAge: Duration, failedPayments: Int, isNewPlace: Bool) {
    self.accountAge = accountAge
    self.failedPayments = failedPayments
    self.isNewPlace = isNewPlace
  }
}

/// One thing that makes an order worth a look.
public protocol ScreeningRule: Sendable {
  func reason(toHold order: Order, _ facts: ScreeningFacts) -> HoldReason?
}

/// Decides which paid orders need no person's review: those up to a limit of which no rule says otherwise.
public struct Screening: Sendable {
  /// Nil lets none pass by itself.
  public let limit: Money?
  public let rules: [any ScreeningRule]

  public init(limit: Money?, rules: [any ScreeningRule]) {
    self.limit = limit
    self.rules = rules
  }

  /// Why a person should look at it; in the order of the rules.
  public func reasons(toHold order: Order, _ facts: ScreeningFacts) -> [HoldReason] {
    let due = order.amounts.due
    let isAbove = limit.map { due.currency != $0.currency || due.minor > $0.minor } ?? false
    return (isAbove ? [.aboveLimit] : []) + rules.compactMap { $0.reason(toHold: order, facts) }
  }

  public func passes(_ reasons: [HoldReason]) -> Bool { limit != nil && reasons.isEmpty }
}

/// Accounts younger than this are looked at.
public struct NewAccountRule: ScreeningRule {
  public let age: Duration
  public init(youngerThan age: Duration) { self.age = age }

  public func reason(toHold order: Order, _ facts: ScreeningFacts) -> HoldReason? {
    facts.accountAge < age ? .newAccount : nil
  }
}

/// So many units of one variant are rarely for one household.
public struct OddQuantityRule: ScreeningRule {
  public let units: Int
  public init(from units: Int) { self.units = units }

  public func reason(toHold order: Order, _ facts: ScreeningFacts) -> HoldReason? {
    var sums: [VariantID: Int] = [:]
    for line in order.lines { sums[line.variant, default: 0] += line.quantity.count }
    return sums.values.contains { $0 >= units } ? .oddQuantity : nil
  }
}

/// Goods that go where this buyer never had anything sent.
public struct NewPlaceRule: ScreeningRule {
  public init() {}
  public func reason(toHold order: Order, _ facts: ScreeningFacts) -> HoldReason? { facts.isNewPlace ? .newPlace : nil }
}

/// Many attempts to pay before one succeeded.
public struct FailedPaymentsRule: ScreeningRule {
  public let count: Int
  public init(from count: Int) { self.count = count }

  public func reason(toHold order: Order, _ facts: ScreeningFacts) -> HoldReason? {
    facts.failedPayments >= count ? .failedPayments : nil
  }
}
