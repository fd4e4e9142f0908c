import Values

public enum EntryKind: String, CaseIterable, Codable, Sendable {
  /// Something that stands: about the shop, delivery, returns.
  case page
  /// Something told at a time, listed with others.
  case article
  /// A sentence above every page for a while, with more behind it perhaps.
  case announcement
}

/// What was decided about an entry. What visitors see also depends on its schedule: see `EntryPhase`.
public enum EntryState: String, CaseIterable, Codable, Sendable {
  case draft
  case published
  case withdrawn
}

/// How an entry stands at a moment.
public enum EntryPhase: String, CaseIterable, Codable, Sendable {
  case draft
  /// Published, and its time hasn't come.
  case scheduled
  case published
  /// Published, and its time is over.
  case ended
  case withdrawn
}

/// What a version of an entry says, and when visitors shall see it.
public struct EntryText: Hashable, Codable, Sendable {
  public var title: LocalizedText
  /// A sentence or two for lists and search engines.
  public var summary: LocalizedText
  /// HTML, sanitised when it was saved.
  public var body: LocalizedText
  public var picture: FileKey?
  /// Nil means from the moment of publishing.
  public var from: Timestamp?
  /// The first moment at which it isn't seen any more; nil means for good.
  public var until: Timestamp?

  public init(
    title: LocalizedText = LocalizedText(), summary: LocalizedText = LocalizedText(),
    body: LocalizedText = LocalizedText(), picture: FileKey? = nil, from: Timestamp? = nil, until: Timestamp? = nil
  ) {
    self.title = title
    self.summary = summary
    self.body = body
    self.picture = picture
    self.from = from
    self.until = until
  }
}

/// What someone typed.
public struct EntryDraft: Hashable, Codable, Sendable {
  /// The end of its address; empty means made of the title.
  public var slug: String
  /// The body is HTML of any kind.
  public var text: EntryText

  public init(slug: String = "", text: EntryText) {
    self.slug = slug
    self.text = text
  }
}

public struct Entry: Hashable, Codable, Sendable {
  public let id: EntryID
  public let kind: EntryKind
  public let slug: Slug
  public let state: EntryState
  /// Counts what was saved, from 1.
  public let version: Int
  /// The version that visitors see; nil unless published.
  public let shownVersion: Int?
  /// Since when visitors see it, or saw it before it was withdrawn; nil for one that was never published.
  public let shownFrom: Timestamp?
  public let shownUntil: Timestamp?
  public let changedAt: Timestamp
  public let changedBy: Actor
  /// Of the latest version.
  public let text: EntryText

  public init(
    id: EntryID, kind: EntryKind, slug: Slug, state: EntryState, version: Int, shownVersion: Int?,
    shownFrom: Timestamp?, shownUntil: Timestamp?, changedAt: Timestamp, changedBy: Actor, text: EntryText
  ) {
    self.id = id
    self.kind = kind
    self.slug = slug
    self.state = state
    self.version = version
    self.shownVersion = shownVersion
    self.shownFrom = shownFrom
    self.shownUntil = shownUntil
    self.changedAt = changedAt
    self.changedBy = changedBy
    self.text = text
  }

  /// Whether something was saved that visitors don't see yet.
  public var hasUnseenChanges: Bool { shownVersion != nil && shownVersion != version }

  /// Its address can't change any more: others link to it.
  public var wasPublished: Bool { shownFrom != nil }

  public func phase(at moment: Timestamp) -> EntryPhase {
    switch state {
    case .draft: return .draft
    case .withdrawn: return .withdrawn
    case .published:
      if let shownFrom, moment < shownFrom { return .scheduled }
      if let shownUntil, shownUntil <= moment { return .ended }
      return .published
    }
  }
}

public struct EntryFilter: Hashable, Codable, Sendable {
  public var kind: EntryKind
  /// Nil means any.
  public var state: EntryState?
  /// A part of a title in either language; empty means any.
  public var title: String

  public init(kind: EntryKind, state: EntryState? = nil, title: String = "") {
    self.kind = kind
    self.state = state
    self.title = title
  }
}

/// A version of an entry as it was saved.
public struct EntryRevision: Hashable, Codable, Sendable {
  public let number: Int
  public let text: EntryText
  public let savedAt: Timestamp
  public let savedBy: Actor

  public init(number: Int, text: EntryText, savedAt: Timestamp, savedBy: Actor) {
    self.number = number
    self.text = text
    self.savedAt = savedAt
    self.savedBy = savedBy
  }
}

/// An entry as visitors see it.
public struct PublishedEntry: Hashable, Codable, Sendable {
  public let id: EntryID
  public let kind: EntryKind
  public let slug: Slug
  public let version: Int
  public let text: EntryText
  public let shownFrom: Timestamp
  public let shownUntil: Timestamp?
  public let changedAt: Timestamp

  public init(
    id: EntryID, kind: EntryKind, slug: Slug, version: Int, text: EntryText, shownFrom: Timestamp,
    shownUntil: Timestamp?, changedAt: Timestamp
  ) {
    self.id = id
    self.kind = kind
    self.slug = slug
    self.version = version
    self.text = text
    self.shownFrom = shownFrom
    self.shownUntil = shownUntil
    self.changedAt = changedAt
  }

  func isShown(at moment: Timestamp) -> Bool { shownFrom <= moment && shownUntil.map { moment < $0 } ?? true }
}
