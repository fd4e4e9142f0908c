import Foundation

/// Where the broker is and who the shop is there: `amqp://user:password@host:port,host:port/vhost`, or `amqps://` for
/// TLS. Hosts are tried in their order. What is left out is RabbitMQ's own default. `?cacertfile=FILE` names who may vouch
/// for the broker's certificate, if not those that the system trusts.
public struct BrokerAddress: Hashable, Sendable, CustomStringConvertible {
  public let isSecure: Bool
  /// One or more, all of one cluster.
  public let hosts: [Host]
  public let user: String
  let password: String
  public let virtualHost: String
  let authorities: String?

  public struct Host: Hashable, Sendable, CustomStringConvertible {
    public let name: String
    public let port: Int

    /// Reads `host:port` or `host`, as it stands in an address of the scheme.
    fileprivate init?(_ text: Substring, scheme: String) {
      guard let parts = URLComponents(string: "\(scheme)://\(text)"), let host = parts.host, !host.isEmpty,
        parts.user == nil, parts.path.isEmpty
      else { return nil }
      let port = parts.port ?? (scheme == "amqps" ? 5671 : 5672)
      // A port that is no number is none to the parser.
      guard (1...65535).contains(port), parts.port != nil || !text.hasSuffix(":") else { return nil }
      name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
      self.port = port
    }

    public var description: String { name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)" }
  }

  /// Nil when the text isn't such an address.
  public init?(_ text: String) {
    guard let scheme = ["amqp", "amqps"].first(where: { text.hasPrefix("\($0)://") }) else { return nil }
    let rest = text.dropFirst("\(scheme)://".count)
    let places = rest.prefix { !"/?#".contains($0) }
    let login = places.lastIndex(of: "@").map { places[...$0] } ?? places.prefix(0)
    let hosts = places.dropFirst(login.count).split(separator: ",", omittingEmptySubsequences: false)
      .map { Host($0, scheme: scheme) }
    // The library's parser knows addresses of one host.
    guard let parts = URLComponents(string: "\(scheme)://\(login)host\(rest.dropFirst(places.count))"),
      !hosts.contains(nil), parts.fragment == nil,
      let virtualHost = parts.percentEncodedPath.dropFirst().removingPercentEncoding,
      !parts.percentEncodedPath.dropFirst().contains("/")
    else { return nil }
    let options = parts.queryItems ?? []
    guard options.allSatisfy({ $0.name == "cacertfile" && $0.value?.isEmpty == false }) else { return nil }
    isSecure = scheme == "amqps"
    self.hosts = hosts.compactMap(\.self)
    user = parts.user ?? "guest"
    password = parts.password ?? "guest"
    self.virtualHost = virtualHost.isEmpty ? "/" : virtualHost
    authorities = options.first?.value
  }

  /// Without user and password, fit for a log.
  public var description: String { hosts.map(\.description).joined(separator: ",") }
}
