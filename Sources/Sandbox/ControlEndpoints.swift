import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Values

/// Plays the buyer and causes faults, for proofs and demonstrations. There is nothing here without the key.
struct ControlEndpoints: Sendable {
  struct Pay: Decodable {
    var evenIfClosed: Bool?
  }

  struct GiveBack: Decodable {
    /// Minor units.
    let amount: Int64
  }

  /// A payment with everything the platform knows about it.
  struct Entry: Encodable {
    struct Telling: Encodable {
      let state: String
      let failures: Int
      let outcome: String
    }
    let payment: Message.State
    let cashier: String
    let refunded: Int64
    let notices: [Telling]
  }

  let gateway: Gateway
  let faults: FaultPlan
  let address: PublicAddress
  let merchant: String
  let controlKey: String

  func add(to router: Router<BasicRequestContext>) {
    router.post("control/faults") { request, context in
      await answer(request, context) { body in
        faults.set(try Message.decode(NoticeFaults.self, from: body))
        return Array("{}".utf8)
      }
    }
    router.post("control/payments/:number/pay") { request, context in
      await answer(request, context) { body in
        let wish = body.isEmpty ? Pay() : try Message.decode(Pay.self, from: body)
        return try state(
          await gateway.pay(number: context.parameters.get("number") ?? "", evenIfClosed: wish.evenIfClosed ?? false))
      }
    }
    router.post("control/payments/:number/refund") { request, context in
      await answer(request, context) { body in
        let wish = try Message.decode(GiveBack.self, from: body)
        return try state(
          await gateway.refundUnasked(payment: context.parameters.get("number") ?? "", amount: wish.amount))
      }
    }
    router.post("control/payments/:number/notify") { request, context in
      await answer(request, context) { _ in
        try state(await gateway.tellAgain(context.parameters.get("number") ?? ""))
      }
    }
    router.get("control/payments") { request, context in
      await answer(request, context) { _ in try Message.encode(await entries()) }
    }
  }

  private func entries() async -> [Entry] {
    let memory = await gateway.memory
    let notices = Dictionary(grouping: memory.notices.values, by: \.payment)
    return memory.payments.values.sorted { $0.tradeNumber < $1.tradeNumber }.map { payment in
      Entry(
        payment: Message.State(payment, merchant: merchant), cashier: address.cashier(of: payment),
        refunded: memory.refunded(of: payment.number),
        notices: (notices[payment.number] ?? []).sorted { $0.id < $1.id }.map {
          Entry.Telling(state: $0.state.rawValue, failures: $0.failures, outcome: $0.outcome.rawValue)
        })
    }
  }

  private func state(_ payment: SandboxPayment) throws -> [UInt8] {
    try Message.encode(Message.State(payment, merchant: merchant))
  }

  private func answer(
    _ request: Request, _ context: BasicRequestContext, _ work: ([UInt8]) async throws -> [UInt8]
  ) async -> Response {
    do {
      guard isAllowed(request) else { throw SandboxRefusal.notFound }
      let body: ByteBuffer
      do { body = try await request.body.collect(upTo: 4096) } catch { throw SandboxRefusal.tooLarge }
      return json(.ok, try await work(Array(buffer: body)))
    } catch let refusal as SandboxRefusal {
      let body = try? Message.encode(Message.Problem(code: refusal.rawValue))
      return json(HTTPResponse.Status(code: refusal.status), body ?? [])
    } catch {
      context.logger.error("The sandbox failed", metadata: ["error": "\(error)"])
      return json(.internalServerError, Array(#"{"code":"broken"}"#.utf8))
    }
  }

  private func isAllowed(_ request: Request) -> Bool {
    guard !controlKey.isEmpty, let name = HTTPField.Name("sandbox-control"), let given = request.headers[name] else {
      return false
    }
    // Digests are compared in the same time whatever they are.
    return SHA256.hash(data: Data(given.utf8)) == SHA256.hash(data: Data(controlKey.utf8))
  }

  private func json(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
