import Events
import Values

/// What visitors see of an entry is another from now on, or from its time on.
public struct EntryPublished: Event {
  public static let name = "content.entryPublished"
  public let entry: EntryID
  public let version: Int
  public var subject: String { entry.description }

  public init(entry: EntryID, version: Int) {
    self.entry = entry
    self.version = version
  }
}

public struct EntryWithdrawn: Event {
  public static let name = "content.entryWithdrawn"
  public let entry: EntryID
  public var subject: String { entry.description }

  public init(entry: EntryID) { self.entry = entry }
}

/// Banners of a place were added, changed, removed or arranged.
public struct BannersChanged: Event {
  public static let name = "content.bannersChanged"
  public let place: BannerPlace
  public var subject: String { "banners.\(place.rawValue)" }

  public init(place: BannerPlace) { self.place = place }
}

public struct MenuChanged: Event {
  public static let name = "content.menuChanged"
  public let place: MenuPlace
  public var subject: String { "menu.\(place.rawValue)" }

  public init(place: MenuPlace) { self.place = place }
}

/// Everything that changes what visitors see.
public enum ContentChanges {
  public static let events: Set<String> = [
    EntryPublished.name, EntryWithdrawn.name, BannersChanged.name, MenuChanged.name,
  ]
}
