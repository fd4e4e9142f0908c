import Values

/// Sends letters. Sending is at least once: the key lets an implementation leave out a repeat.
public protocol Mailer: Sendable {
  func send(_ letter: Letter) async throws
}

public struct Letter: Hashable, Sendable {
  /// One per fact and recipient, up to 120 of `A-Z a-z 0-9 . _ -`; a repeat carries the same.
  public let key: String
  public let to: String
  public let subject: String
  public let text: String
  public let html: String?

  /// Nil when the key or the subject holds a control character or a line break, or `to` isn't one bare address.
  public init?(key: String, to: String, subject: String, text: String, html: String? = nil) {
    guard (1...120).contains(key.utf8.count), key.utf8.allSatisfy({ Self.keyBytes.contains($0) }),
      Self.isOneLine(subject), Self.isAddress(to)
    else { return nil }
    self.key = key
    self.to = to
    self.subject = subject
    self.text = text
    self.html = html
  }

  private static let keyBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-".utf8)

  private static func isOneLine(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value) && !(0x2028...0x2029).contains(scalar.value)
    }
  }

  /// One `name@host` without display name, quotes or list separators, so that no second recipient can slip in.
  private static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254 && isOneLine(text)
      && !text.unicodeScalars.contains { $0.properties.isWhitespace || ",;:<>()[]\"\\".unicodeScalars.contains($0) }
  }
}
