import Foundation

/// Where a database of the MySQL family is and how it is reached, as one URL:
/// `mysql://user:password@host1:3306,host2:3306/name?tls=verified&ca=FILE`.
public struct MySQLAddress: Sendable {
  public struct Host: Hashable, Sendable, CustomStringConvertible {
    public let name: String
    public let port: Int
    public var description: String { "\(name):\(port)" }
  }

  public enum TLS: String, Sendable {
    case off
    /// Encrypted, whoever answers; with `ca`, whoever these have signed, under any name.
    case required
    /// Encrypted, and the server's certificate must be signed by `ca` (else by what the machine trusts) for its name.
    case verified
  }

  /// Tried in this order; the later ones stand in for the first.
  public var hosts: [Host]
  public var user: String
  public var password: String
  public var database: String
  public var tls: TLS
  /// The file of the authorities' certificates (PEM).
  public var authorities: String?

  /// - Parameter password: wins over the one in the URL.
  public init(_ url: String, password: String? = nil) throws(MySQLAddressFault) {
    guard let scheme = url.range(of: "://"), ["mysql", "mariadb"].contains(url[..<scheme.lowerBound].lowercased())
    else {
      throw MySQLAddressFault("begins with mysql://")
    }
    var rest = url[scheme.upperBound...]
    var options = ""
    if let mark = rest.firstIndex(of: "?") {
      options = String(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    }
    guard let slash = rest.lastIndex(of: "/"), slash < rest.index(before: rest.endIndex) else {
      throw MySQLAddressFault("names a database after the last slash")
    }
    database = try Self.decoded(rest[rest.index(after: slash)...])
    guard database.utf8.allSatisfy(Self.isPlain) else {
      throw MySQLAddressFault("names a database of letters, digits, _ and -")
    }
    let authority = rest[..<slash]
    let sign = authority.lastIndex(of: "@")
    let login = sign.map { authority[..<$0] } ?? ""
    let parts = login.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    user = try Self.decoded(parts.first ?? "")
    let written = try Self.decoded(parts.count == 2 ? parts[1] : "")
    self.password = password ?? written
    guard !user.isEmpty else { throw MySQLAddressFault("names a user before the @") }
    hosts = try Self.hosts(sign.map { authority[authority.index(after: $0)...] } ?? authority)
    (tls, authorities) = try Self.security(options)
  }

  /// Another server with the same login, database and way to be sure of it.
  public func at(_ host: Host) -> MySQLAddress {
    var address = self
    address.hosts = [host]
    return address
  }

  /// The hosts of a list `HOST1:3306,HOST2:3306`; 3306 is the port where none is said.
  public static func hosts(_ text: Substring) throws(MySQLAddressFault) -> [Host] {
    var hosts: [Host] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: ":", omittingEmptySubsequences: false)
      guard let name = pieces.first, !name.isEmpty, pieces.count <= 2 else {
        throw MySQLAddressFault("names hosts as HOST:PORT, separated by commas")
      }
      let port = pieces.count == 2 ? Int(pieces[1]) : 3306
      guard let port, (1...65_535).contains(port) else { throw MySQLAddressFault("has ports of 1…65535") }
      hosts.append(Host(name: String(name), port: port))
    }
    return hosts
  }

  private static func security(_ options: String) throws(MySQLAddressFault) -> (TLS, String?) {
    var (tls, authorities): (TLS, String?) = (.off, nil)
    for option in options.split(separator: "&") {
      let pieces = option.split(separator: "=", maxSplits: 1)
      guard pieces.count == 2 else { throw MySQLAddressFault("has options of the form key=value") }
      let value = try decoded(pieces[1])
      switch pieces[0] {
      case "tls":
        guard let known = TLS(rawValue: value) else { throw MySQLAddressFault("has tls=off, required or verified") }
        tls = known
      case "ca": authorities = value
      default: throw MySQLAddressFault("has no other options than tls and ca")
      }
    }
    return (tls, authorities)
  }

  private static func decoded(_ text: Substring) throws(MySQLAddressFault) -> String {
    guard let decoded = String(text).removingPercentEncoding else {
      throw MySQLAddressFault("spells signs that mean something in a URL as %XX")
    }
    return decoded
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
      || byte == 0x2D
  }
}

/// What a good address does and this one doesn't.
public struct MySQLAddressFault: Error, Hashable, CustomStringConvertible {
  public let description: String

  init(_ expected: String) { description = expected }
}
