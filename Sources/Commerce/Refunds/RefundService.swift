import Values

/// What buyers ask back and what became of it: requests with their lines and evidence, what was agreed, and the record of the
/// money that went. Knows orders by what it is told of them; moves neither money nor goods, which flows do.
public protocol RefundService: Sendable {
  /// Writes a buyer's request. Units that another request stands for are refused with `.unitsTaken`, and the amounts of
  /// all requests of an order never add up to more than its lines and freight. Throws `FieldFaults` and `RefundRefusal`,
  /// of these `.orderChanging` for an order that `makeWay` was called for since it was read.
  /// Tells `RefundMoved`, as all that follows does.
  func request(_ draft: RefundDraft) async throws -> RefundCase
  /// Money that the merchant gives back without being asked, agreed at once. Repeating the key answers the case that
  /// stands. Throws `FieldFaults`, `RefundRefusal.aboveAllowed`.
  func grant(_ goodwill: GoodwillDraft) async throws -> RefundCase
  /// A refund that was begun at the payment provider and is done. Repeating it answers the case that stands.
  func note(_ refund: ProviderRefundDraft) async throws -> RefundCase

  /// Before an order is changed or ended: makes sure that nothing of it is asked for or on its way, and that for a minute
  /// nobody asks or gives who has seen it at an earlier revision. Throws `.caseOpen`.
  /// - Returns: when the minute is over; the order mustn't be changed from then on.
  @discardableResult func makeWay(for order: OrderID, revision: Int) async throws -> Timestamp

  func refundCase(_ id: RefundCaseID) async throws -> RefundCase?
  /// The newest first.
  func cases(of order: OrderID) async throws -> [RefundCase]
  /// The newest first, or the oldest, as the filter says. The scope is part of every query.
  func cases(
    _ scope: RefundScope, matching filter: RefundCaseFilter, _ page: PageRequest
  ) async throws -> Page<RefundCase>
  /// How many stand in each state; a merchant's or the platform's are counted up to `RefundCounts.most` of each, which is
  /// told for that many or more.
  func counts(_ scope: RefundScope) async throws -> [RefundCase.State: Int]
  /// Of one buyer at a merchant, or at all (nil), the newest first.
  func cases(of buyer: AccountID, at merchant: MerchantID?, _ page: PageRequest) async throws -> Page<RefundCase>
  /// The money that went back to buyers, an amount for each currency, in one statement; those to whom none did are left
  /// out.
  func refunded(to buyers: [AccountID], by merchant: MerchantID?) async throws -> [AccountID: [Money]]
  /// What requests stand for already, by line of the order.
  func claims(of order: OrderID) async throws -> [OrderLineID: RefundClaim]
  /// The oldest first.
  func steps(of id: RefundCaseID) async throws -> [RefundStep]
  /// The oldest first.
  func records(of id: RefundCaseID) async throws -> [RefundRecord]

  /// The record table, the newest first, or the oldest, as the filter says. The scope is part of every query.
  func records(
    _ scope: RefundScope, matching filter: RefundRecordFilter, _ page: PageRequest
  ) async throws -> Page<RefundRecord>
  /// Those of the first hundred ids, in any order; those that there aren't are left out.
  func cases(_ ids: [RefundCaseID]) async throws -> [RefundCase]

  /// The buyer changes their mind; the units can be asked for again. Throws `.unknownCase` for another's.
  func withdraw(_ id: RefundCaseID, by account: AccountID) async throws -> RefundCase
  /// How the buyer sends the goods back. Throws `FieldFaults`.
  func noteParcel(_ id: RefundCaseID, _ parcel: ReturnParcel, by account: AccountID) async throws -> RefundCase

  /// Agrees to the request: asks for the goods first where the grant says so, else the money may go. Without an amount it is
  /// what was asked, or as much of it as is left of what was paid. Throws `.aboveAllowed` and `.nothingLeft`.
  func approve(_ id: RefundCaseID, _ grant: RefundGrant, by actor: Actor) async throws -> RefundCase
  /// Throws `FieldFaults` without a reason. The units can be asked for again.
  func reject(_ id: RefundCaseID, reason: String, by staff: StaffID) async throws -> RefundCase
  /// The goods are back. - Parameter restocked: how many of each line can be sold again; the others are written off.
  func receive(
    _ id: RefundCaseID, restocked: [OrderLineID: Int], note: String, by staff: StaffID
  ) async throws -> RefundCase
  /// A refund that failed may be tried again.
  func retry(_ id: RefundCaseID, by staff: StaffID) async throws -> RefundCase

  /// What was agreed turned out not to be possible, and is to be decided anew.
  /// - Parameter why: a code, which pages word as `refunds.reopened.CODE`.
  func reopen(_ id: RefundCaseID, why: String) async throws -> RefundCase
  /// The provider has been asked for the money. Harmless when it's known already.
  /// - Parameter replacement: the order that brings the other goods of an exchange.
  func noteSent(_ id: RefundCaseID, replacement: OrderID?) async throws -> RefundCase
  /// The money didn't go. As `noteSent` otherwise.
  func noteFailed(_ id: RefundCaseID, replacement: OrderID?) async throws -> RefundCase
  /// All is done: writes the records. Harmless when settled already. Throws `RefundFault` where the parts don't add up to
  /// what was agreed.
  /// - Parameter replacement: the order that brings the other goods of an exchange.
  func settle(_ id: RefundCaseID, _ parts: [SettledPart], replacement: OrderID?) async throws -> RefundCase

  /// Cases whose money is to go or on its way and that nobody has looked at for a minute; each is handed out once in a
  /// minute. At most `limit`, 500 or fewer.
  func underWay(now: Timestamp, limit: Int) async throws -> [RefundCase]
  /// Those of the pictures that a request shows.
  func evidence(among files: [FileKey]) async throws -> Set<FileKey>
  /// Pictures of requests that may still lie in the store that everybody can see, as older programs kept them; fewer than
  /// `limit`, 500 or less, once there are no others.
  func publicEvidence(limit: Int) async throws -> [FileKey]
  /// They lie apart now. Harmless to repeat.
  func noteEvidenceApart(_ files: [FileKey]) async throws
  /// Checks that requests, claims, allowances and records agree.
  func audit() async throws -> [Discrepancy]
}

extension RefundService {
  public func noteSent(_ id: RefundCaseID) async throws -> RefundCase { try await noteSent(id, replacement: nil) }
  public func noteFailed(_ id: RefundCaseID) async throws -> RefundCase { try await noteFailed(id, replacement: nil) }

  /// The newest first, in any of these states; none are all.
  public func cases(
    _ scope: RefundScope, in states: Set<RefundCase.State>, _ page: PageRequest
  ) async throws -> Page<RefundCase> {
    try await cases(scope, matching: RefundCaseFilter(states: states), page)
  }
}

/// What is looked for among cases; what is left out excludes none.
public struct RefundCaseFilter: Hashable, Sendable {
  public var states: Set<RefundCase.State>
  /// Cases of these orders, up to 100 of them; nil for those of any.
  public var orders: [OrderID]?
  public var requestedFrom: Timestamp?
  /// Exclusive.
  public var requestedBefore: Timestamp?
  /// Of what was agreed, or else asked; both ends included.
  public var amountFrom: Money?
  public var amountTo: Money?
  public var isOldestFirst = false

  public init(
    states: Set<RefundCase.State> = [], orders: [OrderID]? = nil, requestedFrom: Timestamp? = nil,
    requestedBefore: Timestamp? = nil, amountFrom: Money? = nil, amountTo: Money? = nil
  ) {
    self.states = states
    self.orders = orders
    self.requestedFrom = requestedFrom
    self.requestedBefore = requestedBefore
    self.amountFrom = amountFrom
    self.amountTo = amountTo
  }
}

/// What is looked for among records; what is left out excludes none.
public struct RefundRecordFilter: Hashable, Sendable {
  /// Records of these orders, up to 100 of them; nil for those of any.
  public var orders: [OrderID]?
  public var settledFrom: Timestamp?
  /// Exclusive.
  public var settledBefore: Timestamp?
  /// Both ends included.
  public var amountFrom: Money?
  public var amountTo: Money?
  public var isOldestFirst = false

  public init(
    orders: [OrderID]? = nil, settledFrom: Timestamp? = nil, settledBefore: Timestamp? = nil,
    amountFrom: Money? = nil, amountTo: Money? = nil
  ) {
    self.orders = orders
    self.settledFrom = settledFrom
    self.settledBefore = settledBefore
    self.amountFrom = amountFrom
    self.amountTo = amountTo
  }
}

/// Of sets that may be large nobody needs to know how many there are.
public enum RefundCounts {
  public static let most = 1000
}

public enum RefundScope: Hashable, Sendable {
  case buyer(AccountID)
  case merchant(MerchantID)
  case platform
}
