import Content
import Files
import Flows
import Values

@testable import API
@testable import App

/// One of everything that the shop says of itself, beside the owner's own things.
extension Owner {
  private var content: any ContentService { test.shop.contexts.content }

  /// What a request used up is there again.
  mutating func keepContent() async throws {
    let page = try await standing("entry", .page)
    names["page"] = .text(page.slug.rawValue)
    let later = test.shop.clock.now.adding(.days(7))
    names["entryPass"] = .text(try await content.previewPass(for: .entry(page.id), until: later))
    names["entryVersion"] = .integer(Int64(page.version))
    names["entryOld"] = .integer(Int64(try await content.revisions(of: page.id).last?.number ?? 1))
    names["article"] = .text(try await standing("articleEntry", .article).slug.rawValue)
    names["announcement"] = .text(try await standing("announcementEntry", .announcement).slug.rawValue)
    if try await named("withdrawnEntry") == nil {
      let entry = try await content.begin(draft, .page, publishes: true, by: .system)
      names["withdrawnEntry"] = .text("\(try await content.withdraw(entry.id, by: .system).id)")
    }
    names["menuVersion"] = .integer(Int64(try await content.menu(.footer).version))
    try await keepBanner()
  }

  private var draft: EntryDraft {
    EntryDraft(
      text: EntryText(title: LocalizedText(en: "Kiln stories"), body: LocalizedText(en: "<p>How clay is fired.</p>")))
  }

  private func named(_ name: String) async throws -> Entry? {
    guard let id = EntryID(self[name]) else { return nil }
    return try await content.entry(id)
  }

  /// A published entry with an older version.
  private mutating func standing(_ name: String, _ kind: EntryKind) async throws -> Entry {
    if let entry = try await named(name), entry.phase(at: test.shop.clock.now) == .published { return entry }
    let first = try await content.begin(draft, kind, publishes: false, by: .system)
    let entry = try await content.save(draft, over: first.id, version: 1, publishes: true, by: .system)
    names[name] = .text("\(entry.id)")
    return entry
  }

  private mutating func keepBanner() async throws {
    let banners = try await content.banners()
    let kept = BannerID(self["banner"]).flatMap { id in banners.first { $0.id == id } }
    // A place holds few; what tests added makes room.
    for other in banners where other.id != kept?.id { try await content.remove(other.id, by: .system) }
    let picture = try await content.add(
      try await test.shop.files.put(SmallPicture.png, fileExtension: "png"), alternative: LocalizedText(en: "A pot"),
      by: .system)
    names["contentPicture"] = .text(picture.file.rawValue)
    let banner =
      if let kept { kept } else {
        try await content.add(
          BannerDraft(place: .home, title: LocalizedText(en: "Tea"), link: "/c/tea", picture: picture.file),
          by: .system)
      }
    names["banner"] = .text("\(banner.id)")
    names["bannerVersion"] = .integer(Int64(banner.version))
  }
}
