import Values

/// Secrets that people read and type: four characters at a time, without those that look alike.
enum HandedSecret {
  private static let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")

  /// - Parameter groups: of four characters each, about 19 bits.
  static func make(groups: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<groups).map { _ in
      String((0..<4).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }.joined(separator: "-")
  }

  /// As it is compared: without what people put between the characters.
  static func plain(_ text: String) -> String {
    let bytes = text.utf8.prefix(200).map { (65...90).contains($0) ? $0 + 32 : $0 }
    return String(decoding: bytes.filter { (97...122).contains($0) || (48...57).contains($0) }, as: UTF8.self)
  }
}

/// A password for the first log-in, to be told by whoever hires.
public enum TemporaryPassword {
  public static func make() -> String { HandedSecret.make(groups: 4) }
}

/// What opens in the place of a code when the authenticator is lost; each works once. Stored as their hashes, which is
/// enough for 79 random bits.
enum RecoveryCode {
  static let count = 10
  private static let groups = 4

  static func makeAll() -> [String] { (0..<count).map { _ in HandedSecret.make(groups: groups) } }

  /// Nil for what can't be one.
  static func hash(_ text: String) -> String? {
    let plain = HandedSecret.plain(text)
    return plain.utf8.count == groups * 4 ? SecretToken.hash(plain) : nil
  }
}
