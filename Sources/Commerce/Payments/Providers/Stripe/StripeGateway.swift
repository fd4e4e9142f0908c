import Foundation
import Values

/// Asks Stripe: forms out, JSON back.
struct StripeGateway: Sendable {
  let configuration: StripeConfiguration
  let http: any ProviderHTTP
  let clock: WallClock

  private static let mostKeys = 40
  private static let mostPages = 20
  /// Of a request under a key that belongs to another.
  private static let otherParameters = "idempotency_error"

  /// In the order given; names with brackets stay as they are.
  typealias Form = [(name: String, value: String)]

  func get<Answer: Decodable>(_ path: String, _ query: Form = []) async throws -> Answer {
    try await call("GET", query.isEmpty ? path : "\(path)?\(encoded(query))", body: "", key: nil)
  }

  /// For what may be asked for any number of times.
  func post<Answer: Decodable>(_ path: String, _ form: Form) async throws -> Answer {
    try await post(path, form, key: nil)
  }

  /// - Parameter key: under which the request is done once, however often it is sent within a day. Throws `StripeKept` for a
  ///   repeat of one that failed.
  private func post<Answer: Decodable>(_ path: String, _ form: Form, key: String?) async throws -> Answer {
    try await call("POST", path, body: encoded(form), key: key)
  }

  /// Posts what is to be done once. What Stripe keeps under a key it tells again for a day, also that it failed: then it is
  /// asked under the next key, which nothing can have been done under.
  /// - Parameters:
  ///   - passing: codes of refusals that may not hold any more.
  ///   - found: what was done, though it was said otherwise; nil where there is no such thing.
  func once<Answer: Decodable>(
    _ path: String, _ form: Form, key: String, passing: Set<String> = [], found: () async throws -> Answer?
  ) async throws -> Answer {
    for number in 1...Self.mostKeys {
      do {
        return try await post(path, form, key: number == 1 ? key : "\(key)-\(number)")
      } catch let kept as StripeKept {
        switch kept.fault {
        case .refused(let code) where passing.contains(code): continue
        case .outcomeUnknown: if let answer = try await found() { return answer }
        default: throw kept.fault
        }
      } catch ProviderFault.refused(let code) where code == Self.otherParameters {
        // What was asked for under this key then may be done or not; it isn't asked for a second time.
        if let answer = try await found() { return answer }
        throw ProviderFault.outcomeUnknown(code)
      }
    }
    throw ProviderFault.outcomeUnknown("it failed under each key")
  }

  /// The first that fits, the newest before the others; nil where none does. Throws `.outcomeUnknown` for a list that is too
  /// long to be read.
  func first<Item: StripeListed>(_ path: String, _ query: Form, where fits: (Item) -> Bool) async throws -> Item? {
    var after: String?
    for _ in 1...Self.mostPages {
      var question = query
      question.append(("limit", "100"))
      if let after { question.append(("starting_after", after)) }
      let page: StripeMessage.List<Item> = try await get(path, question)
      if let found = page.data.first(where: fits) { return found }
      guard page.hasMore else { return nil }
      guard let last = page.data.last else { break }
      after = last.id
    }
    throw ProviderFault.outcomeUnknown("a list that is too long")
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
    guard answer.status == 200 else {
      let fault = Self.fault(answer)
      if key != nil, answer.headers["idempotent-replayed"] == "true" { throw StripeKept(fault: fault) }
      throw fault
    }
    do {
      return try StripeMessage.decoder.decode(Answer.self, from: Data(answer.body))
    } catch {
      throw ProviderFault.outcomeUnknown("an answer that can't be read")
    }
  }

  private static func fault(_ answer: ProviderAnswer) -> ProviderFault {
    let problem = try? StripeMessage.decoder.decode(StripeMessage.Problem.self, from: Data(answer.body))
    let code = (problem?.error.code ?? problem?.error.type).map { String($0.prefix(60)) }
    switch (answer.status, code) {
    case (401, _), (403, _): return .turnedAway(code: code ?? "status\(answer.status)")
    case (400, let code?), (402, let code?), (404, let code?): return .refused(code: code)
    default: return .outcomeUnknown("status \(answer.status)")
    }
  }
}

/// A fault that Stripe kept under a key and told again: nothing was tried now.
private struct StripeKept: Error {
  let fault: ProviderFault
}
