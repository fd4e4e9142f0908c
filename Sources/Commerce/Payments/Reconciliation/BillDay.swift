import Values

/// A day of a provider's bill, and how far it is.
public struct BillDay: Hashable, Sendable {
  public enum State: String, CaseIterable, Sendable {
    /// Not here yet: the provider makes it on the day after.
    case waiting
    /// Here, and about to be compared.
    case fetched
    case matched
    /// Given up after days of trying: somebody must look, or bring it as a file.
    case failed
  }

  public enum Source: String, Sendable { case provider, file }

  public let method: PaymentMethod
  public let day: ProviderDay
  public let state: State
  /// Movements in the bill.
  public let rows: Int
  public let source: Source?
  public let fetchedAt: Timestamp?
  public let matchedAt: Timestamp?
  /// When it is tried again; nil where nothing is to be done.
  public let nextTryAt: Timestamp?
  /// How often it was asked for in vain.
  public let tries: Int
  /// Why the last try failed, in the provider's code or a few words; empty where it didn't.
  public let fault: String
  public let openDifferences: Int

  /// What a calendar shows of it.
  public var sign: Sign {
    switch state {
    case .failed: .failed
    case .waiting: .notYet
    case .fetched: .notYet
    case .matched: openDifferences > 0 ? .differences : .matched
    }
  }

  public enum Sign: String, CaseIterable, Sendable { case matched, differences, notYet, failed }
}

/// Both sides of a day in one currency.
public struct BillTotals: Hashable, Sendable {
  public struct Side: Hashable, Sendable {
    public var payments: Int
    public var paid: Money
    public var refunds: Int
    public var refunded: Money

    public init(payments: Int, paid: Money, refunds: Int, refunded: Money) {
      self.payments = payments
      self.paid = paid
      self.refunds = refunds
      self.refunded = refunded
    }

    static func nothing(_ currency: Currency) -> Side {
      Side(payments: 0, paid: .zero(currency), refunds: 0, refunded: .zero(currency))
    }
  }

  public let currency: Currency
  public let there: Side
  public let here: Side
  /// What the provider kept, less what it gave back.
  public let fees: Money
  /// Movements that are neither payments nor refunds, and what they brought and took; both positive.
  public let others: Int
  public let othersIn: Money
  public let othersOut: Money

  /// By how much the balance at the provider changed.
  public var net: Money {
    Money(
      minor: there.paid.minor - there.refunded.minor - fees.minor + othersIn.minor - othersOut.minor,
      currency: currency)
  }
}

/// A movement of the provider's own: a payout, a dispute, a charge.
public struct BillMovement: Hashable, Sendable {
  public let providerNumber: String
  /// Negative where it goes out.
  public let amount: Money
  public let fee: Money
  public let at: Timestamp
}

/// What a provider should keep of each payment.
public struct BillFeeRule: Hashable, Sendable {
  public static let partsRange = 0...2000

  public let method: PaymentMethod
  /// Ten-thousandths of the amount, 0…2000: 60 are 0.6 %.
  public let parts: Int
  /// Minor units on top, of whatever currency the payment is in; 0…10,000.
  public let fixed: Int

  public init(method: PaymentMethod, parts: Int, fixed: Int) {
    self.method = method
    self.parts = parts
    self.fixed = fixed
  }

  /// Rounded half up to whole minor units.
  public func fee(of amount: Money) -> Money {
    Money(minor: (amount.minor * Int64(parts) + 5000) / 10_000 + Int64(fixed), currency: amount.currency)
  }
}

/// A month of the calendar, `2026-11`.
public struct BillMonth: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  public let rawValue: String

  public init?(rawValue: String) {
    guard let first = ProviderDay(rawValue: rawValue + "-01"), Timestamp(rfc3339: "\(first)T00:00:00Z") != nil else {
      return nil
    }
    self.rawValue = rawValue
  }

  public init(_ day: ProviderDay) { rawValue = String(day.rawValue.prefix(7)) }

  public var first: ProviderDay { ProviderDay(known: rawValue + "-01") }
  public var last: ProviderDay { after.first.adding(-1) }
  public var before: BillMonth { BillMonth(first.adding(-1)) }
  /// No month has more than 31 days.
  public var after: BillMonth { BillMonth(first.adding(31)) }
  public var description: String { rawValue }

  public static func < (left: BillMonth, right: BillMonth) -> Bool { left.rawValue < right.rawValue }
}

/// What went through a provider in a month, in one currency.
public struct MonthlyBill: Hashable, Sendable {
  public let method: PaymentMethod
  /// What stood at the provider before, as all bills from the first one on add up.
  public let opening: Money
  public let totals: BillTotals
  /// Days of the month whose bills were compared, and those whose bills are missing though they are over.
  public let daysMatched: Int
  public let daysMissing: Int
  public let openDifferences: Int

  public var closing: Money { Money(minor: opening.minor + totals.net.minor, currency: opening.currency) }
}
