import Content
import Values

struct DemoEntry: Decodable {
  let kind: EntryKind
  let slug: String
  let title: LocalizedText
  let summary: LocalizedText?
  let body: LocalizedText
  /// A name in `pictures/`.
  let picture: String?
}

struct DemoMenu: Decodable {
  struct Line: Decodable {
    let title: LocalizedText
    let address: String?
    let lines: [Line]?
  }

  let place: MenuPlace
  let lines: [Line]
}

/// What the demo shop says of itself. What is there already stays as it is.
struct DemoContent {
  private let content: any ContentService
  private let pictures: [String: FileKey]

  init(_ content: any ContentService, pictures: [String: FileKey]) {
    self.content = content
    self.pictures = pictures
  }

  func fill(banners: [DemoBanner], entries: [DemoEntry], menus: [DemoMenu]) async throws {
    for banner in banners { try await fill(banner) }
    for entry in entries { try await fill(entry) }
    for menu in menus { try await fill(menu) }
  }

  private func fill(_ banner: DemoBanner) async throws {
    guard try await !content.banners().contains(where: { $0.title == banner.title }) else { return }
    let wide = try await picture(banner.picture, banner.title)
    let phone: FileKey? =
      if let name = banner.picturePhone { try await picture(name, banner.title) } else { nil }
    _ = try await content.add(
      BannerDraft(
        place: .home, title: banner.title, text: banner.text, action: banner.action, link: banner.link, picture: wide,
        picturePhone: phone), by: .system)
  }

  private func fill(_ entry: DemoEntry) async throws {
    guard let slug = Slug(rawValue: entry.slug) else { throw DemoFault.unusable("entry \(entry.slug)") }
    guard try await content.entry(entry.kind, slug) == nil else { return }
    let cover: FileKey? = if let name = entry.picture { try await picture(name, entry.title) } else { nil }
    let text = EntryText(
      title: entry.title, summary: entry.summary ?? LocalizedText(), body: entry.body, picture: cover)
    _ = try await content.begin(
      EntryDraft(slug: entry.slug, text: text), entry.kind, publishes: true, by: .system)
  }

  private func fill(_ menu: DemoMenu) async throws {
    let standing = try await content.menu(menu.place)
    guard standing.version == 0 else { return }
    let lines = menu.lines.flatMap { head in
      [MenuLine(title: head.title, address: head.address ?? "")]
        + (head.lines ?? []).map { MenuLine(title: $0.title, address: $0.address ?? "", isNested: true) }
    }
    _ = try await content.save(lines, as: menu.place, version: 0, by: .system)
  }

  private func picture(_ name: String, _ alternative: LocalizedText) async throws -> FileKey {
    guard let file = pictures[name] else { throw DemoFault.unusable("picture \(name)") }
    _ = try await content.add(file, alternative: alternative, by: .system)
    return file
  }
}
