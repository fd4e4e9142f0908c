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

  /// Nil when the address, the subject or the key holds a line break or another control character.
  public init?(key: String, to: String, subject: String, text: String, html: String? = nil) {
    guard [key, to, subject].allSatisfy({ $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } }),
      !key.isEmpty, key.utf8.allSatisfy({ Self.keyBytes.contains($0) }), to.contains("@")
    else { return nil }
    self.key = key
    self.to = to
    self.subject = subject
    self.text = text
    self.html = html
  }

  private static let keyBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-".utf8)
}
