import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Values

/// What the shop's server calls. Requests must be signed, and every answer is, a "no" as well as a "yes".
struct MerchantEndpoints: Sendable {
  private static let largestBody = 64 * 1024

  let gateway: Gateway
  let signing: Signing
  let address: PublicAddress
  let clock: WallClock

  func add(to router: Router<BasicRequestContext>) {
    router.post("v1/payments") { request, context in await answer(request, context) { try await open($0) } }
    router.get("v1/payments/:number") { request, context in
      await answer(request, context) { _ in try await state(gateway.payment(name(context))) }
    }
    router.post("v1/payments/:number/close") { request, context in
      await answer(request, context) { _ in try await state(gateway.close(name(context))) }
    }
    router.post("v1/refunds") { request, context in await answer(request, context) { try await refund($0) } }
    router.get("v1/refunds/:number") { request, context in
      await answer(request, context) { _ in
        try Message.encode(Message.RefundState(try await gateway.refund(name(context))))
      }
    }
    router.get("v1/statement") { request, context in
      await answer(request, context) { _ in try await statement(of: request.uri.queryParameters["day"].map(String.init))
      }
    }
    for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
      router.on("v1/**", method: method) { request, context in
        await answer(request, context) { _ in throw SandboxRefusal.notFound }
      }
    }
  }

  // MARK: Endpoints

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

  private func statement(of day: String?) async throws -> [UInt8] {
    guard let day, day.utf8.count == 10, Timestamp(rfc3339: "\(day)T00:00:00Z") != nil else {
      throw SandboxRefusal.invalidRequest
    }
    return try Message.encode(await gateway.statement(of: day))
  }

  private func state(_ payment: SandboxPayment) throws -> [UInt8] {
    try Message.encode(Message.State(payment, merchant: signing.merchant))
  }

  private func name(_ context: BasicRequestContext) -> String { context.parameters.get("number") ?? "" }

  // MARK: Signatures

  private func answer(
    _ request: Request, _ context: BasicRequestContext, _ work: ([UInt8]) async throws -> [UInt8]
  ) async -> Response {
    do {
      let body = try await genuineBody(of: request)
      return signed(.ok, try await work(body))
    } catch let refusal as SandboxRefusal {
      let body = try? Message.encode(Message.Problem(code: refusal.rawValue))
      return signed(HTTPResponse.Status(code: refusal.status), body ?? [])
    } catch {
      context.logger.error("The sandbox failed", metadata: ["error": "\(error)"])
      return signed(.internalServerError, Array(#"{"code":"broken"}"#.utf8))
    }
  }

  private func genuineBody(of request: Request) async throws -> [UInt8] {
    let body: [UInt8]
    do {
      body = Array(buffer: try await request.body.collect(upTo: Self.largestBody))
    } catch {
      throw SandboxRefusal.tooLarge
    }
    let purpose = "\(request.method.rawValue) \(request.head.path ?? "")"
    let verdict = signing.verdict(on: purpose, body: body, now: clock.now) { name in
      HTTPField.Name(name).flatMap { request.headers[$0] }
    }
    switch verdict {
    case .genuine: return body
    case .unsigned: throw SandboxRefusal.unsigned
    case .badSignature: throw SandboxRefusal.badSignature
    case .tooOld: throw SandboxRefusal.tooOld
    case .otherMerchant: throw SandboxRefusal.otherMerchant
    }
  }

  private func signed(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
    var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
    for header in signing.headers(purpose: "answer \(status.code)", body: body, now: clock.now) {
      if let name = HTTPField.Name(header.name) { headers[name] = header.value }
    }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
