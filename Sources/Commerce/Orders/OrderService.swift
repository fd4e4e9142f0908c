import Values

/// What was bought: orders with their lines as they were, their states, and how they got there.
public protocol OrderService: Sendable {
  /// Writes all orders of one checkout in one transaction and tells `OrderPlaced` for each. Repeating the checkout's key
  /// answers the orders that stand, whatever the input.
  func place(_ checkout: CheckoutOrders) async throws -> [Order]
  /// The orders of a checkout key; empty when it was never placed.
  func orders(checkout key: String) async throws -> [Order]
  /// The orders of several checkout keys, at most 100, in one statement.
  func orders(checkouts keys: [String]) async throws -> [Order]
  /// Those of the first hundred numbers, in their order; those that there aren't are left out.
  func orders(numbers: [OrderNumber]) async throws -> [Order]

  func order(_ id: OrderID) async throws -> Order?
  func order(number: OrderNumber) async throws -> Order?
  func orders(_ ids: [OrderID]) async throws -> [Order]
  /// The newest first, unless the filter says otherwise. The scope is part of every query: an account sees its own, a
  /// merchant its own.
  func orders(_ scope: OrderScope, matching filter: OrderFilter, _ page: PageRequest) async throws -> Page<Order>
  /// How many orders stand in each state; a merchant's or the platform's are counted up to `OrderCounts.most` of each, which
  /// is told for that many or more.
  func counts(_ scope: OrderScope) async throws -> [OrderState: Int]
  /// How many paid orders of each of the merchants wait for its staff: to be reviewed or sent. Those without any are left
  /// out.
  func waiting(of merchants: [MerchantID]) async throws -> [MerchantID: Int]
  func timeline(of order: OrderID) async throws -> [TimelineEntry]
  /// The same of up to 100 orders, in one statement.
  func timelines(of orders: [OrderID]) async throws -> [OrderID: [TimelineEntry]]
  /// Those of these files, up to 100, that are shown here as pictures of what was bought, as it looked then.
  func shown(among files: [FileKey]) async throws -> Set<FileKey>
  /// What buyers ordered from a merchant, or from all (nil), in one statement; those who ordered nothing are left out.
  func purchases(of buyers: [AccountID], at merchant: MerchantID?) async throws -> [AccountID: Purchases]
  /// Of one buyer, the newest first.
  func orders(of buyer: AccountID, at merchant: MerchantID?, _ page: PageRequest) async throws -> Page<Order>

  /// Notes the captured money and moves `awaitingPayment → awaitingReview`, and counts the sale, once: repeating a payment
  /// changes nothing. Tells `OrderPaid`. Throws
  /// `OrderRefusal.notPayable` when the order is cancelled or was paid by another payment, and
  /// `.amountMismatch` when the money isn't what was due: the caller refunds then.
  func markPaid(_ order: OrderID, by payment: PaymentID, amount: Money, at: Timestamp) async throws -> Order
  /// Moves `awaitingPayment → awaitingReview` on the word that it is paid at the door, once: no money is noted. Tells
  /// `OrderPromised`. Throws `.notPayable`. `markPaid` notes the money later, in whatever state the order is then.
  func promise(_ order: OrderID, by payment: PaymentID) async throws -> Order
  /// The buyer refused at the door what was to be paid there, and the goods are back, or they won't be sent at all:
  /// `awaitingShipment | awaitingReceipt → cancelled`. Tells
  /// `OrderCancelled`. Throws `.wrongState` for an order that isn't to be paid at the door any more; harmless when cancelled
  /// already.
  func refuseAtDoor(_ order: OrderID, by actor: Actor) async throws -> Order
  /// What was to be paid at the door of a completed order won't come: nobody waits for it any more, and nothing of the order
  /// is anybody's. Should it come after all, `markPaid` takes it. Harmless when done already. Throws `.wrongState` for an
  /// order that isn't completed or isn't to be paid at the door any more, `FieldFaults` (`reason`, 1…200 characters).
  func writeOff(_ order: OrderID, reason: String, by staff: StaffID) async throws -> Order
  /// Gives the buyer of an unpaid order more time; harmless for any other, and when there is as much already.
  func allowUntil(_ payBefore: Timestamp, _ orders: [OrderID]) async throws
  /// Only while unpaid, checked in the same statement. A buyer reaches only their own (`.unknownOrder`). Tells
  /// `OrderCancelled`. Harmless when cancelled already.
  func cancel(_ order: OrderID, by actor: Actor, reason: CancelReason) async throws -> Order
  /// Orders unpaid past their deadline, oldest first.
  func overdue(now: Timestamp, _ page: PageRequest) async throws -> Page<Order>

  /// Notes what screening found of a paid order, once, before anybody has changed it: it goes on to `awaitingShipment` by
  /// itself, unless the merchant asks for a change, or waits with the reasons on it. Harmless later.
  func screen(_ order: OrderID, passes: Bool, reasons: [HoldReason]) async throws -> Order
  /// The only way for a person to approve. Throws `.wrongState` unless it awaits review, `.differenceOpen` while the
  /// buyer has more to pay, and `.editAsked` while the merchant asks for a change.
  func pass(_ order: OrderID, by staff: StaffID, note: String) async throws -> Order
  /// Changes an order that awaits review: lines, amounts, destination, note. What is paid above the new sum is taken off
  /// `paid` at once and goes back to the buyer; a higher sum leaves a difference open. Sales figures follow. Repeating an
  /// edit's id changes nothing, and neither does a change that leaves all as it is. Tells `OrderEdited`. Throws
  /// `FieldFaults` (`lines`, `quantity.LINE`, `unit.LINE`, `freight`, `note`, `reason`, fields of the destination),
  /// `.wrongState`, `.changedMeanwhile` when the order has another revision, `.unitsReturned` once units were taken back.
  func edit(_ order: OrderID, as id: OrderEditID, _ change: OrderChange, by staff: StaffID) async throws -> Order
  /// Notes what the merchant's people want changed of an order that awaits review, for whoever reviews it; the next change
  /// answers it. Repeating one's words changes nothing. Tells `OrderEditAsked`. Throws `FieldFaults` (`wish`, 1…500
  /// characters), `.wrongState`, and `.editAskedAlready` while another is open.
  func askForEdit(_ order: OrderID, wish: String, by staff: StaffID) async throws -> Order
  /// What was asked for won't be made, or isn't wanted any more. Tells `OrderEditDismissed`. Throws `FieldFaults`
  /// (`dismissal`, up to 500 characters), `.wrongState`, `.noEditAsked`.
  func dismissEdit(_ order: OrderID, words: String, by staff: StaffID) async throws -> Order
  /// Ends an order that awaits review; all that is paid goes back. Staff must say why (`reason`), a buyer may only while
  /// a difference is open. Tells `OrderCancelled`. Throws `.wrongState`, and `.changedMeanwhile` from `notAfter` on;
  /// harmless when cancelled already.
  func reject(
    _ order: OrderID, by actor: Actor, reason: CancelReason, words: String, notAfter: Timestamp?
  ) async throws -> Order
  /// Notes money for what a change added, once. Tells `OrderDifferencePaid`. Throws `.notPayable` when nothing is open, `.amountMismatch` when it isn't
  /// what is open: the caller refunds then.
  func takeDifference(_ order: OrderID, by payment: PaymentID, amount: Money, at: Timestamp) async throws -> Order
  /// Puts `HoldReason.differenceUnpaid` on orders whose buyers let the time pass in which a difference was to be paid, so
  /// that staff decide. At most `limit`, 500 or fewer.
  /// - Returns: how many.
  func flagUnpaidDifferences(now: Timestamp, limit: Int) async throws -> Int
  /// The oldest first.
  func edits(of order: OrderID) async throws -> [OrderEdit]
  /// The same of up to 100 orders, in one statement; those that were never changed are left out.
  func edits(of orders: [OrderID]) async throws -> [OrderID: [OrderEdit]]
  func edit(_ id: OrderEditID) async throws -> OrderEdit?
  /// What was paid on top of the orders' first payments; orders without are left out.
  func supplements(of orders: [OrderID]) async throws -> [OrderID: [Supplement]]
  /// All of it has left; the note is what stands on the parcel that left last. Throws `FieldFaults` without carrier and
  /// tracking number, `.wrongState`. Tells `OrderShipped`.
  func ship(_ order: OrderID, _ shipment: ShipmentNote, by staff: StaffID) async throws -> Order
  /// Another place for goods that haven't arrived yet: of an order that awaits shipment or receipt. Harmless when it goes
  /// there already. Throws `.wrongState`, `FieldFaults` for texts that are too long.
  func readdress(_ order: OrderID, to destination: Destination, by staff: StaffID) async throws -> Order
  /// The buyer signs, or staff on the carrier's proof. Tells `OrderCompleted`. Harmless when completed already.
  func confirmReceipt(_ order: OrderID, by actor: Actor) async throws -> Order

  /// Before units of a paid order that hasn't been shipped are taken back: nobody who reads the order from now on sends
  /// them. The key is that of the `takeBack` which follows; harmless to repeat, also after that. Throws as `takeBack`.
  func keepBack(_ units: [OrderLineID: Int], of order: OrderID, key: String) async throws -> Order
  /// The undo of `keepBack`.
  /// - Returns: false where `takeBack` has followed, or nothing was kept back under the key.
  func letGo(_ units: [OrderLineID: Int], of order: OrderID, key: String) async throws -> Bool
  /// Notes under the key, once, that units were taken back: they aren't shipped any more, and when none are left the order
  /// is `refunded` and `OrderRefunded` told. Throws `.wrongState` for an order that isn't paid, and where `ifUnshipped` for
  /// one that has been shipped, and `.inParcels` for units that are in parcels; `.moreThanOrdered` for units that were
  /// taken back already.
  /// What was kept back under the key before is taken back without a further look.
  /// - Parameters:
  ///   - key: up to 64 characters.
  ///   - packed: how many units of each line are in parcels; only asked for where `ifUnshipped`.
  func takeBack(
    _ units: [OrderLineID: Int], of order: OrderID, key: String, ifUnshipped: Bool, packed: [OrderLineID: Int],
    by actor: Actor
  ) async throws -> Order

  /// Units of orders that were paid, per product, each counted once; a refund doesn't take them off again.
  func sales(of products: [ProductID]) async throws -> [ProductID: Int]
  /// Forgets one slice of the checkout keys placed before the moment; their orders stay. Such a key is no longer known to
  /// have been placed.
  /// - Parameter limit: at most 500.
  /// - Returns: how many were forgotten.
  func prune(checkoutsBefore: Timestamp, limit: Int) async throws -> Int
  /// Lets orders be found quickly by the names on their lines that are from before such names were kept, a slice at a time;
  /// until all are, lists that ask for a name look at lines.
  /// - Returns: how many were brought along; fewer than the limit once all are.
  func noteNames(limit: Int) async throws -> Int
  /// Checks that amounts add up, states agree with timelines, sales figures and names with lines.
  func audit() async throws -> [Discrepancy]
}

extension OrderService {
  /// At any time.
  public func reject(_ order: OrderID, by actor: Actor, reason: CancelReason, words: String) async throws -> Order {
    try await reject(order, by: actor, reason: reason, words: words, notAfter: nil)
  }

  /// Of an order without parcels, or whose parcels don't matter.
  public func takeBack(
    _ units: [OrderLineID: Int], of order: OrderID, key: String, ifUnshipped: Bool, by actor: Actor
  ) async throws -> Order {
    try await takeBack(units, of: order, key: key, ifUnshipped: ifUnshipped, packed: [:], by: actor)
  }
}

/// Of sets that may be large nobody needs to know how many there are.
public enum OrderCounts {
  public static let most = 1000
}

public enum OrderScope: Hashable, Sendable {
  case buyer(AccountID)
  case merchant(MerchantID)
  case platform
}

/// The five filters of the order centre, each alone or with others.
public struct OrderFilter: Hashable, Codable, Sendable {
  /// Beginning of an order number.
  public var number: String?
  /// Part of a product name on any line, in any language.
  public var productName: String?
  public var placedFrom: Timestamp?
  /// Exclusive.
  public var placedBefore: Timestamp?
  public var dueFrom: Money?
  public var dueTo: Money?
  public var paidFrom: Money?
  public var paidTo: Money?
  /// Empty means all.
  public var states: Set<OrderState>
  /// Those that wait longest come first; otherwise the newest do.
  public var isOldestFirst = false

  public init(
    number: String? = nil, productName: String? = nil, placedFrom: Timestamp? = nil, placedBefore: Timestamp? = nil,
    dueFrom: Money? = nil, dueTo: Money? = nil, paidFrom: Money? = nil, paidTo: Money? = nil,
    states: Set<OrderState> = []
  ) {
    self.number = number
    self.productName = productName
    self.placedFrom = placedFrom
    self.placedBefore = placedBefore
    self.dueFrom = dueFrom
    self.dueTo = dueTo
    self.paidFrom = paidFrom
    self.paidTo = paidTo
    self.states = states
  }
}
