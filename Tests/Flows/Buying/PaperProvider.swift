import Payments
import Synchronization
import TestKit
import Testing
import Values

/// A provider on paper: remembers what it is told, and says what a test wants it to.
final class PaperProvider: PaymentProvider {
  struct Book {
    var states: [String: ProviderReport.State] = [:]
    var refunds: [String: ProviderRefundReport.State] = [:]
    /// What becomes of refunds that are asked for.
    var refundState = ProviderRefundReport.State.settled
    /// Refuses to close, and leaves the payment open.
    var keepsOpen = false
    /// A payment that is `unknown` here is one to which no buyer has come: without this it can be paid when it is closed.
    var closesUnseen = true
    /// What stands in the bill of any day.
    var statement: [StatementRow] = []
    /// How many must have been closing at the same moment before one is answered.
    var closesTogether = 1
    /// How many are closing at this moment, and the most that ever were.
    var closing = (now: 0, most: 0)
  }

  let method: PaymentMethod
  let merchant = "martlet"
  let ways = [PaymentWay.page]
  private let book = Mutex(Book())

  init() throws {
    guard let method = PaymentMethod(rawValue: "paper") else { throw ProviderFault.refused(code: "name") }
    self.method = method
  }

  func set(_ change: (inout Book) -> Void) { book.withLock { change(&$0) } }
  var refunds: [ProviderRefundReport.State] { book.withLock { Array($0.refunds.values) } }

  var closesUnseen: Bool { book.withLock { $0.closesUnseen } }
  var mostClosingAtOnce: Int { book.withLock { $0.closing.most } }

  func open(_ payment: ProviderPayment) async throws -> ProviderOpening {
    book.withLock { $0.states[payment.number] = .pending }
    return ProviderOpening(.redirect(url: "https://pay.example/\(payment.number)"))
  }

  func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    let state = book.withLock { $0.states[payment.number] ?? .unknown }
    return ProviderReport(
      number: payment.number, providerNumber: "T-\(payment.number)", merchant: merchant, amount: payment.amount,
      state: state, at: Timestamp(milliseconds: 0))
  }

  func close(_ payment: ProviderPayment) async throws {
    book.withLock { book in
      book.closing.now += 1
      book.closing.most = max(book.closing.most, book.closing.now)
    }
    try? await eventually("others come to be closed", within: .seconds(20)) {
      book.withLock { $0.closing.most >= $0.closesTogether }
    }
    try book.withLock { book in
      book.closing.now -= 1
      guard book.states[payment.number] == .pending, !book.keepsOpen else { throw ProviderFault.refused(code: "no") }
      book.states[payment.number] = .closed
    }
  }

  func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    let state = book.withLock { book in
      let state = book.refunds[refund.number] ?? book.refundState
      book.refunds[refund.number] = state
      return state
    }
    return ProviderRefundReport(number: refund.number, amount: refund.amount, state: state)
  }

  func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    let state = book.withLock { $0.refunds[refund.number] ?? .unknown }
    return ProviderRefundReport(number: refund.number, amount: refund.amount, state: state)
  }

  /// Payment and its amount, number and amount of a refund that is done.
  func verify(_ notice: RawNotice) throws -> ProviderReport? {
    let parts = String(decoding: notice.body, as: UTF8.self).split(separator: "|").map(String.init)
    guard parts.count == 4, let amount = Int64(parts[1]), let back = Int64(parts[3]) else { throw NoticeFault.unsigned }
    return ProviderReport(
      number: parts[0], providerNumber: "T-\(parts[0])", merchant: merchant,
      amount: Money(minor: amount, currency: .cny), state: .captured, at: Timestamp(milliseconds: 0),
      refund: ProviderRefundReport(number: parts[2], amount: Money(minor: back, currency: .cny), state: .settled))
  }
  func answer(accepted: Bool) -> NoticeAnswer { NoticeAnswer(status: 200, contentType: "text/plain", body: "") }
  func readStatement(of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void) async throws {
    let rows = book.withLock { $0.statement }
    if !rows.isEmpty { try await take(rows) }
  }
}
