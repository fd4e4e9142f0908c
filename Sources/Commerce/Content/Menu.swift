import Values

public enum MenuPlace: String, CaseIterable, Codable, Sendable {
  /// Below the categories on top of every page.
  case header
  /// At the foot of every page, in groups.
  case footer
}

/// A line of a menu. It belongs to the last line above that isn't nested.
public struct MenuLine: Hashable, Codable, Sendable {
  public var title: LocalizedText
  /// A path within the shop, or an https address; empty for one that only heads others.
  public var address: String
  public var isNested: Bool

  public init(title: LocalizedText, address: String, isNested: Bool = false) {
    self.title = title
    self.address = address
    self.isNested = isNested
  }
}

public struct Menu: Hashable, Codable, Sendable {
  public struct Group: Hashable, Sendable {
    public let head: MenuLine
    public let lines: [MenuLine]
  }

  public let place: MenuPlace
  /// In reading order.
  public let lines: [MenuLine]
  /// Counts changes; 0 for one that was never saved.
  public let version: Int

  public init(place: MenuPlace, lines: [MenuLine], version: Int) {
    self.place = place
    self.lines = lines
    self.version = version
  }

  /// Each line that isn't nested, with those below it.
  public var groups: [Group] {
    var groups: [Group] = []
    for line in lines {
      if line.isNested, let last = groups.popLast() {
        groups.append(Group(head: last.head, lines: last.lines + [line]))
      } else {
        groups.append(Group(head: line, lines: []))
      }
    }
    return groups
  }
}
