import Foundation

/// Where the broker is and who the shop is there: `amqp://user:password@host:port/vhost`, or `amqps://` for TLS. What is
/// left out is RabbitMQ's own default. `?cacertfile=FILE` names who may vouch for the broker's certificate, if not those
/// that the system trusts.
public struct BrokerAddress: Hashable, Sendable, CustomStringConvertible {
  public let isSecure: Bool
  public let host: String
  public let port: Int
  public let user: String
  let password: String
  public let virtualHost: String
  let authorities: String?

  /// Nil when the text isn't such an address.
  public init?(_ text: String) {
    guard let parts = URLComponents(string: text), ["amqp", "amqps"].contains(parts.scheme),
      let host = parts.host, !host.isEmpty, parts.fragment == nil,
      let virtualHost = parts.percentEncodedPath.dropFirst().removingPercentEncoding,
      !parts.percentEncodedPath.dropFirst().contains("/")
    else { return nil }
    let port = parts.port ?? (parts.scheme == "amqps" ? 5671 : 5672)
    let options = parts.queryItems ?? []
    guard (1...65535).contains(port), options.allSatisfy({ $0.name == "cacertfile" && $0.value?.isEmpty == false })
    else {
      return nil
    }
    isSecure = parts.scheme == "amqps"
    self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    self.port = port
    user = parts.user ?? "guest"
    password = parts.password ?? "guest"
    self.virtualHost = virtualHost.isEmpty ? "/" : virtualHost
    authorities = options.first?.value
  }

  /// Without user and password, fit for a log.
  public var description: String { "\(host):\(port)" }
}
