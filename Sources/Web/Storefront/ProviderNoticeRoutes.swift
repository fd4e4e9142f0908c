import Flows
import Governance
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Payments
import Values

/// `POST /payments/notices/{method}`: where providers tell what became of a payment. Public, without session, fast; the
/// answer is the provider's protocol's own, and a refusal is its code: nobody reads pages here.
public struct ProviderNoticeRoutes: Sendable {
  private static let largestNotice = 64 * 1024

  private let payments: any PaymentService

  public init(payments: any PaymentService) { self.payments = payments }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.post("\(Addresses.notices)/:method") { request, context in
      do {
        let answer = try await take(request, context)
        return Self.response(HTTPResponse.Status(code: answer.status), answer.contentType, answer.body)
      } catch let refusal as any Refusal {
        return Self.response(refusal.status, "text/plain; charset=utf-8", refusal.code)
      }
    }
  }

  private func take(_ request: Request, _ context: ShopRequestContext) async throws -> NoticeAnswer {
    guard let method = context.parameters.get("method").flatMap(PaymentMethod.init(rawValue:)) else {
      throw PaymentRefusal.unknownMethod
    }
    let body = try await request.collected(upTo: Self.largestNotice)
    let headers = Dictionary(
      request.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { first, _ in first })
    return try await payments.takeNotice(RawNotice(headers: headers, body: Array(buffer: body)), from: method)
  }

  private static func response(_ status: HTTPResponse.Status, _ type: String, _ body: String) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = type
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}
