import AsyncHTTPClient
import Governance
import NIOCore
import NIOHTTP1
import NIOPosix
import Values

/// `ProviderHTTP` over AsyncHTTPClient.
public struct ProviderHTTPClient: ProviderHTTP {
  private static let longestAnswer = 8 * 1024 * 1024
  private let client: HTTPClient

  /// What the client that is handed in should be made with: a refused connection is told at once, and redirects aren't
  /// followed, since a signed answer comes from where it was asked.
  public static var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .seconds(3)
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }

  /// - Parameter client: made with `configuration`; its owner shuts it down.
  public init(client: HTTPClient) { self.client = client }

  public func send(_ request: ProviderHTTPRequest) async throws(ProviderFault) -> ProviderHTTPAnswer {
    var outgoing = HTTPClientRequest(url: request.url)
    outgoing.method = HTTPMethod(rawValue: request.method)
    for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
    if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
    let limit = Deadline.remaining(atMost: request.limit)
    do {
      let answer = try await client.execute(outgoing, timeout: .milliseconds(max(1, limit.milliseconds)))
      let body = try await answer.body.collect(upTo: Self.longestAnswer)
      var headers: [String: String] = [:]
      for header in answer.headers { headers[header.name.lowercased()] = header.value }
      return ProviderHTTPAnswer(status: Int(answer.status.code), headers: headers, body: Array(body.readableBytesView))
    } catch {
      throw Self.wasSent(error) ? .outcomeUnknown("\(error)") : .unreachable("\(error)")
    }
  }

  private static func wasSent(_ error: any Error) -> Bool {
    switch error {
    case is NIOConnectionError: false
    case let error as HTTPClientError: error != .connectTimeout && error != .getConnectionFromPoolTimeout
    case let error as IOError: error.errnoCode != 111 && error.errnoCode != 61
    default: true
    }
  }
}
