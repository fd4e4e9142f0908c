import Values

/// What stands around and on pages at one moment.
public struct ShownContent: Sendable {
  public static let none = ShownContent(announcements: [], banners: [:], menus: [:])

  /// The newest first, three at most.
  public let announcements: [PublishedEntry]
  /// By place, in their order.
  public let banners: [BannerPlace: [Banner]]
  public let menus: [MenuPlace: Menu]
  /// Differs when what is shown differs, within one process. What was made with content is kept under it.
  public let mark: Int

  public init(
    announcements: [PublishedEntry], banners: [BannerPlace: [Banner]], menus: [MenuPlace: Menu]
  ) {
    self.announcements = announcements
    self.banners = banners
    self.menus = menus
    var hasher = Hasher()
    for entry in announcements {
      hasher.combine(entry.id)
      hasher.combine(entry.version)
    }
    for place in BannerPlace.allCases {
      for banner in banners[place] ?? [] { hasher.combine(banner) }
      hasher.combine(place)
    }
    for place in MenuPlace.allCases { hasher.combine(menus[place]?.version ?? 0) }
    mark = hasher.finalize()
  }
}

/// All that may be shown now or later, without having to ask the database again.
struct KnownContent: Sendable {
  private static let mostAnnouncements = 3

  let announcements: [PublishedEntry]
  let banners: [Banner]
  let menus: [Menu]

  /// What is shown at a moment, and until when that stays so if nothing changes.
  func shown(at moment: Timestamp) -> (content: ShownContent, until: Timestamp?) {
    let times: [Timestamp?] =
      announcements.flatMap { [$0.shownFrom, $0.shownUntil] } + banners.filter(\.isOn).flatMap { [$0.from, $0.until] }
    let content = ShownContent(
      announcements: Array(announcements.filter { $0.isShown(at: moment) }.prefix(Self.mostAnnouncements)),
      banners: Dictionary(grouping: banners.filter { $0.phase(at: moment) == .published }, by: \.place),
      menus: Dictionary(menus.map { ($0.place, $0) }, uniquingKeysWith: { first, _ in first }))
    return (content, times.compactMap(\.self).filter { $0 > moment }.min())
  }
}
