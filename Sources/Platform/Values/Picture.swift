/// The key of stored bytes: a content hash and an extension, `3f…e1.svg`. Equal bytes have equal keys.
public struct FileKey: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
  public let rawValue: String

  /// Nil unless the text is 64 lower-case hex digits, a dot and 2…5 letters or digits, so a key can never climb out of
  /// its folder.
  public init?(rawValue: String) {
    let parts = rawValue.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 64, (2...5).contains(parts[1].utf8.count),
      parts[0].utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
      parts[1].utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) })
    else { return nil }
    self.rawValue = rawValue
  }

  public var description: String { rawValue }
}

/// A picture of goods. Until its bytes are here (`file` is nil) the shop draws a stand-in.
public struct Picture: Hashable, Codable, Sendable {
  public let id: PictureID
  public var file: FileKey?
  /// Where an import said the picture can be fetched.
  public var source: String?
  /// What someone who doesn't see it should read.
  public var alternative: LocalizedText

  public init(id: PictureID, file: FileKey? = nil, source: String? = nil, alternative: LocalizedText = LocalizedText())
  {
    self.id = id
    self.file = file
    self.source = source
    self.alternative = alternative
  }
}
