import Foundation
import HTTPTypes
import Hummingbird
import Pages
import Values

/// The answer to a request that isn't granted, after RFC 9457.
public struct Problem: Sendable {
  public let status: HTTPResponse.Status
  public let code: String
  private let faults: [FieldFaults.Fault]
  private let members: [String: String]
  private let headers: HTTPFields

  /// The members that the form itself has; details of a refusal never take their place.
  private static let own: Set<String> = ["type", "title", "status", "detail", "code", "errors"]

  public init(_ refusal: any Refusal) {
    status = Self.status(of: refusal)
    code = refusal.code
    faults =
      switch refusal {
      case let fields as FieldFaults: fields.faults
      case APIRefusal.malformed(let faults): faults
      default: []
      }
    members = refusal.details.filter { !Self.own.contains($0.key) }
    headers = Self.headers(of: refusal)
  }

  /// Something of ours broke. The trace finds it in the log; nothing of the inside is told.
  public init(faultWithTrace trace: String) {
    self.init(.internalServerError, "internalFault", members: ["trace": trace])
  }

  init(_ status: HTTPResponse.Status, _ code: String, members: [String: String] = [:]) {
    self.status = status
    self.code = code
    faults = []
    self.members = members
    headers = HTTPFields()
  }

  func answer(publicURL: String) -> Answer {
    var answer = Answer(status: status, body: json(publicURL: publicURL))
    answer.headers[.contentType] = "application/problem+json"
    answer.headers[.cacheControl] = "no-store"
    for field in headers { answer.headers.append(field) }
    return answer
  }

  func json(publicURL: String) -> JSONValue {
    var json: [String: JSONValue] = members.mapValues(JSONValue.text)
    json["type"] = .text("\(publicURL)/docs#\(Self.anchor(code))")
    json["title"] = .text(ProblemWords.title(of: code))
    json["status"] = .integer(Int64(status.code))
    json["code"] = .text(code)
    if let detail = faults.first.map(Self.sentence) { json["detail"] = .text(detail) }
    if !faults.isEmpty {
      json["errors"] = .list(
        faults.map { fault in
          .object(
            fault.details.mapValues(JSONValue.text).merging([
              "field": .text(fault.field), "code": .text(fault.code), "detail": .text(Self.sentence(fault)),
            ]) { _, own in own })
        })
    }
    return .object(json)
  }

  /// The place of a code in the docs.
  static func anchor(_ code: String) -> String { "problem-" + code }

  private static func sentence(_ fault: FieldFaults.Fault) -> String {
    let words = ProblemWords.fault(fault)
    return fault.field.isEmpty ? words : "\(fault.field): \(words)"
  }

  private static func status(of refusal: any Refusal) -> HTTPResponse.Status {
    switch refusal {
    case APIRefusal.malformed, APIRefusal.badIdempotencyKey: .badRequest
    case APIRefusal.methodNotAllowed: .methodNotAllowed
    case APIRefusal.changedMeanwhile: .preconditionFailed
    default: refusal.status
    }
  }

  private static func headers(of refusal: any Refusal) -> HTTPFields {
    var headers = HTTPFields()
    if case APIRefusal.methodNotAllowed(let methods) = refusal { headers[.allow] = methods }
    switch refusal.kind {
    case .unauthenticated: headers[.wwwAuthenticate] = "Bearer"
    case .tooMany, .unavailable: headers[.retryAfter] = refusal.retryAfter
    default: break
    }
    return headers
  }
}
