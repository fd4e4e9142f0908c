/// How a provider's protocol reaches the network; fakes stand in for it in tests.
public protocol ProviderHTTP: Sendable {
  /// Throws `ProviderFault.unreachable` when nothing was sent, `.outcomeUnknown` when it may have been.
  func send(_ request: ProviderHTTPRequest) async throws(ProviderFault) -> ProviderHTTPAnswer
}

public struct ProviderHTTPRequest: Sendable {
  public var method: String
  public var url: String
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]
  /// How long the whole exchange may take.
  public var limit: Duration

  public init(
    method: String, url: String, headers: [(name: String, value: String)], body: [UInt8], limit: Duration = .seconds(8)
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.limit = limit
  }
}

public struct ProviderHTTPAnswer: Sendable {
  public let status: Int
  /// Names in lower case.
  public let headers: [String: String]
  public let body: [UInt8]

  public init(status: Int, headers: [String: String], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}
