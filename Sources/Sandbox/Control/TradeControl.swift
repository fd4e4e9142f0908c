import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Values

/// Plays the buyer, the bank and the weather at every provider, for proofs and demonstrations. There is nothing here without the
/// key.
///
/// - `GET  control/providers/:brand`: trades, refunds and notices
/// - `POST control/providers/:brand/trades/:number/{see,pay,refuse,close,notify,refund}`, and `delay` for Stripe's sessions
/// - `POST control/providers/:brand/refunds/:number/settle`
/// - `GET`, `POST` and `DELETE control/providers/:brand/faults`
/// - `GET` and `POST control/clock`
struct TradeControl: Sendable {
  let core: SandboxCore
  let controlKey: String

  struct Pay: Decodable { var evenIfClosed: Bool? }
  /// Minor units.
  struct GiveBack: Decodable { let amount: Int64 }
  struct Settle: Decodable { let state: TradeRefund.State }
  struct Moved: Decodable {
    var speed: Int?
    var advanceSeconds: Int64?
    var skewSeconds: Int64?
    /// Back to the world's time, before anything else.
    var isReset: Bool?
  }

  struct Time: Encodable {
    /// UTC milliseconds, as are all moments.
    let now: Timestamp
    let wire: Timestamp
    let speed: Int
    let skewSeconds: Int64
  }

  struct Entry: Encodable {
    let trade: Trade
    let cashier: String
    /// Minor units.
    let refunded: Int64
    let refunds: [TradeRefund]
    let notices: [TradeNotice]
  }

  func add(to router: Router<BasicRequestContext>) {
    router.get("control/providers/:brand") { request, context in
      await answer(request, context) { _ in try Message.encode(await entries(try brand(context))) }
    }
    for verb in ["see", "pay", "refuse", "delay", "close", "notify", "refund"] {
      router.post("control/providers/:brand/trades/:number/\(verb)") { request, context in
        await answer(request, context) { body in
          try Message.encode(try await play(verb, brand(context), context.parameters.get("number") ?? "", body))
        }
      }
    }
    router.post("control/providers/:brand/refunds/:number/settle") { request, context in
      await answer(request, context) { body in
        let wish = try Message.decode(Settle.self, from: body)
        return try Message.encode(
          await settle(try brand(context), context.parameters.get("number") ?? "", as: wish.state))
      }
    }
    addFaults(to: router)
    router.get("control/clock") { request, context in
      await answer(request, context) { _ in try Message.encode(time) }
    }
    router.post("control/clock") { request, context in
      await answer(request, context) { body in
        try await move(try Message.decode(Moved.self, from: body))
        return try Message.encode(time)
      }
    }
  }

  private func addFaults(to router: Router<BasicRequestContext>) {
    router.get("control/providers/:brand/faults") { request, context in
      await answer(request, context) { _ in try Message.encode(core.faults.orders(at: try brand(context))) }
    }
    router.post("control/providers/:brand/faults") { request, context in
      await answer(request, context) { body in
        let brand = try brand(context)
        core.faults.add(try Message.decode(FaultOrder.self, from: body), at: brand)
        return try Message.encode(core.faults.orders(at: brand))
      }
    }
    router.delete("control/providers/:brand/faults") { request, context in
      await answer(request, context) { _ in
        core.faults.clear(try brand(context))
        return Array("[]".utf8)
      }
    }
  }

  // MARK: Deeds, for the API and the page

  func play(_ verb: String, _ brand: Brand, _ number: String, _ body: [UInt8]) async throws -> Trade {
    let isLate = verb == "pay" && !body.isEmpty ? try Message.decode(Pay.self, from: body).evenIfClosed ?? false : false
    let amount = verb == "refund" ? try Message.decode(GiveBack.self, from: body).amount : 0
    return try await core.book.turn { turn in
      guard let trade = turn.trade(brand, number: number) else { throw TradeRefusal.unknownTrade }
      switch verb {
      case "see": return try turn.see(trade)
      case "pay": return try turn.pay(trade, evenIfClosed: isLate)
      case "refuse": return try turn.refuse(trade)
      case "delay": return try turn.delay(trade)
      case "close": return try turn.close(trade)
      case "refund":
        let own = "\(turn.now.milliseconds)\(Random.digits(8))"
        _ = try turn.giveBack(
          TradeRefund(
            brand: brand, trade: trade.token, number: own, refundNumber: own, amount: amount, reason: "",
            state: .succeeded, requestedAt: turn.now, settledAt: turn.now, isUnasked: true))
      default: try turn.tell(.again(trade))
      }
      return turn.trade(token: trade.token) ?? trade
    }
  }

  func settle(_ brand: Brand, _ number: String, as state: TradeRefund.State) async throws -> TradeRefund {
    try await core.book.turn { turn in
      guard let refund = turn.refund(brand, number: number) ?? turn.refund(brand, refundNumber: number) else {
        throw TradeRefusal.unknownRefund
      }
      return try turn.settle(refund, as: state)
    }
  }

  func move(_ wish: Moved) async throws {
    if wish.isReset == true { try await core.book.set(core.clock.reset()) }
    try await core.book.set(
      core.clock.changed(
        speed: wish.speed, advanceSeconds: min(wish.advanceSeconds ?? 0, 3_153_600_000),
        skewSeconds: wish.skewSeconds.map { min(max($0, -315_360_000), 315_360_000) }))
    try await core.book.work()
  }

  var time: Time {
    let state = core.clock.current
    return Time(now: core.clock.now, wire: core.clock.wire, speed: state.speed, skewSeconds: state.skewSeconds)
  }

  /// The newest first, 200 at most.
  func entries(_ brand: Brand) async -> [Entry] {
    let pages = await core.book.pages
    let notices = Dictionary(grouping: pages.notices.values, by: \.trade)
    let trades = pages.trades.values.filter { $0.brand == brand }
      .sorted { ($0.openedAt, $0.token) > ($1.openedAt, $1.token) }
    return trades.prefix(200).map { trade in
      let refunds = pages.refunds(of: trade.token)
      return Entry(
        trade: trade, cashier: core.cashier(of: trade),
        refunded: refunds.filter(\.counts).reduce(0) { $0 + $1.amount }, refunds: refunds,
        notices: (notices[trade.token] ?? []).sorted { $0.id < $1.id })
    }
  }

  // MARK: HTTP

  private func brand(_ context: BasicRequestContext) throws -> Brand {
    guard let brand = context.parameters.get("brand").flatMap({ Brand(rawValue: $0) }), core.book.voices[brand] != nil
    else {
      throw SandboxRefusal.notFound
    }
    return brand
  }

  func isAllowed(_ given: String) -> Bool {
    // Digests are compared in the same time whatever they are.
    !controlKey.isEmpty && SHA256.hash(data: Data(given.utf8)) == SHA256.hash(data: Data(controlKey.utf8))
  }

  private func answer(
    _ request: Request, _ context: BasicRequestContext, _ work: ([UInt8]) async throws -> [UInt8]
  ) async -> Response {
    do {
      guard let name = HTTPField.Name("sandbox-control"), isAllowed(request.headers[name] ?? "") else {
        throw SandboxRefusal.notFound
      }
      let body: ByteBuffer
      do { body = try await request.body.collect(upTo: 16 * 1024) } catch { throw SandboxRefusal.tooLarge }
      return Self.json(.ok, try await work(Array(buffer: body)))
    } catch let refusal as SandboxRefusal {
      return Self.problem(HTTPResponse.Status(code: refusal.status), refusal.rawValue)
    } catch let refusal as TradeRefusal {
      let isUnknown = refusal == .unknownTrade || refusal == .unknownRefund
      return Self.problem(isUnknown ? .notFound : .conflict, refusal.rawValue)
    } catch {
      context.logger.error("The sandbox failed", metadata: ["error": "\(error)"])
      return Self.problem(.internalServerError, "broken")
    }
  }

  private static func problem(_ status: HTTPResponse.Status, _ code: String) -> Response {
    json(status, (try? Message.encode(Message.Problem(code: code))) ?? [])
  }

  private static func json(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
