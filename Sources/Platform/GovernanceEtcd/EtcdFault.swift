import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Why etcd didn't do what it was asked.
public struct EtcdFault: Error, Hashable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// No answer within the time, or a member without its cluster. Another one may answer.
    case unreachable
    /// User or password are wrong.
    case login
    /// It wants to know who asks: no token, or one that is no longer good.
    case token
    /// It doesn't ask who asks.
    case noLogin
    /// The user may not do that.
    case permission
    /// The lease has run out.
    case leaseLost
    /// The file of authorities can't be used.
    case authorities
    /// The files of the certificate that this process shows can't be used.
    case identity
    /// The certificate of the server isn't signed by a known authority, or is another host's.
    case untrusted
    /// The server accepts no certificate of this process, or none at all.
    case refused
    case other
  }

  public let kind: Kind
  /// etcd's own words, or those of the connection.
  public let message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// Whether another member may do better.
  var isOfMember: Bool { [.unreachable, .untrusted, .refused].contains(kind) }

  public var description: String { "etcd: \(message)" }

  /// What an answer that isn't 200 means. etcd uses few of the codes, so some kinds are known by its words.
  init(status: Int, body: Data) {
    let said = try? JSONDecoder().decode(Refused.self, from: body)
    let message = said?.message ?? said?.error ?? "answer \(status)"
    self.message = message
    switch (status, said?.code) {
    case (500..., _): kind = .unreachable
    case (401, _): kind = .token
    case (403, _): kind = .permission
    case (404, 5): kind = .leaseLost
    case (_, 9) where message.contains("authentication is not enabled"): kind = .noLogin
    case (_, 3) where message.contains("authentication failed"): kind = .login
    case (_, 3) where message.contains("user name is empty") || message.contains("auth store is old"): kind = .token
    default: kind = .other
    }
  }

  /// What the failure of a connection means.
  init(_ error: any Error) {
    message = Self.words(error)
    kind = Self.kind(error)
  }

  private static func kind(_ error: any Error) -> Kind {
    switch error {
    case let error as NIOSSLExtraError where error == .failedToValidateHostname: .untrusted
    case is NIOSSLError, is BoringSSLError:
      // BoringSSL tells reasons by their names alone.
      if "\(error)".contains("CERTIFICATE_VERIFY_FAILED") {
        .untrusted
      } else if "\(error)".contains(/ALERT_([A-Z]+_)*(CERTIFICATE|CA|ACCESS)/) {
        .refused
      } else {
        .unreachable
      }
    default: .unreachable
    }
  }

  private static func words(_ error: any Error) -> String {
    guard let error = error as? NIOConnectionError else { return "\(error)" }
    guard let cause = error.connectionErrors.first?.error as? IOError else { return "\(error.host) has no address" }
    return String(cString: strerror(cause.errnoCode))
  }

  private struct Refused: Decodable {
    let code: Int?
    let message: String?
    let error: String?
  }
}
