import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Pages
import Synchronization
import Values

/// A visitor with a cookie jar, who follows no redirect unless asked to.
final class Browser: Sendable {
  struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: String

    var location: String? { headers.first(name: "location") }
  }

  let base: String
  private let http: HTTPClient
  private let language: Language
  private let cookies = Mutex<[String: String]>([:])
  private let token = Mutex<String?>(nil)

  init(base: String, http: HTTPClient, language: Language) {
    self.base = base
    self.http = http
    self.language = language
  }

  /// Shows the token with every request from now on, as a program does.
  func bear(_ token: String) { self.token.withLock { $0 = token } }

  func cookie(_ name: String) -> String? { cookies.withLock { $0[name] } }

  func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
    try await send(.GET, path, body: nil, headers: headers)
  }

  /// Posts a form as a page of the shop would.
  func post(_ path: String, _ form: [(String, String)] = []) async throws -> Answer {
    let body = form.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
    return try await send(
      .POST, path, body: Array(body.utf8),
      headers: ["content-type": "application/x-www-form-urlencoded", "origin": base])
  }

  func send(_ method: HTTPMethod, _ path: String, json: String, headers: [String: String] = [:]) async throws -> Answer
  {
    try await send(
      method, path, body: Array(json.utf8),
      headers: headers.merging(["content-type": "application/json"]) { own, _ in own })
  }

  /// Gets a page and the pages that it leads to.
  func visit(_ path: String) async throws -> Answer {
    var answer = try await get(path)
    for _ in 0..<5 {
      guard (300..<400).contains(answer.status), let next = answer.location else { break }
      answer = try await get(next)
    }
    return answer
  }

  func send(
    _ method: HTTPMethod, _ path: String, body: [UInt8]?, headers: [String: String]
  ) async throws -> Answer {
    try await send(method, path, large: body.map { .bytes(ByteBuffer(bytes: $0)) }, headers: headers)
  }

  func send(
    _ method: HTTPMethod, _ path: String, large body: HTTPClientRequest.Body?, headers: [String: String]
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : base + path)
    request.method = method
    request.headers.add(name: "accept-language", value: language.rawValue)
    let jar = cookies.withLock { $0.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ") }
    if let token = token.withLock({ $0 }) { request.headers.add(name: "authorization", value: "Bearer \(token)") }
    if !jar.isEmpty { request.headers.add(name: "cookie", value: jar) }
    for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
    request.body = body
    let response = try await http.execute(request, timeout: .minutes(2))
    let text = String(buffer: try await response.body.collect(upTo: 8 << 20))
    keep(response.headers[canonicalForm: "set-cookie"].map(String.init))
    return Answer(status: Int(response.status.code), headers: response.headers, body: text)
  }

  /// Puts a cookie of the shop into the jar.
  func carry(_ name: CookieJar.Name, _ value: String) { cookies.withLock { $0[name.rawValue] = value } }

  private func keep(_ lines: [String]) {
    cookies.withLock { cookies in
      for line in lines {
        guard let pair = line.split(separator: ";").first, let equals = pair.firstIndex(of: "=") else { continue }
        let (name, value) = (String(pair[..<equals]), String(pair[pair.index(after: equals)...]))
        if line.contains("Max-Age=0") { cookies.removeValue(forKey: name) } else { cookies[name] = value }
      }
    }
  }

  static func escaped(_ text: String) -> String {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~")
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }
}
