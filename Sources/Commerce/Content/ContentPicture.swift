import Values

/// A picture that content may use.
public struct ContentPicture: Hashable, Codable, Sendable {
  public let file: FileKey
  /// What someone who doesn't see it should read.
  public let alternative: LocalizedText
  public let addedAt: Timestamp
  public let addedBy: Actor

  public init(file: FileKey, alternative: LocalizedText, addedAt: Timestamp, addedBy: Actor) {
    self.file = file
    self.alternative = alternative
    self.addedAt = addedAt
    self.addedBy = addedBy
  }
}
