import AsyncHTTPClient
import NIOSSL

/// A client that trusts the authority alone, and finds `shop.example.com` on this machine. It follows no redirect.
/// - Parameter version: the only one that it speaks; nil for any.
public func withClient<Value: Sendable>(
  trusting authority: TestAuthority, _ version: TLSVersion? = nil,
  _ body: (HTTPClient) async throws -> Value
) async throws -> Value {
  var tls = TLSConfiguration.makeClientConfiguration()
  tls.trustRoots = .file(authority.root)
  if let version { (tls.minimumTLSVersion, tls.maximumTLSVersion) = (version, version) }
  var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
  // Who isn't trusted now won't be a moment later.
  configuration.connectionPool.retryConnectionEstablishment = false
  configuration.dnsOverride = [TestAuthority.domain: "127.0.0.1"]
  let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  let value: Value
  do {
    value = try await body(client)
  } catch {
    try await client.shutdown()
    throw error
  }
  try await client.shutdown()
  return value
}
