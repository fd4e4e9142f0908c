import Values

/// Something that operators can switch off by hand so that the rest goes on.
public struct Switch: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
  public let rawValue: String

  /// - Parameter rawValue: 1…40 small letters.
  public init?(rawValue: String) {
    guard (1...40).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy({ (97...122).contains($0) }) else {
      return nil
    }
    self.rawValue = rawValue
  }

  public init(_ literal: StaticString) {
    guard let known = Switch(rawValue: "\(literal)") else { preconditionFailure("a switch is named by small letters") }
    self = known
  }

  public var description: String { rawValue }
}

/// How a switch stands.
public struct SwitchState: Hashable, Sendable {
  public let name: Switch
  public let isOn: Bool
  /// When it goes on by itself; nil for one that is on, or off until somebody switches it on.
  public let offUntil: Timestamp?
  /// Nil for one that was never touched.
  public let changedAt: Timestamp?
  /// Who touched it last, for people.
  public let changedBy: String
}

/// An operator has switched this off for a while.
public struct SwitchedOff: Refusal, Hashable, Codable {
  public let name: String
  public let retryAfterSeconds: Int

  public init(_ name: Switch, retryAfterSeconds: Int) {
    self.name = name.rawValue
    self.retryAfterSeconds = retryAfterSeconds
  }

  public var code: String { "switchedOff" }
  public var details: [String: String] { ["switch": name, "retryAfterSeconds": String(retryAfterSeconds)] }
  public var kind: RefusalKind { .unavailable }
}
