import Foundation
import Governance

/// Where the members of an etcd cluster are and how they are reached, as one list:
/// `https://user:password@host1:2379,host2:2379?ca=FILE`. The first host says `http` (the default) or `https` for those
/// that say nothing, and bears user and password; ports are 2379 where none is said.
public struct EtcdAddress: Hashable, Sendable, CustomStringConvertible {
  public struct Login: Hashable, Sendable {
    public let user: String
    public let password: String
  }

  /// What this process shows of itself to an etcd that demands certificates: PEM files.
  public struct Identity: Hashable, Sendable {
    public let certificate: String
    public let key: String

    public init(certificate: String, key: String) {
      self.certificate = certificate
      self.key = key
    }
  }

  /// `http://host:port` of each.
  public let members: [String]
  /// Nil where etcd asks nobody who they are.
  public let login: Login?
  /// The file of the authorities' certificates (PEM); nil means those that the machine trusts.
  public var authorities: String?
  /// Not part of the text. Nil where etcd demands no certificate.
  public var identity: Identity?

  public init(_ text: String) throws(EtcdAddressFault) {
    let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var scheme = "http"
    var (members, login): ([String], Login?) = ([], nil)
    for part in halves[0].split(separator: ",", omittingEmptySubsequences: false) {
      var rest = part.drop { $0.isWhitespace }
      while rest.last?.isWhitespace == true || rest.last == "/" { rest.removeLast() }
      if let mark = rest.range(of: "://") {
        scheme = rest[..<mark.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { throw EtcdAddressFault("begins with http:// or https://") }
        rest = rest[mark.upperBound...]
      }
      if let sign = rest.lastIndex(of: "@") {
        guard members.isEmpty else { throw EtcdAddressFault("names user and password before the first host only") }
        login = try Self.login(rest[..<sign])
        rest = rest[rest.index(after: sign)...]
      }
      guard let host = PartAddress(rest) ?? PartAddress("\(rest):2379") else {
        throw EtcdAddressFault("names hosts as HOST:PORT, separated by commas")
      }
      members.append("\(scheme)://\(host)")
    }
    self.members = members
    self.login = login
    authorities = try Self.authorities(halves.count == 2 ? halves[1] : "")
    if authorities != nil, !isSecure {
      throw EtcdAddressFault("begins with https:// where it names a ca")
    }
  }

  /// Whether every member is reached over TLS.
  public var isSecure: Bool { !members.contains { $0.hasPrefix("http:") } }

  /// Without the password.
  public var description: String {
    (login.map { ["\($0.user)@"] } ?? []).joined() + members.joined(separator: ",")
  }

  private static func login(_ text: Substring) throws(EtcdAddressFault) -> Login {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { throw EtcdAddressFault("names USER:PASSWORD before the @") }
    return Login(user: try decoded(parts[0]), password: try decoded(parts[1]))
  }

  private static func authorities(_ options: Substring) throws(EtcdAddressFault) -> String? {
    var authorities: String?
    for option in options.split(separator: "&") {
      guard option.hasPrefix("ca="), option.count > 3 else {
        throw EtcdAddressFault("has no other option than ca=FILE")
      }
      authorities = try decoded(option.dropFirst(3))
    }
    return authorities
  }

  private static func decoded(_ text: Substring) throws(EtcdAddressFault) -> String {
    guard let decoded = String(text).removingPercentEncoding else {
      throw EtcdAddressFault("spells signs that mean something in a URL as %XX")
    }
    return decoded
  }
}

/// What a good address does and this one doesn't.
public struct EtcdAddressFault: Error, Hashable, CustomStringConvertible {
  public let description: String

  init(_ expected: String) { description = expected }
}
