import HTTPTypes
import Hummingbird
import NIOCore
import Values

extension Response {
  /// An HTML page. Pages know their visitor, so no cache between may keep them.
  public static func page(_ html: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
    Response(status: status, headers: pageHeaders, body: ResponseBody(byteBuffer: html))
  }

  public static func page(_ html: String, status: HTTPResponse.Status = .ok) -> Response {
    page(ByteBuffer(string: html), status: status)
  }

  /// 303: the answer to a form is another page.
  public static func seeOther(_ address: String, cookies: [String] = []) -> Response {
    var headers = HTTPFields()
    headers[.location] = address
    for cookie in cookies { headers.append(HTTPField(name: .setCookie, value: cookie)) }
    return Response(status: .seeOther, headers: headers)
  }

  /// Of what isn't published: a link to it may lie about anywhere.
  public func keptFromSearchEngines() -> Response {
    var response = self
    if let name = HTTPField.Name("X-Robots-Tag") { response.headers[name] = "noindex, nofollow" }
    response.headers[.cacheControl] = "private, no-store"
    return response
  }

  private static let pageHeaders: HTTPFields = {
    var headers = HTTPFields()
    headers[.contentType] = "text/html; charset=utf-8"
    headers[.cacheControl] = "private, no-cache"
    headers[.vary] = "Cookie, Accept-Language"
    return headers
  }()
}

extension RefusalKind {
  public var status: HTTPResponse.Status {
    switch self {
    case .notFound: .notFound
    case .conflict: .conflict
    case .invalid: .unprocessableContent
    case .unauthenticated: .unauthorized
    case .forbidden: .forbidden
    case .tooMany: .tooManyRequests
    case .unavailable: .serviceUnavailable
    }
  }
}

extension Refusal {
  /// The HTTP status; a body that can't be read is the client's fault in form, not in content.
  public var status: HTTPResponse.Status {
    if let body = self as? BodyRefusal {
      switch body {
      case .tooLarge: return .contentTooLarge
      case .wrongType: return .unsupportedMediaType
      case .malformed: return .badRequest
      }
    }
    return kind.status
  }

  /// Seconds after which to come again, for whoever is turned away for a while; nil for all others.
  public var retryAfter: String? {
    details["retryAfterSeconds"] ?? (kind == .tooMany || kind == .unavailable ? "5" : nil)
  }
}

/// An address within this shop that a form or a link asks to go to next. Anything that could lead elsewhere is nil.
/// - Parameter longest: bytes.
public func localAddress(_ text: String?, longest: Int = 500) -> String? {
  guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"), text.utf8.count <= longest,
    text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
  else { return nil }
  return text
}
