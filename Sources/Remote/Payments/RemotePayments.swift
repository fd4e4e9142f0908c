import Payments
import Values

/// The payment centre in another process.
public struct RemotePayments: PaymentService {
  let caller: RemoteCaller

  public init(_ caller: RemoteCaller) { self.caller = caller }

  public func methods() async throws -> [PaymentMethod] { try await caller.call(PaymentVerbs.methods) }

  public func methods(for basis: PaymentBasis) async throws -> [PaymentMethod] {
    try await caller.call(PaymentVerbs.methodsFor, basis)
  }

  public func open(_ request: OpenPayment) async throws -> OpenedPayment {
    try await caller.call(PaymentVerbs.open, request)
  }

  public func settleFree(_ request: OpenPayment) async throws -> Payment {
    try await caller.call(PaymentVerbs.settleFree, request)
  }

  public func payment(_ id: PaymentID) async throws -> Payment? { try await caller.call(PaymentVerbs.payment, id) }

  public func payments(of order: OrderID) async throws -> [Payment] {
    try await caller.call(PaymentVerbs.payments, order)
  }

  public func captured(_ page: PageRequest) async throws -> Page<Payment> {
    try await caller.call(PaymentVerbs.captured, page)
  }

  public func payments(
    _ scope: PaymentScope, matching filter: PaymentFilter, _ page: PageRequest
  ) async throws -> Page<Payment> {
    try await caller.call(PaymentVerbs.listed, PaymentVerbs.Listing(scope: scope, filter: filter, page: page))
  }

  public func refunds(
    _ scope: PaymentScope, matching filter: RefundFilter, _ page: PageRequest
  ) async throws -> Page<Refund> {
    try await caller.call(PaymentVerbs.listedRefunds, PaymentVerbs.Listing(scope: scope, filter: filter, page: page))
  }

  public func refund(_ id: RefundID) async throws -> Refund? { try await caller.call(PaymentVerbs.oneRefund, id) }

  public func refunds(of payments: [PaymentID]) async throws -> [Refund] {
    try await caller.call(PaymentVerbs.refundsOfAll, payments)
  }

  public func notices(of payment: PaymentID) async throws -> [PaymentNotice] {
    try await caller.call(PaymentVerbs.notices, payment)
  }

  public func notice(_ id: ID<NoticeTag>) async throws -> HeardNotice? {
    try await caller.call(PaymentVerbs.heardOne, id)
  }

  public func notices(matching filter: NoticeFilter, _ page: PageRequest) async throws -> Page<HeardNotice> {
    try await caller.call(PaymentVerbs.heard, PaymentVerbs.Hearing(filter: filter, page: page))
  }

  public func unplaced(limit: Int) async throws -> [OrderID] {
    try await caller.call(PaymentVerbs.unplaced, limit)
  }

  public func place(_ orders: [PlacedOrder]) async throws { _ = try await caller.call(PaymentVerbs.place, orders) }

  public func takeNotice(_ notice: RawNotice, from method: PaymentMethod) async throws -> NoticeAnswer {
    try await caller.call(PaymentVerbs.takeNotice, PaymentVerbs.Notice(notice: notice, method: method))
  }

  public func refresh(_ id: PaymentID) async throws -> Payment { try await caller.call(PaymentVerbs.refresh, id) }

  public func close(_ id: PaymentID) async throws -> Payment { try await caller.call(PaymentVerbs.close, id) }

  public func sweep(now: Timestamp, limit: Int) async throws -> Int {
    try await caller.call(PaymentVerbs.sweep, PaymentVerbs.Slice(now: now, limit: limit))
  }

  public func unheard(now: Timestamp, limit: Int) async throws -> [Payment] {
    try await caller.call(PaymentVerbs.unheard, PaymentVerbs.Slice(now: now, limit: limit))
  }

  public func noteHeard(_ payments: [PaymentID]) async throws {
    _ = try await caller.call(PaymentVerbs.noteHeard, payments)
  }

  public func refund(_ request: RefundRequest) async throws -> Refund {
    try await caller.call(PaymentVerbs.refund, request)
  }

  public func refunds(of payment: PaymentID) async throws -> [Refund] {
    try await caller.call(PaymentVerbs.refunds, payment)
  }

  public func prune(noticesBefore: Timestamp, disbelievedBefore: Timestamp, limit: Int) async throws -> Int {
    let pruning = PaymentVerbs.Pruning(
      noticesBefore: noticesBefore, disbelievedBefore: disbelievedBefore, limit: limit)
    return try await caller.call(PaymentVerbs.prune, pruning)
  }

  public func ledger(of payment: PaymentID) async throws -> [LedgerEntry] {
    try await caller.call(PaymentVerbs.ledger, payment)
  }

  public func audit() async throws -> [Discrepancy] { try await caller.call(PaymentVerbs.audit) }
}
