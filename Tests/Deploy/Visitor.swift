import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import TestKit

/// Somebody who asks nginx over HTTPS.
struct Visitor: Sendable {
  struct Answer: Sendable {
    let status: Int
    let version: HTTPVersion
    let headers: HTTPHeaders
    let body: String

    subscript(name: String) -> String? { headers.first(name: name) }
  }

  let base: String
  let http: HTTPClient

  func ask(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
    try await send(.GET, path, nil, headers)
  }

  func post(_ path: String, _ body: ByteBuffer = ByteBuffer(string: "a=b")) async throws -> Answer {
    try await send(.POST, path, body, [:])
  }

  /// The same many times at once.
  func atOnce(_ count: Int, _ act: @escaping @Sendable () async throws -> Answer) async throws -> [Answer] {
    try await withThrowingTaskGroup(of: Answer.self) { group in
      for _ in 0..<count { group.addTask { try await act() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// The statuses of all that was answered.
  func statuses(_ count: Int, _ act: @escaping @Sendable () async throws -> Answer) async throws -> Set<Int> {
    Set(try await atOnce(count, act).map(\.status))
  }

  private func send(
    _ method: HTTPMethod, _ path: String, _ body: ByteBuffer?, _ headers: [String: String]
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : base + path)
    request.method = method
    for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
    request.body = body.map { .bytes($0) }
    let response = try await http.execute(request, timeout: .seconds(60))
    return Answer(
      status: Int(response.status.code), version: response.version, headers: response.headers,
      body: String(buffer: try await response.body.collect(upTo: 1 << 20)))
  }
}

extension Nginx {
  /// Runs nginx before the nodes, and somebody who asks it.
  static func run(
    before nodes: [String], _ body: (Nginx, Visitor) async throws -> Void
  ) async throws {
    try await run(Site(httpsPort: try LoopbackPort.free(), nodes: nodes)) { nginx in
      try await withClient(trusting: nginx.authority) { http in
        try await body(nginx, Visitor(base: nginx.base, http: http))
      }
    }
  }
}
