import Values

/// The payment centre: opens payments at providers, takes their notices, asks them when in doubt, and keeps the books.
/// A payment is captured only by a verified notice or a verified answer to a query, never by the buyer's browser.
public protocol PaymentService: BalanceService, MoneyDeskService {
  /// Names of the providers that can be chosen, in the order in which to offer them.
  func methods() async throws -> [PaymentMethod]
  /// Those of them that can pay this: none of the merchants has switched them off, nor has the channel, and the amount is
  /// within their bounds. Opening a payment asks the same again.
  func methods(for basis: PaymentBasis) async throws -> [PaymentMethod]
  /// How buyers can be brought to each of them, the preferred first.
  func ways() async throws -> [PaymentMethod: [PaymentWay]]

  /// Opens a payment for orders that are due together. While one for the same orders and method is pending, that one is
  /// answered again, with another handover where its own is over; one of another method or occasion is closed at its
  /// provider first. Throws `PaymentRefusal`, and `.alreadyPaid` when one for the same occasion has its money. What
  /// `fromBalance` says is taken from the payer's balance at once, and is back there in the moment in which the payment ends
  /// unpaid; `.balanceTooLow` when it isn't there.
  func open(_ request: OpenPayment) async throws -> OpenedPayment

  /// Captures a payment of nothing for orders with nothing due, at once and without a provider: books and events are those
  /// of every capture. Repeating it answers the payment that stands. Throws `PaymentRefusal.unknownMethod` when a share
  /// isn't zero, since money needs a method.
  func settleFree(_ request: OpenPayment) async throws -> Payment

  func payment(_ id: PaymentID) async throws -> Payment?
  /// How the buyer of an open payment gets to the provider, as it was answered when it was opened; nil once it isn't open, and
  /// where that leads nowhere any more: opening it again, it has another.
  func handover(of id: PaymentID) async throws -> Handover?
  /// The newest first.
  func payments(of order: OrderID) async throws -> [Payment]
  /// Payments that have had money, given back or not; the oldest first.
  func captured(_ page: PageRequest) async throws -> Page<Payment>

  /// The newest first. A merchant's are those with a share for one of its orders.
  func payments(
    _ scope: PaymentScope, matching filter: PaymentFilter, _ page: PageRequest
  ) async throws -> Page<Payment>
  /// The newest first. A merchant's are those of its orders.
  func refunds(
    _ scope: PaymentScope, matching filter: RefundFilter, _ page: PageRequest
  ) async throws -> Page<Refund>
  func refund(_ id: RefundID) async throws -> Refund?
  /// Of several payments, 100 at most; the oldest first.
  func refunds(of payments: [PaymentID]) async throws -> [Refund]
  /// What was told of a payment and believed, the newest first; the last 50.
  func notices(of payment: PaymentID) async throws -> [PaymentNotice]
  /// One that was told, believed or not; nil where there is none, or none any more.
  func notice(_ id: ID<NoticeTag>) async throws -> HeardNotice?
  /// All that was told, the newest first; also what was not believed. A page has fewer than its limit where bodies are long.
  func notices(matching filter: NoticeFilter, _ page: PageRequest) async throws -> Page<HeardNotice>
  /// Orders of shares and refunds of which nobody has said whose they are, the oldest first, each as often as there are
  /// such; 500 at most.
  func unplaced(limit: Int) async throws -> [OrderID]
  /// Says whose orders are. What is said already stays.
  func place(_ orders: [PlacedOrder]) async throws

  /// Takes a provider's notice as it came over the wire. The answer is what the provider must read: an acknowledgement
  /// once the fact is stored, a refusal without reasons when it can't be verified.
  func takeNotice(_ notice: RawNotice, from method: PaymentMethod) async throws -> NoticeAnswer

  /// Asks the provider how a pending payment stands and takes the answer through the same transition as a notice; 20 times
  /// a minute for each payment, beyond which it answers what is known.
  func refresh(_ id: PaymentID) async throws -> Payment
  /// Closes at the provider, then asks once more: the answer is `captured` when the money came first.
  func close(_ id: PaymentID) async throws -> Payment
  /// Asks about pending payments that are due for it (after 30 s, 2, 5 and 15 minutes, then at expiry, when they are also
  /// closed), and about refunds without an answer; at most `limit` of either, so that neither waits for the other;
  /// answers how many. Tells `RefundFailed`.
  func sweep(now: Timestamp, limit: Int) async throws -> Int

  /// Captured payments that their orders may not have heard of: five seconds after the capture, and each minute from then
  /// on, until `noteHeard`. At most `limit`, 500 or fewer.
  func unheard(now: Timestamp, limit: Int) async throws -> [Payment]
  /// All that the payments are for is done.
  func noteHeard(_ payments: [PaymentID]) async throws

  /// Gives money back. Repeating a key answers the same refund. Throws `.refundExceedsPayment` when the sum of refunds,
  /// pending ones included, would be above the order's share, and `.refundKeyTaken` when the key is that of another
  /// refund. A failed refund stays failed under its key; another try needs another key.
  func refund(_ request: RefundRequest) async throws -> Refund
  /// The oldest first.
  func refunds(of payment: PaymentID) async throws -> [Refund]

  /// Forgets one slice of the notices that were received before the moments, the oldest first; those that weren't believed
  /// need be kept only as long as someone may ask why.
  /// - Parameter limit: rows of each kind, at most 500.
  /// - Returns: how many rows were forgotten.
  func prune(noticesBefore: Timestamp, disbelievedBefore: Timestamp, limit: Int) async throws -> Int

  func ledger(of payment: PaymentID) async throws -> [LedgerEntry]
  /// Checks that payments, refunds and ledger agree, and that every entry has its counter-entry.
  func audit() async throws -> [Discrepancy]
}
