import Flows
import Governance
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Payments
import Values

/// `POST /payments/notices/{method}`: where providers tell what became of a payment. Public, without session, fast; the
/// answer is the provider's protocol's own.
public struct ProviderNoticeRoutes: Sendable {
  private static let largestNotice = 64 * 1024

  private let payments: any PaymentService

  public init(payments: any PaymentService) { self.payments = payments }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.post("/payments/notices/:method") { request, context in
      guard let method = context.parameters.get("method").flatMap(PaymentMethod.init(rawValue:)) else {
        throw HTTPError(.notFound)
      }
      let body = try await request.collected(upTo: Self.largestNotice)
      let headers = Dictionary(
        request.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { first, _ in first })
      let answer = try await payments.takeNotice(
        RawNotice(headers: headers, body: Array(buffer: body)), from: method)
      var fields = HTTPFields()
      fields[.contentType] = answer.contentType
      return Response(
        status: HTTPResponse.Status(code: answer.status), headers: fields,
        body: ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
    }
  }
}
