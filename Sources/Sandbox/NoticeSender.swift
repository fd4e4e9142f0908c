import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import Values

/// Tells the shop how payments were decided, again and again until it answers that it knows.
struct NoticeSender: Sendable {
  /// The waits between attempts, in seconds, as a real platform spaces them. After the last attempt it gives up.
  static let waitsSeconds = [2, 10, 30, 120, 600, 3600, 21600]
  /// Status 200 with exactly this body means that the shop knows.
  static let acknowledgement = "success"

  let gateway: Gateway
  let signing: Signing
  let faults: FaultPlan
  let client: HTTPClient
  /// Divides the waits.
  let timeFactor: Int
  let clock: WallClock
  let logger: Logger

  /// Until the task is cancelled. What isn't delivered by then stays in the store.
  func run() async {
    await withDiscardingTaskGroup { group in
      for await notice in gateway.waitingNotices {
        group.addTask { await deliver(notice) }
      }
    }
  }

  private func deliver(_ waiting: SandboxNotice) async {
    var notice = waiting
    do {
      while notice.outcome == .waiting {
        let isKnown = try await attempt(notice)
        // An attempt that the end of the platform cut short says nothing about the shop.
        if !isKnown { try Task.checkCancellation() }
        guard isKnown || notice.failures < Self.waitsSeconds.count else {
          notice.outcome = .givenUp
          break
        }
        if isKnown {
          notice.outcome = .delivered
        } else {
          let wait = Duration.seconds(Self.waitsSeconds[notice.failures]) / timeFactor
          notice.failures += 1
          try await gateway.keep(notice)
          try await Task.sleep(for: wait)
        }
      }
      try await gateway.keep(notice)
    } catch is CancellationError {
      return
    } catch {
      logger.error(
        "A notice is stuck until the next start", metadata: ["number": "\(notice.payment)", "error": "\(error)"])
    }
  }

  /// Whether the shop acknowledged.
  private func attempt(_ notice: SandboxNotice) async throws -> Bool {
    let spoil = faults.next()
    if spoil.delaySeconds > 0 { try await Task.sleep(for: .seconds(spoil.delaySeconds)) }
    let payment = try await gateway.payment(notice.payment)
    var state = Message.State(
      notice, of: payment, merchant: spoil.isForeign ? "somebody-else" : signing.merchant)
    if let refund = notice.refund { state.refund = Message.RefundState(try await gateway.refund(refund)) }
    if spoil.hasWrongAmount { state.amount += 1 }
    if spoil.hasWrongCurrency { state.currency = state.currency == "USD" ? "CNY" : "USD" }
    if spoil.hasWrongNumber { state.number = Self.another(state.number) }
    let signed = try Message.encode(state)
    let headers = signing.headers(purpose: "notice", body: signed, now: clock.now)
    if spoil.isTampered { state.amount += 100 }
    let body = spoil.isTampered ? try Message.encode(state) : signed
    guard !spoil.isLost else { return false }
    let isKnown = await send(body, headers: headers, to: payment)
    return spoil.isDuplicated ? await send(body, headers: headers, to: payment) : isKnown
  }

  /// A number of the same form that isn't this one.
  private static func another(_ number: String) -> String {
    number.last.map { number.dropLast() + ($0 == "0" ? "1" : "0") } ?? "0"
  }

  private func send(
    _ body: [UInt8], headers: [(name: String, value: String)], to payment: SandboxPayment
  ) async -> Bool {
    var request = HTTPClientRequest(url: payment.noticeURL)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    for header in headers { request.headers.add(name: header.name, value: header.value) }
    request.body = .bytes(ByteBuffer(bytes: body))
    do {
      let response = try await client.execute(request, timeout: .seconds(5))
      let answer = try await response.body.collect(upTo: 4096)
      let isKnown = response.status == .ok && String(buffer: answer) == Self.acknowledgement
      if !isKnown {
        logger.notice(
          "The shop didn't acknowledge a notice",
          metadata: ["number": "\(payment.number)", "status": "\(response.status.code)"])
      }
      return isKnown
    } catch {
      logger.notice("A notice didn't get through", metadata: ["number": "\(payment.number)", "error": "\(error)"])
      return false
    }
  }
}
