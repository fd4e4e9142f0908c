import Values

/// A count of what lies at a place: begun, filled in as people walk along the shelves, and booked or thrown away.
public struct CountSheet: Hashable, Codable, Sendable {
  public static let mostLines = 2000

  public enum State: String, CaseIterable, Codable, Sendable { case open, applied, cancelled }

  public let id: CountSheetID
  public let merchant: MerchantID
  public let location: LocationID
  public let title: String
  public let state: State
  /// Lines, and how many of them have a number.
  public let lines: Int
  public let counted: Int
  public let openedBy: Actor
  public let openedAt: Timestamp
  public let endedBy: Actor?
  public let endedAt: Timestamp?

  public init(
    id: CountSheetID, merchant: MerchantID, location: LocationID, title: String, state: State, lines: Int,
    counted: Int, openedBy: Actor, openedAt: Timestamp, endedBy: Actor? = nil, endedAt: Timestamp? = nil
  ) {
    self.id = id
    self.merchant = merchant
    self.location = location
    self.title = title
    self.state = state
    self.lines = lines
    self.counted = counted
    self.openedBy = openedBy
    self.openedAt = openedAt
    self.endedBy = endedBy
    self.endedAt = endedAt
  }
}

/// Which counts a list shows; all that is said must fit.
public struct CountFilter: Hashable, Codable, Sendable {
  /// Nil for all.
  public var merchant: MerchantID?
  public var location: LocationID?
  public var state: CountSheet.State?
  /// Part of the title, without case; empty for any.
  public var title: String
  /// Begun then or later.
  public var from: Timestamp?
  /// Begun earlier.
  public var before: Timestamp?

  public init(
    merchant: MerchantID? = nil, location: LocationID? = nil, state: CountSheet.State? = nil, title: String = "",
    from: Timestamp? = nil, before: Timestamp? = nil
  ) {
    self.merchant = merchant
    self.location = location
    self.state = state
    self.title = title
    self.from = from
    self.before = before
  }
}

public struct CountDraft: Hashable, Codable, Sendable {
  public var location: LocationID
  public var title: String
  /// Nil for all that lie at the place.
  public var variants: [VariantID]?

  public init(location: LocationID, title: String, variants: [VariantID]? = nil) {
    self.location = location
    self.title = title
    self.variants = variants
  }
}

public struct CountLine: Hashable, Codable, Sendable {
  public let variant: VariantID
  /// What should have lain there when it was counted.
  public let expected: Int?
  public let counted: Int?
  public let at: Timestamp?
  public let actor: Actor?

  public init(variant: VariantID, expected: Int?, counted: Int?, at: Timestamp?, actor: Actor?) {
    self.variant = variant
    self.expected = expected
    self.counted = counted
    self.at = at
    self.actor = actor
  }

  public var difference: Int? {
    guard let expected, let counted else { return nil }
    return counted - expected
  }
}

public enum CountPart: String, CaseIterable, Codable, Sendable { case all, open, differing }

public struct CountOutcome: Hashable, Codable, Sendable {
  /// Lines with another number than there should have been.
  public let differing: Int
  public let more: Int
  public let fewer: Int

  public init(differing: Int, more: Int, fewer: Int) {
    self.differing = differing
    self.more = more
    self.fewer = fewer
  }
}
