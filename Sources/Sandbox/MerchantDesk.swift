import Values

/// What the shop asks of the platform, whichever way it comes. Requests must be signed, and every answer is, a "no" as well
/// as a "yes".
struct MerchantDesk: Sendable {
  struct Call {
    let method: String
    /// With what is asked behind a `?`.
    let path: String
    let body: [UInt8]
    /// The value of a header by its name in lower case.
    let header: (String) -> String?
  }

  struct Answer {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]
  }

  let gateway: Gateway
  let signing: Signing
  let address: PublicAddress
  let clock: WallClock

  /// Throws when the platform itself is broken.
  func answer(_ call: Call) async throws -> Answer {
    do {
      try expectGenuine(call)
      return signed(200, try await work(call))
    } catch let refusal as SandboxRefusal {
      return try self.refusal(refusal)
    }
  }

  func refusal(_ refusal: SandboxRefusal) throws -> Answer {
    signed(refusal.status, try Message.encode(Message.Problem(code: refusal.rawValue)))
  }

  func broken() -> Answer { signed(500, Array(#"{"code":"broken"}"#.utf8)) }

  // MARK: What is asked

  private func work(_ call: Call) async throws -> [UInt8] {
    let halves = call.path.split(separator: "?", maxSplits: 1).map(String.init)
    let steps = (halves.first ?? "").split(separator: "/").map(String.init)
    guard steps.first == "v1", (2...4).contains(steps.count) else { throw SandboxRefusal.notFound }
    switch (call.method, steps[1], steps.count) {
    case ("POST", "payments", 2): return try await open(call.body)
    case ("GET", "payments", 3): return try await state(gateway.payment(steps[2]))
    case ("POST", "payments", 4) where steps[3] == "close": return try await state(gateway.close(steps[2]))
    case ("POST", "refunds", 2): return try await refund(call.body)
    case ("GET", "refunds", 3): return try Message.encode(Message.RefundState(await gateway.refund(steps[2])))
    case ("GET", "statement", 2): return try await statement(asked: halves.count == 2 ? halves[1] : "")
    default: throw SandboxRefusal.notFound
    }
  }

  private func open(_ body: [UInt8]) async throws -> [UInt8] {
    let message = try Message.decode(Message.Open.self, from: body)
    guard message.merchant == signing.merchant else { throw SandboxRefusal.otherMerchant }
    let payment = try await gateway.open(PaymentWish(message))
    return try Message.encode(Message.Opened(cashier: address.cashier(of: payment)))
  }

  private func refund(_ body: [UInt8]) async throws -> [UInt8] {
    let message = try Message.decode(Message.Refund.self, from: body)
    guard PaymentWish.isNumber(message.number), (1...PaymentWish.largestAmount).contains(message.amount),
      message.reason.utf8.count <= 1000, let currency = Currency(message.currency)
    else { throw SandboxRefusal.invalidRequest }
    let refund = try await gateway.refund(
      payment: message.payment, refund: message.number, amount: message.amount, currency: currency,
      reason: message.reason)
    return try Message.encode(Message.RefundState(refund))
  }

  private func statement(asked: String) async throws -> [UInt8] {
    let day = asked.split(separator: "&").first { $0.hasPrefix("day=") }.map { String($0.dropFirst(4)) }
    guard let day, day.utf8.count == 10, Timestamp(rfc3339: "\(day)T00:00:00Z") != nil else {
      throw SandboxRefusal.invalidRequest
    }
    return try Message.encode(await gateway.statement(of: day))
  }

  private func state(_ payment: SandboxPayment) throws -> [UInt8] {
    try Message.encode(Message.State(payment, merchant: signing.merchant))
  }

  // MARK: Signatures

  private func expectGenuine(_ call: Call) throws(SandboxRefusal) {
    let verdict = signing.verdict(
      on: "\(call.method) \(call.path)", body: call.body, now: clock.now, header: call.header)
    switch verdict {
    case .genuine: return
    case .unsigned: throw .unsigned
    case .badSignature: throw .badSignature
    case .tooOld: throw .tooOld
    case .otherMerchant: throw .otherMerchant
    }
  }

  private func signed(_ status: Int, _ body: [UInt8]) -> Answer {
    Answer(
      status: status, headers: signing.headers(purpose: "answer \(status)", body: body, now: clock.now), body: body)
  }
}
