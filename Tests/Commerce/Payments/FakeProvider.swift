import Payments
import Synchronization
import Values

/// A provider in memory: what it knows can be set, and what it is asked can be made to fail.
final class FakeProvider: PaymentProvider {
  struct Books {
    var payments: [String: (payment: ProviderPayment, state: ProviderReport.State)] = [:]
    var refunds: [String: (refund: ProviderRefund, state: ProviderRefundReport.State)] = [:]
    var calls: [String] = []
    var fault: ProviderFault?
    /// Thrown where a payment is opened, and nowhere else.
    var openFault: ProviderFault?
    /// How long a handover is good.
    var goodUntil: Timestamp?
    /// A payment that is `unknown` here is one to which no buyer has come: without this it can't be closed.
    var closesUnseen = true
    /// Thrown after the call was done.
    var faultAfter: ProviderFault?
    var refundState = ProviderRefundReport.State.settled
    /// Refuses to close, and leaves the payment open.
    var keepsOpen = false
    /// By day, and one as `file`; a day without one isn't made yet.
    var bills: [String: [StatementRow]] = [:]
    var billFault: ProviderFault?
    /// Rows that are handed on at once.
    var batch = 1000
    /// What happens after each batch of a bill, by its number from zero on.
    var whileReading: (@Sendable (Int) async throws -> Void)?
    /// What happens between the asking to open and its arrival.
    var whileOpening: (@Sendable (ProviderPayment) async throws -> Void)?
  }

  let method: PaymentMethod
  let merchant = "martlet"
  let ways = [PaymentWay.page]
  let books = Mutex(Books())

  init(_ name: String = "sandbox") throws {
    guard let method = PaymentMethod(rawValue: name) else { throw ProviderFault.refused(code: "name") }
    self.method = method
  }

  func set(_ change: (inout Books) -> Void) { books.withLock { change(&$0) } }
  var calls: [String] { books.withLock { $0.calls } }
  var closesUnseen: Bool { books.withLock { $0.closesUnseen } }

  private func doing<Value>(_ call: String, _ body: (inout Books) throws -> Value) throws -> Value {
    try books.withLock { books in
      books.calls.append(call)
      if let fault = books.fault { throw fault }
      let value = try body(&books)
      if let fault = books.faultAfter { throw fault }
      return value
    }
  }

  func open(_ payment: ProviderPayment) async throws -> ProviderOpening {
    try await books.withLock { $0.whileOpening }?(payment)
    return try doing("open") { books in
      if let fault = books.openFault { throw fault }
      if books.payments[payment.number] == nil {
        books.payments[payment.number] = (payment, books.closesUnseen ? .pending : .unknown)
      }
      return ProviderOpening(.redirect(url: "https://pay.example/\(payment.number)"), goodUntil: books.goodUntil)
    }
  }

  func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    try doing("query") { report(payment, $0.payments[payment.number]?.state ?? .unknown) }
  }

  func close(_ payment: ProviderPayment) async throws {
    try doing("close") { books in
      guard let known = books.payments[payment.number], known.state != .unknown else {
        throw ProviderFault.refused(code: "unknownPayment")
      }
      guard known.state != .captured else { throw ProviderFault.refused(code: "alreadyPaid") }
      guard !books.keepsOpen else { throw ProviderFault.refused(code: "buyerIsPaying") }
      if known.state == .pending { books.payments[payment.number]?.state = .closed }
    }
  }

  func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    try doing("refund") { books in
      if books.refunds[refund.number] == nil { books.refunds[refund.number] = (refund, books.refundState) }
      let known = books.refunds[refund.number]
      return ProviderRefundReport(number: refund.number, amount: refund.amount, state: known?.state ?? .unknown)
    }
  }

  func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    try doing("queryRefund") { books in
      ProviderRefundReport(
        number: refund.number, amount: refund.amount, state: books.refunds[refund.number]?.state ?? .unknown)
    }
  }

  /// A notice is the report as text; the header says whether it is genuine.
  func verify(_ notice: RawNotice) throws -> ProviderReport? {
    guard let seal = notice.headers["seal"] else { throw NoticeFault.unsigned }
    guard seal != "asleep" else { throw NoticeFault.notYet("asleep") }
    // Of something else than a payment.
    if seal == "aside" { return nil }
    guard seal == "genuine" else { throw NoticeFault.badSignature }
    let parts = String(decoding: notice.body, as: UTF8.self).split(separator: "|").map(String.init)
    guard parts.count == 6 || parts.count == 9, let amount = Int64(parts[3]), let currency = Currency(parts[4]),
      let state = ProviderReport.State(rawValue: parts[5])
    else { throw NoticeFault.unreadable("parts") }
    return ProviderReport(
      number: parts[0], providerNumber: parts[1], merchant: parts[2], amount: Money(minor: amount, currency: currency),
      state: state, at: Timestamp(milliseconds: 1_768_442_401_000),
      refund: try parts.count == 9 ? Self.refund(parts[6...], currency) : nil)
  }

  /// Number, amount and state of a refund that the notice tells of.
  private static func refund(_ parts: ArraySlice<String>, _ currency: Currency) throws -> ProviderRefundReport {
    guard let number = parts.first, let amount = Int64(parts[parts.startIndex + 1]), let last = parts.last,
      let state = ProviderRefundReport.State(rawValue: last)
    else { throw NoticeFault.unreadable("refund") }
    return ProviderRefundReport(number: number, amount: Money(minor: amount, currency: currency), state: state)
  }

  func answer(accepted: Bool) -> NoticeAnswer {
    NoticeAnswer(status: accepted ? 200 : 400, contentType: "text/plain", body: accepted ? "success" : "failure")
  }

  func readStatement(of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void) async throws {
    try await read(day.rawValue, take)
  }

  func readStatement(file path: String, _ take: @Sendable ([StatementRow]) async throws -> Void) async throws {
    try await read("file", take)
  }

  private func read(_ name: String, _ take: @Sendable ([StatementRow]) async throws -> Void) async throws {
    let (rows, fault, batch) = books.withLock { books in
      books.calls.append("readStatement")
      return (books.bills[name], books.billFault, books.batch)
    }
    if let fault { throw fault }
    guard let rows else { throw ProviderFault.notYet }
    for (index, start) in stride(from: 0, to: rows.count, by: batch).enumerated() {
      try await take(Array(rows[start..<min(start + batch, rows.count)]))
      try await books.withLock { $0.whileReading }?(index)
    }
  }

  private func report(_ payment: ProviderPayment, _ state: ProviderReport.State) -> ProviderReport {
    ProviderReport(
      number: payment.number, providerNumber: state == .unknown ? "" : "T-\(payment.number)", merchant: merchant,
      amount: payment.amount, state: state, at: Timestamp(milliseconds: 1_768_442_401_000))
  }
}
