import Accounts
import Content
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/content`: pages, articles and announcements, those that were changed last first.
struct EntriesDesk: Sendable {
  static let listName = "entries"
  private static let perPage = 30

  private let frame: ContentFrame
  private let list: DeskList<Entry>
  private var maker: PageMaker { frame.maker }

  init(_ frame: ContentFrame) {
    self.frame = frame
    list = DeskList(
      name: Self.listName, address: Addresses.contentDesk, columns: Self.columns(frame.maker.clock),
      filters: [
        ListFilter(name: "title", word: "content.find", kind: .text(longest: 100)),
        ListFilter(
          name: "state", word: "admin.state", kind: .choice(EntryState.allCases.map(\.rawValue)),
          choiceWord: "content.phases"),
      ],
      exportAddress: "\(Addresses.contentDesk)/export", emptyWord: "content.none",
      identify: { $0.id.description })
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/content") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
    router.post("/admin/content/previews/end") { _, context in
      try await maker.flows.handOutPreviews.endAll(by: try context.visit.requireStaff())
      return maker.go(Addresses.contentDesk, saying: Flash(.good, "previewsEnded"))
    }
    router.get("/admin/content/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      let (kind, asked) = query(Form(query: request), words)
      try frame.edit.expect(staff)
      return try await ListExport(list: list, query: asked, words: words) { [edit = frame.edit] page in
        try await edit.entries(Self.filter(asked, kind), page, for: staff)
      }.response(named: "content-\(kind.rawValue)")
    }
  }

  private static func columns(_ clock: WallClock) -> [ListColumn<Entry>] {
    [
      ListColumn(name: "title", word: "content.title", place: .first) { entry, words in
        .link(entry.text.title[words.language], to: Addresses.desk(entry.id))
      },
      ListColumn(name: "slug", word: "content.slug") { entry, _ in .text(entry.slug.rawValue) },
      ListColumn(name: "state", word: "admin.state") { entry, words in
        let model = PhaseModel.of(entry.phase(at: clock.now), words)
        return .state(model["text"] as? String ?? "", model)
      },
      ListColumn(name: "unseen", word: "content.newer") { entry, words in
        guard entry.hasUnseenChanges else { return .nothing }
        let text = words["content.unseen"] ?? ""
        return .state(text, ["kind": "amber", "icon": "info", "text": text])
      },
      ListColumn(name: "schedule", word: "content.publishH") { entry, words in
        .text(PhaseModel.schedule(entry.shownFrom, entry.shownUntil, Format(words.language), words))
      },
      ListColumn(name: "changed", word: "content.changedAt") { entry, _ in .time(entry.changedAt) },
    ]
  }

  private func query(_ form: Form, _ words: Words) -> (EntryKind, ListQuery) {
    let kind = form["kind"].flatMap(EntryKind.init) ?? .page
    return (kind, list.query(form, kept: [("kind", kind.rawValue)], words))
  }

  private static func filter(_ query: ListQuery, _ kind: EntryKind) -> EntryFilter {
    EntryFilter(
      kind: kind, state: query.text("state").flatMap(EntryState.init), title: query.text("title") ?? "")
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let (kind, asked) = query(Form(query: request), words)
    try frame.edit.expect(staff)
    let page =
      asked.faults.isEmpty
      ? try await frame.edit.entries(
        Self.filter(asked, kind), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let here = ContentFrame.Part.entries(kind)
    let model: Model = [
      "heading": words[here.word] ?? "",
      "newURL": Addresses.with([("kind", kind.rawValue)], "\(Addresses.contentDesk)/entries/new"),
      "newText": words["content.new.\(kind.rawValue)"] ?? "",
      "list": list.model(page, asked, views: views, words), "endAction": "\(Addresses.contentDesk)/previews/end",
    ]
    return try await frame.page(
      "entries", title: words[here.word] ?? "", here, model, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }
}
