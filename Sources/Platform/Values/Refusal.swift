/// A "no" that a person can act on, as against a fault. Every context lists its refusals in one enum; pages show the
/// words of `refusal.<code>` in the theme's word lists, the API answers RFC 9457 problems with the code.
public protocol Refusal: Error, Sendable {
  /// Stable, camelCase, unique over all contexts: `soldOut`.
  var code: String { get }
  /// What the words need: `["left": "3"]`.
  var details: [String: String] { get }
  var kind: RefusalKind { get }
}

extension Refusal {
  public var details: [String: String] { [:] }
  public var kind: RefusalKind { .conflict }
}

/// How a refusal is answered over HTTP.
public enum RefusalKind: String, Codable, Sendable {
  /// 404: there is no such thing, or it isn't the caller's.
  case notFound
  /// 409: the state of things doesn't allow it now.
  case conflict
  /// 422: the input is well formed but not acceptable.
  case invalid
  /// 401: who are you?
  case unauthenticated
  /// 403: not yours to do.
  case forbidden
  /// 429: too often; `details["retryAfterSeconds"]` says when to come back.
  case tooMany
  /// 503: something that is needed doesn't answer now.
  case unavailable
}
