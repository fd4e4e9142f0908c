import Flows
import HTTPTypes
import Hummingbird
import NIOCore

extension ShownPicture {
  /// For the eyes of who asked, and kept nowhere; a file that is opened by itself may do nothing, and is nothing but what it
  /// is said to be.
  public var headers: HTTPFields {
    var headers = HTTPFields()
    headers[.contentType] = mediaType
    headers[.cacheControl] = "private, no-store"
    headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
    headers[.xContentTypeOptions] = "nosniff"
    return headers
  }
}

extension Response {
  public static func picture(_ shown: ShownPicture) -> Response {
    Response(status: .ok, headers: shown.headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: shown.bytes)))
  }
}
