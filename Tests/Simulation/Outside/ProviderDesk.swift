import Payments
import Values

/// How one process of the shop speaks to a provider: over a network that loses requests and answers, and that a crash cuts.
struct ProviderDesk: PaymentProvider {
  let house: ProviderHouse
  let life: Life

  var method: PaymentMethod { house.method }
  var merchant: String { house.merchant }
  var ways: [PaymentWay] { PaymentWay.allCases }
  /// Whether a payment that its buyer never came to can be closed.
  var closesUnseen: Bool { house.manner != .alipay }
  /// Nobody has bills of nothing.
  var statements: StatementCalendar? { house.hasMoved ? house.calendar : nil }

  func open(_ payment: ProviderPayment) async throws -> ProviderOpening {
    try await calling("open \(payment.number)") { house.open(payment) }
  }

  func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    try await calling("query \(payment.number)") { house.query(payment) }
  }

  func close(_ payment: ProviderPayment) async throws {
    try await calling("close \(payment.number)") { try house.close(payment) }
  }

  func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    try await calling("refund \(refund.number) \(refund.amount.minor)") { try house.refund(refund) }
  }

  func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    try await calling("query \(refund.number)") { house.queryRefund(refund) }
  }

  func verify(_ notice: RawNotice) async throws -> ProviderReport? { try SealedNotice.opened(notice) }

  func answer(accepted: Bool) -> NoticeAnswer {
    NoticeAnswer(status: accepted ? 200 : 500, contentType: "text/plain", body: accepted ? "success" : "failure")
  }

  /// A bill that is cut off in its midst says so.
  func readStatement(of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void) async throws {
    let rows = try await calling("bill of \(day)") { house.bill(of: day) }
    let isCutOff = life.stage.happens(\.unanswered)
    try await take(Array(rows.prefix(isCutOff ? rows.count / 2 : rows.count)))
    if isCutOff { throw ProviderFault.outcomeUnknown("cut off") }
  }

  private func calling<Value: Sendable>(_ what: String, _ body: () throws -> Value) async throws -> Value {
    let stage = life.stage
    try await life.turn()
    try life.pass(.beforeCall)
    if stage.happens(\.unreached) {
      stage.note("\(house.manner.rawValue) not reached: \(what)")
      throw ProviderFault.unreachable("simulated")
    }
    let result = Result { try body() }
    stage.note("\(house.manner.rawValue): \(what)")
    try life.pass(.afterCall)
    if stage.happens(\.unanswered) {
      stage.note("no answer")
      throw ProviderFault.outcomeUnknown("simulated")
    }
    return try result.get()
  }
}
