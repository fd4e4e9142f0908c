import Payments
import Values

/// Payments as it crosses between processes. What the contract promises to answer again when it is asked again is
/// idempotent here; the limits leave room for a provider that takes its time.
public enum PaymentVerbs {
  static let contract = RemoteContract("payments", refusals: [PaymentRefusal.self])

  static func verb<Input, Output>(
    _ name: String, _ limit: Duration, isIdempotent: Bool = true
  ) -> RemoteMethod<Input, Output> {
    RemoteMethod(contract, name, isIdempotent: isIdempotent, limit: limit)
  }

  static let methods: RemoteMethod<Nothing, [PaymentMethod]> = verb("methods", .seconds(2))
  static let methodsFor: RemoteMethod<PaymentBasis, [PaymentMethod]> = verb("methodsFor", .seconds(2))
  static let open: RemoteMethod<OpenPayment, OpenedPayment> = verb("open", .seconds(25))
  static let settleFree: RemoteMethod<OpenPayment, Payment> = verb("settleFree", .seconds(25))
  static let payment: RemoteMethod<PaymentID, Payment?> = verb("payment", .seconds(3))
  static let payments: RemoteMethod<OrderID, [Payment]> = verb("payments", .seconds(3))
  static let captured: RemoteMethod<PageRequest, Page<Payment>> = verb("captured", .seconds(10))
  static let listed: RemoteMethod<Listing<PaymentFilter>, Page<Payment>> = verb("listed", .seconds(5))
  static let listedRefunds: RemoteMethod<Listing<RefundFilter>, Page<Refund>> = verb("listedRefunds", .seconds(5))
  static let oneRefund: RemoteMethod<RefundID, Refund?> = verb("oneRefund", .seconds(3))
  static let refundsOfAll: RemoteMethod<[PaymentID], [Refund]> = verb("refundsOfAll", .seconds(5))
  static let notices: RemoteMethod<PaymentID, [PaymentNotice]> = verb("notices", .seconds(3))
  static let heardOne: RemoteMethod<ID<NoticeTag>, HeardNotice?> = verb("heardOne", .seconds(3))
  static let heard: RemoteMethod<Hearing, Page<HeardNotice>> = verb("heard", .seconds(5))
  static let unplaced: RemoteMethod<Int, [OrderID]> = verb("unplaced", .seconds(10))
  static let place: RemoteMethod<[PlacedOrder], Nothing> = verb("place", .seconds(10))
  static let takeNotice: RemoteMethod<Notice, NoticeAnswer> = verb("takeNotice", .seconds(10))
  static let refresh: RemoteMethod<PaymentID, Payment> = verb("refresh", .seconds(12))
  static let close: RemoteMethod<PaymentID, Payment> = verb("close", .seconds(25))
  static let sweep: RemoteMethod<Slice, Int> = verb("sweep", .minutes(5), isIdempotent: false)
  static let unheard: RemoteMethod<Slice, [Payment]> = verb("unheard", .seconds(10), isIdempotent: false)
  static let noteHeard: RemoteMethod<[PaymentID], Nothing> = verb("noteHeard", .seconds(10))
  static let refund: RemoteMethod<RefundRequest, Refund> = verb("refund", .seconds(15))
  static let refunds: RemoteMethod<PaymentID, [Refund]> = verb("refunds", .seconds(3))
  static let prune: RemoteMethod<Pruning, Int> = verb("prune", .seconds(30), isIdempotent: false)
  static let ledger: RemoteMethod<PaymentID, [LedgerEntry]> = verb("ledger", .seconds(10))
  static let audit: RemoteMethod<Nothing, [Discrepancy]> = verb("audit", .minutes(10))

  struct Listing<Filter: Codable & Sendable>: Codable, Sendable {
    let scope: PaymentScope
    let filter: Filter
    let page: PageRequest
  }

  struct Hearing: Codable, Sendable {
    let filter: NoticeFilter
    let page: PageRequest
  }

  struct Notice: Codable, Sendable {
    let notice: RawNotice
    let method: PaymentMethod
  }

  struct Slice: Codable, Sendable {
    let now: Timestamp
    let limit: Int
  }

  struct Pruning: Codable, Sendable {
    let noticesBefore: Timestamp
    let disbelievedBefore: Timestamp
    let limit: Int
  }

  /// The verbs with the context behind them, for a server.
  public static func served(by context: any PaymentService) -> [RemoteHandler] {
    [
      methods.served { try await context.methods() },
      methodsFor.served { try await context.methods(for: $0) },
      open.served { try await context.open($0) },
      settleFree.served { try await context.settleFree($0) },
      payment.served { try await context.payment($0) },
      payments.served { try await context.payments(of: $0) },
      captured.served { try await context.captured($0) },
      listed.served { try await context.payments($0.scope, matching: $0.filter, $0.page) },
      listedRefunds.served { try await context.refunds($0.scope, matching: $0.filter, $0.page) },
      oneRefund.served { try await context.refund($0) },
      refundsOfAll.served { try await context.refunds(of: $0) },
      notices.served { try await context.notices(of: $0) },
      heardOne.served { try await context.notice($0) },
      heard.served { try await context.notices(matching: $0.filter, $0.page) },
      unplaced.served { try await context.unplaced(limit: $0) },
      place.served {
        try await context.place($0)
        return Nothing()
      },
      takeNotice.served { try await context.takeNotice($0.notice, from: $0.method) },
      refresh.served { try await context.refresh($0) },
      close.served { try await context.close($0) },
      sweep.served { try await context.sweep(now: $0.now, limit: $0.limit) },
      unheard.served { try await context.unheard(now: $0.now, limit: $0.limit) },
      noteHeard.served {
        try await context.noteHeard($0)
        return Nothing()
      },
      refund.served { try await context.refund($0) },
      refunds.served { try await context.refunds(of: $0) },
      prune.served {
        try await context.prune(
          noticesBefore: $0.noticesBefore, disbelievedBefore: $0.disbelievedBefore, limit: $0.limit)
      },
      ledger.served { try await context.ledger(of: $0) },
      audit.served { try await context.audit() },
    ] + servedOfDesk(by: context)
  }
}
