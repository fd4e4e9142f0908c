import Fulfilment
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Values

/// `POST /logistics/kuaidi100/{parcel}`: where the tracker tells of a parcel. Public, without session; who has signed
/// with the parcel's own salt is believed. What isn't acknowledged is sent again.
public struct ParcelPushRoutes: Sendable {
  /// A full list of traces in Chinese, percent-encoded.
  private static let largestPush = 512 * 1024

  private let fulfilment: any FulfilmentService

  public init(fulfilment: any FulfilmentService) { self.fulfilment = fulfilment }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.post("\(TrackingAddresses.path)/:parcel") { request, context in
      do {
        guard let parcel = context.parameters.get("parcel").flatMap({ ParcelID($0) }) else {
          throw FulfilmentRefusal.unknownParcel
        }
        let form = Form(urlEncoded: String(buffer: try await request.collected(upTo: Self.largestPush)))
        let push = RawPush(param: form["param"] ?? "", sign: form["sign"] ?? "")
        let answer = try await fulfilment.takePush(push, about: parcel)
        return Self.response(.ok, answer.contentType, answer.body)
      } catch let refusal as any Refusal {
        let body = #"{"result":false,"returnCode":"500","message":"\#(refusal.code)"}"#
        return Self.response(refusal.status, "application/json; charset=utf-8", body)
      }
    }
  }

  private static func response(_ status: HTTPResponse.Status, _ type: String, _ body: String) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = type
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}
