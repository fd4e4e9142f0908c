import Accounts
import Content
import Values

/// Which banners a list shows; all that is said must fit.
public struct BannerFilter: Hashable, Sendable {
  public var place: BannerPlace?
  public var phase: EntryPhase?
  /// Part of the title in either language, without case; empty for any.
  public var title: String

  public init(place: BannerPlace? = nil, phase: EntryPhase? = nil, title: String = "") {
    self.place = place
    self.phase = phase
    self.title = title
  }
}

extension EditContent {
  /// By place and in their order. A place has 24 at most, so they are looked through in memory.
  /// - Parameter moment: at which they are in that phase.
  public func banners(
    _ filter: BannerFilter, at moment: Timestamp, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<Banner> {
    let text = filter.title.lowercased()
    var fitting = try await banners(for: staff).filter { banner in
      (filter.place == nil || banner.place == filter.place)
        && (filter.phase == nil || banner.phase(at: moment) == filter.phase)
        && (text.isEmpty || [banner.title.en, banner.title.zhHans].contains { $0.lowercased().contains(text) })
    }
    if let parts = page.after?.parts, parts.count == 3, let position = Int(parts[1]), let id = BannerID(parts[2]) {
      fitting = fitting.filter { ($0.place.rawValue, $0.position, $0.id) > (parts[0], position, id) }
    }
    return Page(fetched: Array(fitting.prefix(page.limit + 1)), limit: page.limit) {
      Cursor([$0.place.rawValue, String($0.position), $0.id.description])
    }
  }
}
