import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What the shop's server calls over HTTP.
struct MerchantEndpoints: Sendable {
  private static let largestBody = 64 * 1024

  let desk: MerchantDesk

  func add(to router: Router<BasicRequestContext>) {
    for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
      router.on("v1/**", method: method) { request, context in await answer(request, context) }
    }
  }

  private func answer(_ request: Request, _ context: BasicRequestContext) async -> Response {
    do {
      let body: [UInt8]
      do {
        body = Array(buffer: try await request.body.collect(upTo: Self.largestBody))
      } catch {
        return Self.response(try desk.refusal(.tooLarge))
      }
      return Self.response(
        try await desk.answer(
          MerchantDesk.Call(method: request.method.rawValue, path: request.head.path ?? "", body: body) { name in
            HTTPField.Name(name).flatMap { request.headers[$0] }
          }))
    } catch {
      context.logger.error("The sandbox failed", metadata: ["error": "\(error)"])
      return Self.response(desk.broken())
    }
  }

  private static func response(_ answer: MerchantDesk.Answer) -> Response {
    var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
    for header in answer.headers {
      if let name = HTTPField.Name(header.name) { headers[name] = header.value }
    }
    return Response(
      status: HTTPResponse.Status(code: answer.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}
