import Values

public enum BillDifferenceTag: Identified { public static let prefix = "dif" }
public typealias BillDifferenceID = ID<BillDifferenceTag>

/// Something in which a bill and the books don't agree.
public struct BillDifference: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// In the bill and not in the books.
    case missingHere
    /// In the books and not in the bill.
    case missingThere
    case amountDiffers
    /// The bill says that the money moved, the books don't yet.
    case statusDiffers
    /// Another fee than was agreed.
    case feeDiffers
    /// One payment that stands in the bill more than once.
    case twiceThere
  }

  public enum State: String, CaseIterable, Sendable {
    /// Near midnight: the bill of the day beside may have it.
    case carried
    case open
    case explained
    case corrected
    case ignored

    /// Where a person's decision, or the course of things, may lead.
    public static let allowed: [State: Set<State>] = [
      .carried: [.open, .explained, .corrected, .ignored],
      .open: [.explained, .corrected, .ignored],
      .explained: [.open], .ignored: [.open], .corrected: [.open],
    ]
    public var isOpen: Bool { self == .open || self == .carried }
  }

  /// How one came to its end.
  public enum Cause: String, CaseIterable, Sendable {
    case person
    /// The bill of another day has it.
    case otherBill
    /// The same day's bill was fetched again and differs no more.
    case newBill
    /// The provider told it late, or answered when it was asked.
    case lateNotice
    /// What the bill says was taken over.
    case applied
  }

  /// One side.
  public struct Side: Hashable, Sendable {
    public let amount: Money?
    /// What was kept, or should have been by the rule.
    public let fee: Money?
    /// As the books call it.
    public let state: String?

    public init(amount: Money? = nil, fee: Money? = nil, state: String? = nil) {
      self.amount = amount
      self.fee = fee
      self.state = state
    }
  }

  public let id: BillDifferenceID
  public let method: PaymentMethod
  public let day: ProviderDay
  public let kind: Kind
  public let isRefund: Bool
  /// As the bill or the books have them; empty where they have none.
  public let paymentNumber: String
  public let refundNumber: String
  public let providerNumber: String
  public let there: Side
  public let here: Side
  public let at: Timestamp
  public let state: State
  public let cause: Cause?
  /// What somebody wrote to it.
  public let reason: String
  public let staff: StaffID?
  public let foundAt: Timestamp
  public let changedAt: Timestamp

  public var payment: PaymentID? { PaymentID(paymentNumber) }

  /// Whether what the bill says can be taken over: money that moved there, of a payment that is known here.
  public var isCorrectable: Bool {
    guard state.isOpen, payment != nil, there.amount != nil else { return false }
    return kind == .statusDiffers || (kind == .missingHere && isRefund && !refundNumber.isEmpty)
  }
}

/// What a list of differences is narrowed to; what is nil narrows nothing.
public struct BillDifferenceFilter: Hashable, Sendable {
  public var method: PaymentMethod?
  public var kind: BillDifference.Kind?
  public var state: BillDifference.State?
  /// Both included.
  public var from: ProviderDay?
  public var through: ProviderDay?
  /// The whole of a payment's, a refund's or the provider's.
  public var number: String?

  public init(
    method: PaymentMethod? = nil, kind: BillDifference.Kind? = nil, state: BillDifference.State? = nil,
    from: ProviderDay? = nil, through: ProviderDay? = nil, number: String? = nil
  ) {
    self.method = method
    self.kind = kind
    self.state = state
    self.from = from
    self.through = through
    self.number = number
  }
}

/// How reconciliation stands as a whole.
public struct BillStanding: Hashable, Sendable {
  public static let mostCounted = 1000

  /// Counted up to `mostCounted`.
  public let openDifferences: Int
  public let failedDays: Int
  /// The last day that was compared, of each method; nil where none was.
  public let lastMatched: [PaymentMethod: ProviderDay?]
}

public enum BillRefusal: Refusal, Hashable {
  case unknownBill
  case unknownDifference
  /// Somebody else has decided meanwhile, or there is nothing to take over.
  case differenceMoved
  /// The payment centre wouldn't take what the bill says; why, as it calls it.
  case notApplied(String)
  /// It is being worked on.
  case billBusy

  public var code: String {
    switch self {
    case .unknownBill: "unknownBill"
    case .unknownDifference: "unknownDifference"
    case .differenceMoved: "differenceMoved"
    case .notApplied: "billNotApplied"
    case .billBusy: "billBusy"
    }
  }

  public var details: [String: String] {
    if case .notApplied(let effect) = self { ["effect": effect] } else { [:] }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownBill, .unknownDifference: .notFound
    case .differenceMoved, .notApplied, .billBusy: .conflict
    }
  }
}
