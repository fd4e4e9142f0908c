import Foundation
import Values

/// Asks Stripe: forms out, JSON back.
struct StripeGateway: Sendable {
  let configuration: StripeConfiguration
  let http: any ProviderHTTP
  let clock: WallClock

  /// In the order given; names with brackets stay as they are.
  typealias Form = [(name: String, value: String)]

  func get<Answer: Decodable>(_ path: String, _ query: Form = []) async throws -> Answer {
    try await call("GET", query.isEmpty ? path : "\(path)?\(encoded(query))", body: "", key: nil)
  }

  /// - Parameter key: under which the request is done once, however often it is sent within a day.
  func post<Answer: Decodable>(_ path: String, _ form: Form, key: String? = nil) async throws -> Answer {
    try await call("POST", path, body: encoded(form), key: key)
  }

  private func encoded(_ form: Form) -> String {
    form.map { "\($0.name)=\(FormText.escaped($0.value))" }.joined(separator: "&")
  }

  private func call<Answer: Decodable>(
    _ method: String, _ path: String, body: String, key: String?
  ) async throws -> Answer {
    var headers = [
      ("authorization", "Bearer \(configuration.secretKey)"), ("stripe-version", StripeConfiguration.version),
    ]
    if method == "POST" { headers.append(("content-type", "application/x-www-form-urlencoded")) }
    if let key { headers.append(("idempotency-key", key)) }
    let answer = try await http.send(
      ProviderCall(method: method, url: configuration.baseURL + path, headers: headers, body: Array(body.utf8)))
    switch answer.status {
    case 200:
      do {
        return try StripeMessage.decoder.decode(Answer.self, from: Data(answer.body))
      } catch {
        throw ProviderFault.outcomeUnknown("an answer that can't be read")
      }
    case 400, 401, 402, 403, 404:
      let problem = try? StripeMessage.decoder.decode(StripeMessage.Problem.self, from: Data(answer.body))
      let code = problem?.error.code ?? problem?.error.type ?? "status\(answer.status)"
      throw ProviderFault.refused(code: String(code.prefix(60)))
    default: throw ProviderFault.outcomeUnknown("status \(answer.status)")
    }
  }
}
