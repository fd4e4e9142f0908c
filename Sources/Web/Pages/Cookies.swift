import Accounts
import HTTPTypes
import Hummingbird
import Values

/// The cookies of the shop. All are HttpOnly and SameSite=Lax, and Secure where the shop is served over HTTPS.
public struct CookieJar: Sendable {
  public enum Name: String, Sendable {
    case session = "martlet_session"
    case device = "martlet_device"
    case language = "martlet_language"
    case staff = "martlet_staff"
    /// A log-in of staff that lacks its second step.
    case staffChallenge = "martlet_staff_step"
    case flash = "martlet_flash"
    /// Where delivery is promised to.
    case province = "martlet_province"
  }

  private let isSecure: Bool

  public init(isSecure: Bool) { self.isSecure = isSecure }

  /// The value of a `Set-Cookie` header.
  /// - Parameter lifetimeSeconds: nil for as long as the browser stays open; 0 forgets the cookie.
  public func header(_ name: Name, _ value: String, lifetimeSeconds: Int?) -> String {
    var text = "\(name.rawValue)=\(value); Path=/; HttpOnly; SameSite=Lax"
    if let lifetimeSeconds { text += "; Max-Age=\(lifetimeSeconds)" }
    if isSecure { text += "; Secure" }
    return text
  }

  /// The `Set-Cookie` header of a log-in that is new or lives on.
  public func session(_ token: SessionToken) -> String {
    header(.session, token.rawValue, lifetimeSeconds: Int(Session.lifetime.components.seconds))
  }

  /// Whether an answer sets or forgets the cookie already.
  static func sets(_ name: Name, in headers: HTTPFields) -> Bool {
    headers[values: .setCookie].contains { $0.hasPrefix(name.rawValue + "=") }
  }

  public func forget(_ name: Name) -> String { header(name, "", lifetimeSeconds: 0) }

  /// Finds the shop's cookies in a request without building a list of all.
  public static func values(in headers: HTTPFields) -> [Name: String] {
    var values: [Name: String] = [:]
    for line in headers[values: .cookie] {
      for pair in line.utf8.split(separator: UInt8(ascii: ";")) {
        let trimmed = pair.drop { $0 == UInt8(ascii: " ") }
        guard trimmed.starts(with: "martlet_".utf8), let equals = trimmed.firstIndex(of: UInt8(ascii: "=")),
          let name = Name(rawValue: String(Substring(trimmed[..<equals])))
        else { continue }
        values[name] = String(Substring(trimmed[trimmed.index(after: equals)...]))
      }
    }
    return values
  }
}
