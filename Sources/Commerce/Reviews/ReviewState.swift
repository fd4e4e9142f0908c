import Values

/// Where a review stands: `waiting → shown ⇄ hidden`, or `waiting → hidden`. Where reviews aren't let in by hand, one begins
/// as shown.
public enum ReviewState: String, CaseIterable, Codable, Sendable {
  case waiting, shown, hidden
}

/// What a merchant says to a review.
public struct ReviewReply: Hashable, Codable, Sendable {
  /// 1…1000 characters.
  public let text: String
  /// When it was said first.
  public let at: Timestamp

  public init(text: String, at: Timestamp) {
    self.text = text
    self.at = at
  }
}

/// That somebody finds a review shouldn't be there.
public struct ReviewReport: Hashable, Sendable {
  public enum Cause: String, CaseIterable, Codable, Sendable {
    case offensive, untrue, advertising, personal, other
  }

  /// A reader, or one of the merchant's staff, who asks for a look.
  public let reporter: Actor
  /// Nil of staff, who say it in words.
  public let cause: Cause?
  /// Up to 500 characters.
  public let text: String
  public let at: Timestamp

  public init(reporter: Actor, cause: Cause?, text: String, at: Timestamp) {
    self.reporter = reporter
    self.cause = cause
    self.text = text
    self.at = at
  }
}

/// Whose reviews somebody may see.
public enum ReviewScope: Hashable, Sendable {
  case merchant(MerchantID)
  case platform
}

/// What reviews staff look for.
public struct ReviewFilter: Hashable, Sendable {
  public var states: Set<ReviewState> = []
  public var wantsLook: Bool?
  public var isAnswered: Bool?
  /// 1…5.
  public var stars: Int?
  public var product: ProductID?
  public var author: AccountID?
  public var writtenFrom: Timestamp?
  /// Exclusive.
  public var writtenBefore: Timestamp?

  public init() {}
}
