import Accounts
import Content
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/content/entries/{id}`: one page, article or announcement in both languages; its schedule, its versions, and
/// what it will look like.
struct EntryDesk: Sendable {
  private let frame: ContentFrame
  private var maker: PageMaker { frame.maker }
  private var edit: EditContent { frame.edit }

  init(_ frame: ContentFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/content/entries/new") { request, context in
      let staff = try context.visit.requireStaff()
      try edit.expect(staff)
      return try await show(nil, Self.kind(request), staff, Form(), nil, request, context)
    }
    router.post("/admin/content/entries/new") { try await begin($0, $1) }
    router.get("/admin/content/entries/:id") { request, context in
      let (entry, staff) = try await named(context)
      return try await show(entry, entry.kind, staff, Form(), nil, request, context)
    }
    router.post("/admin/content/entries/:id") { try await save($0, $1) }
    router.post("/admin/content/entries/:id/restore") { try await restore($0, $1) }
    router.post("/admin/content/entries/:id/withdraw") { _, context in
      let (entry, staff) = try await named(context)
      do {
        _ = try await edit.withdraw(entry.id, by: staff)
        return maker.go(Addresses.desk(entry.id), saying: Flash(.good, "contentWithdrawn"))
      } catch let refusal as ContentRefusal where refusal.kind == .conflict {
        return maker.go(Addresses.desk(entry.id), saying: Flash(.bad, refusal.code))
      }
    }
    router.post("/admin/content/entries/:id/remove") { _, context in
      let (entry, staff) = try await named(context)
      do {
        try await edit.remove(entry.id, by: staff)
        return maker.go(ContentFrame.Part.entries(entry.kind).address, saying: Flash(.good, "contentRemoved"))
      } catch let refusal as ContentRefusal where refusal.kind == .conflict {
        return maker.go(Addresses.desk(entry.id), saying: Flash(.bad, refusal.code))
      }
    }
    router.post("/admin/content/entries/:id/preview-link") { request, context in
      let (entry, staff) = try await named(context)
      let link = try await maker.flows.handOutPreviews.link(to: entry, by: staff)
      return try await show(entry, entry.kind, staff, Form(), nil, request, context, handingOut: link)
    }
    router.get("/admin/content/entries/:id/preview") { try await preview($0, $1) }
  }

  private static func kind(_ request: Request) -> EntryKind {
    Form(query: request)["kind"].flatMap(EntryKind.init) ?? .page
  }

  private func named(_ context: ShopRequestContext) async throws -> (Entry, Staff) {
    let staff = try context.visit.requireStaff()
    try edit.expect(staff)
    guard let id = context.parameters.get("id").flatMap({ EntryID($0) }) else { throw ContentRefusal.unknownContent }
    return (try await edit.entry(id, for: staff), staff)
  }

  // MARK: Changing

  private func begin(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try context.visit.requireStaff()
    try edit.expect(staff)
    let form = try await Form(body: request, context: context, upTo: EntryForm.longest)
    let kind = form["kind"].flatMap(EntryKind.init) ?? .page
    do {
      let draft = try EntryForm.draft(form, Format(context.visit.language))
      let entry = try await edit.begin(draft, kind, publishes: form["then"] == "publish", by: staff)
      return maker.go(Addresses.desk(entry.id), saying: Flash(.good, said(entry)))
    } catch let refusal as any Refusal {
      return try await show(nil, kind, staff, form, refusal, request, context)
    }
  }

  private func save(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (entry, staff) = try await named(context)
    let form = try await Form(body: request, context: context, upTo: EntryForm.longest)
    let format = Format(context.visit.language)
    do {
      let draft = try EntryForm.draft(form, format)
      let version = try EntryForm.number("version", form, format)
      let saved = try await edit.save(
        draft, over: entry.id, version: version, publishes: form["then"] == "publish", by: staff)
      return maker.go(Addresses.desk(entry.id), saying: Flash(.good, said(saved)))
    } catch ContentRefusal.contentChanged {
      // What was typed stays, and whoever saves it again does so knowingly.
      let now = try await edit.entry(entry.id, for: staff)
      return try await show(
        now, now.kind, staff, form.with("version", String(now.version)), ContentRefusal.contentChanged, request, context
      )
    } catch let refusal as any Refusal {
      return try await show(entry, entry.kind, staff, form, refusal, request, context)
    }
  }

  private func restore(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (entry, staff) = try await named(context)
    let form = try await Form(body: request, context: context)
    let format = Format(context.visit.language)
    do {
      let number = try EntryForm.number("number", form, format)
      let version = try EntryForm.number("version", form, format)
      _ = try await edit.restore(number, of: entry.id, version: version, by: staff)
      return maker.go(Addresses.desk(entry.id), saying: Flash(.good, "contentRestored"))
    } catch let refusal as any Refusal {
      return try await show(entry, entry.kind, staff, Form(), refusal, request, context)
    }
  }

  /// What became of what was saved: whether visitors see it now, later, or not yet.
  private func said(_ entry: Entry) -> String {
    guard !entry.hasUnseenChanges else { return "contentSaved" }
    return switch entry.phase(at: maker.clock.now) {
    case .published: "contentPublished"
    case .scheduled: "contentScheduled"
    case .draft, .ended, .withdrawn: "contentSaved"
    }
  }

  // MARK: Showing

  private func preview(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (entry, staff) = try await named(context)
    let words = frame.words(context)
    var text = entry.text
    if let number = Form(query: request)["number"].flatMap({ Int($0) }) {
      text = try await edit.revision(number, of: entry.id, for: staff).text
    }
    let model: Model = [
      "preview": ["text": words["content.previewNote"] ?? "", "backURL": Addresses.desk(entry.id)] as Model
    ]
    let date = text.from ?? entry.shownFrom ?? maker.clock.now
    return try await maker.page(
      "content", PageFrame.Head(title: text.title[words.language]),
      Model.merged(model, EntryModel(words).page(text, entry.kind, date: date)), request, context)
  }

  private func show(
    _ entry: Entry?, _ kind: EntryKind, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext, handingOut link: HandOutPreviews.Link? = nil
  ) async throws -> Response {
    let words = frame.words(context)
    let format = Format(words.language)
    let initial = EntryForm.initial(entry, format)
    let refused = RefusedForm(form, refusal, words)
    let title = entry?.text.title[words.language] ?? words["content.new.\(kind.rawValue)"] ?? ""
    var model: Model = [
      "heading": title, "form": refused.model(EntryForm.fields, initial: initial), "kind": kind.rawValue,
      "pictures": try await frame.pictures(
        chosen: form["picture"] ?? initial["picture"] ?? "", for: staff, words),
      "backURL": ContentFrame.Part.entries(kind).address, "backText": words["content.kinds.\(kind.rawValue)"] ?? "",
      "canHavePicture": kind == .article, "isAnnouncement": kind == .announcement,
      "action": "\(Addresses.contentDesk)/entries/new", "isNew": true, "canChooseAddress": true,
    ]
    if let entry { model.merge(try await standing(entry, staff, format, words)) }
    if let entry, let link {
      model.merge(link.model(maker.frame.publicURL + Addresses.preview(entry.id, pass: link.pass), words))
    }
    return try await frame.page(
      "entry", title: title, .entries(kind), model, request, context, refused: refused, status: refusal?.status ?? .ok)
  }

  /// What is known of an entry that there is.
  private func standing(_ entry: Entry, _ staff: Staff, _ format: Format, _ words: Words) async throws -> Model {
    let (address, now) = (Addresses.desk(entry.id), maker.clock.now)
    let phase = entry.phase(at: now)
    let revisions = try await edit.revisions(of: entry.id, for: staff)
    var model: Model = [
      "isNew": false, "action": address, "state": PhaseModel.of(phase, words), "isUnseen": entry.hasUnseenChanges,
      "schedule": PhaseModel.schedule(entry.shownFrom, entry.shownUntil, format, words),
      "previewURL": "\(address)/preview", "canChooseAddress": !entry.wasPublished,
      "path": Addresses.entry(entry.kind, entry.slug), "version": String(entry.version),
      "restoreAction": "\(address)/restore",
      "revisions": revisions.map { revision, name -> Model in
        [
          "number": String(revision.number), "savedAt": format.dateTime(revision.savedAt),
          "savedBy": name ?? words["content.byShop"] ?? "", "isLatest": revision.number == entry.version,
          "isShown": revision.number == entry.shownVersion,
          "previewURL": Addresses.with([("number", String(revision.number))], "\(address)/preview"),
        ]
      },
    ]
    model["shareAction"] = "\(address)/preview-link"
    if phase == .published, entry.kind != .announcement || !entry.text.body.isEmpty {
      model["seenURL"] = Addresses.entry(entry.kind, entry.slug)
    }
    if entry.state == .published {
      model["withdrawAction"] = "\(address)/withdraw"
    } else {
      model["removeAction"] = "\(address)/remove"
    }
    return model
  }
}

extension HandOutPreviews.Link {
  /// The link once it is handed out.
  func model(_ address: String, _ words: Words) -> Model {
    let until = Format(words.language).dateTime(self.until)
    return ["shareURL": address, "shareText": words.phrase("content.shareUntil", ["time": until])]
  }
}
