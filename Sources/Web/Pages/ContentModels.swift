import Content
import Values

/// What stands around every page, for the templates `announcements`, `menu-header` and `menu-footer`.
struct ShownContentModel {
  let model: Model

  init(_ shown: ShownContent, _ language: Language) {
    let announcements = shown.announcements.map { entry -> Model in
      var model: Model = ["text": entry.text.title[language]]
      if !entry.text.body.isEmpty { model["address"] = Addresses.entry(entry.kind, entry.slug) }
      return model
    }
    model = [
      "hasAnnouncements": !announcements.isEmpty, "announcements": announcements,
      "header": Self.menu(shown.menus[.header], language), "footer": Self.menu(shown.menus[.footer], language),
    ]
  }

  private static func menu(_ menu: Menu?, _ language: Language) -> Model {
    let groups = menu?.groups ?? []
    return [
      "hasGroups": !groups.isEmpty,
      "groups": groups.map { group -> Model in
        Model.merged(
          line(group.head, language),
          ["hasLines": !group.lines.isEmpty, "lines": group.lines.map { line($0, language) }])
      },
    ]
  }

  private static func line(_ line: MenuLine, _ language: Language) -> Model {
    ["name": line.title[language], "hasAddress": !line.address.isEmpty, "address": line.address]
  }
}

/// A banner as pages of the storefront show it.
public enum BannerModel {
  public static func shown(_ banner: Banner, _ language: Language) -> Model {
    var model: Model = [
      "address": banner.link, "picture": "/media/\(banner.picture)",
      "picturePhone": "/media/\(banner.picturePhone ?? banner.picture)", "title": banner.title[language],
      "hasText": !banner.text.isEmpty, "text": banner.text[language],
    ]
    if !banner.action.isEmpty { model["button"] = banner.action[language] }
    return model
  }
}

/// A page, an article or an announcement, for the template `content` and for lists of them.
public struct EntryModel: Sendable {
  private let words: Words
  private let format: Format

  public init(_ words: Words) {
    self.words = words
    format = Format(words.language)
  }

  /// - Parameter date: since when it is seen; said of articles.
  public func page(_ text: EntryText, _ kind: EntryKind, date: Timestamp?) -> Model {
    let language = words.language
    var entry: Model = ["title": text.title[language], "body": text.body[language]]
    if kind == .article {
      if let date { entry.merge(dated(date)) }
      entry["backURL"] = Addresses.articles
      if let picture = text.picture { entry["cover"] = "/media/\(picture)" }
    }
    return ["entry": entry]
  }

  public func card(_ entry: PublishedEntry) -> Model {
    var model: Model = [
      "title": entry.text.title[words.language], "address": Addresses.entry(entry.kind, entry.slug),
    ]
    model.merge(dated(entry.shownFrom))
    let summary = entry.text.summary[words.language]
    if !summary.isEmpty { model["summary"] = summary }
    if let picture = entry.text.picture { model["cover"] = "/media/\(picture)" }
    return model
  }

  private func dated(_ date: Timestamp) -> Model { ["date": format.date(date), "dateISO": format.formDate(date)] }
}
