import Accounts
import Content
import Flows
import Hummingbird
import Pages
import Values

/// `/admin/content`: pages, articles and announcements, those that were changed last first.
struct EntriesDesk: Sendable {
  private static let perPage = 30
  private static let longestSearch = 100

  private let frame: ContentFrame

  init(_ frame: ContentFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/content") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let form = Form(query: request)
    let kind = form["kind"].flatMap(EntryKind.init) ?? .page
    let state = form["state"].flatMap(EntryState.init)
    let title = String((form["title"] ?? "").prefix(Self.longestSearch))
    let after = form["after"].flatMap { Cursor($0) }
    let page = try await frame.edit.entries(
      EntryFilter(kind: kind, state: state, title: title), PageRequest(limit: Self.perPage, after: after), for: staff)
    let format = Format(words.language)
    let here = ContentFrame.Part.entries(kind)
    var model: Model = [
      "heading": words[here.word] ?? "", "hasEntries": !page.items.isEmpty,
      "entries": page.items.map { row($0, format, words) },
      "newURL": Addresses.with([("kind", kind.rawValue)], "\(Addresses.contentDesk)/entries/new"),
      "newText": words["content.new.\(kind.rawValue)"] ?? "", "kind": kind.rawValue, "title": title,
      "states": EntryState.allCases.map { one -> Model in
        ["value": one.rawValue, "name": words["content.phases.\(one.rawValue)"] ?? "", "isChosen": one == state]
      },
      "isFiltered": state != nil || !title.isEmpty, "clearURL": here.address,
    ]
    if let next = page.next {
      var query = [("kind", kind.rawValue), ("after", next.description)]
      if let state { query.append(("state", state.rawValue)) }
      if !title.isEmpty { query.append(("title", title)) }
      model["nextURL"] = Addresses.with(query, Addresses.contentDesk)
    }
    return try await frame.page("entries", title: words[here.word] ?? "", here, model, request, context)
  }

  private func row(_ entry: Entry, _ format: Format, _ words: Words) -> Model {
    let schedule = PhaseModel.schedule(entry.shownFrom, entry.shownUntil, format, words)
    return [
      "title": entry.text.title[words.language], "address": Addresses.desk(entry.id), "slug": entry.slug.rawValue,
      "changedAt": format.dateTime(entry.changedAt),
      "state": PhaseModel.of(entry.phase(at: frame.maker.clock.now), words), "schedule": schedule,
      "isUnseen": entry.hasUnseenChanges,
    ]
  }
}
