import Accounts
import Content
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/content/banners`: what is on top of the home page and of lists, in which order and when.
struct BannersDesk: Sendable {
  private static let perPage = 30
  private static let fields = [
    "place", "titleEn", "titleZh", "textEn", "textZh", "actionEn", "actionZh", "link", "picture", "picturePhone",
    "from", "until", "isOn", "version",
  ]

  private let frame: ContentFrame
  private var maker: PageMaker { frame.maker }
  private var edit: EditContent { frame.edit }

  init(_ frame: ContentFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/content/banners") { request, context in
      try await list(try context.visit.requireStaff(), nil, request, context)
    }
    router.get("/admin/content/banners/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      try edit.expect(staff)
      let list = BannerColumns(maker.clock).list
      let asked = list.query(Form(query: request), words)
      let (edit, now) = (edit, maker.clock.now)
      return try await ListExport(list: list, query: asked, words: words) { page in
        try await edit.banners(BannerColumns.filter(asked), at: now, page, for: staff)
      }.response(named: "banners")
    }
    router.post("/admin/content/banners/order") { try await arrange($0, $1) }
    router.get("/admin/content/banners/new") { request, context in
      let staff = try context.visit.requireStaff()
      try edit.expect(staff)
      return try await show(nil, staff, Form(), nil, request, context)
    }
    router.post("/admin/content/banners/new") { try await save($0, $1, isNew: true) }
    router.get("/admin/content/banners/:id") { request, context in
      let (banner, staff) = try await named(context)
      return try await show(banner, staff, Form(), nil, request, context)
    }
    router.post("/admin/content/banners/:id") { try await save($0, $1, isNew: false) }
    router.post("/admin/content/banners/:id/remove") { _, context in
      let (banner, staff) = try await named(context)
      try await edit.remove(banner.id, by: staff)
      return maker.go(Addresses.bannersDesk, saying: Flash(.good, "contentRemoved"))
    }
  }

  private func named(_ context: ShopRequestContext) async throws -> (Banner, Staff) {
    let staff = try context.visit.requireStaff()
    try edit.expect(staff)
    guard let id = context.parameters.get("id").flatMap({ BannerID($0) }) else { throw ContentRefusal.unknownContent }
    return (try await edit.banner(id, for: staff), staff)
  }

  // MARK: The list

  private func list(
    _ staff: Staff, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let format = Format(words.language)
    let banners = try await edit.banners(for: staff)
    let refused = RefusedForm(Form(), refusal, words)
    let places = BannerPlace.allCases.map { place -> Model in
      let here = banners.filter { $0.place == place }
      return [
        "name": words["content.places.\(place.rawValue)"] ?? "", "place": place.rawValue, "hasBanners": !here.isEmpty,
        "banners": here.enumerated().map { index, banner in
          row(banner, isFirst: index == 0, isLast: index == here.count - 1, format, words)
        },
      ]
    }
    let list = BannerColumns(maker.clock).list
    let asked = list.query(Form(query: request), words)
    let page =
      asked.faults.isEmpty
      ? try await edit.banners(
        BannerColumns.filter(asked), at: maker.clock.now, PageRequest(limit: Self.perPage, after: asked.after),
        for: staff)
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: BannerColumns.listName)
    let model: Model = [
      "list": list.model(page, asked, views: views, words), "isLooking": asked.isFiltered || asked.after != nil,
      "places": places, "newURL": "\(Addresses.bannersDesk)/new", "form": refused.model([]),
      "orderAction": "\(Addresses.bannersDesk)/order",
    ]
    return try await frame.page(
      "banners", title: words["content.banners"] ?? "", .banners, model, request, context, refused: refused,
      status: refusal?.status ?? (asked.faults.isEmpty ? .ok : asked.faults.status))
  }

  private func row(
    _ banner: Banner, isFirst: Bool, isLast: Bool, _ format: Format, _ words: Words
  ) -> Model {
    [
      "id": banner.id.description, "title": banner.title[words.language], "address": Addresses.desk(banner.id),
      "picture": "/media/\(banner.picture)", "state": PhaseModel.of(banner.phase(at: maker.clock.now), words),
      "schedule": PhaseModel.schedule(banner.from, banner.until, format, words), "isFirst": isFirst, "isLast": isLast,
    ]
  }

  /// Either one banner goes up or down, or all are named in their order.
  private func arrange(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try context.visit.requireStaff()
    try edit.expect(staff)
    let form = try await Form(body: request, context: context)
    guard let place = form["place"].flatMap(BannerPlace.init) else {
      return try await list(staff, FieldFaults(field: "place", code: "unknown"), request, context)
    }
    var order = (form["order"] ?? "").split(separator: " ").compactMap { BannerID($0) }
    if order.isEmpty {
      order = try await edit.banners(for: staff).filter { $0.place == place }.map(\.id)
      if let id = form["up"].flatMap({ BannerID($0) }) { order.move(id, by: -1) }
      if let id = form["down"].flatMap({ BannerID($0) }) { order.move(id, by: 1) }
    }
    try await edit.arrange(order, in: place, by: staff)
    return maker.go(Addresses.bannersDesk)
  }

  // MARK: One banner

  private func save(_ request: Request, _ context: ShopRequestContext, isNew: Bool) async throws -> Response {
    let staff = try context.visit.requireStaff()
    try edit.expect(staff)
    let standing: Banner? = if isNew { nil } else { try await named(context).0 }
    let form = try await Form(body: request, context: context)
    do {
      var fields = ContentFields(form, Format(context.visit.language))
      let draft = Self.draft(&fields)
      let version = standing == nil ? 0 : fields.number("version")
      try fields.faults.throwIfAny()
      if let standing {
        _ = try await edit.change(standing.id, to: draft, version: version, by: staff)
      } else {
        _ = try await edit.add(draft, by: staff)
      }
      return maker.go(Addresses.bannersDesk, saying: Flash(.good, "contentSaved"))
    } catch ContentRefusal.contentChanged {
      let (now, _) = try await named(context)
      return try await show(
        now, staff, form.with("version", String(now.version)), ContentRefusal.contentChanged, request, context)
    } catch let refusal as any Refusal {
      return try await show(standing, staff, form, refusal, request, context)
    }
  }

  private static func draft(_ fields: inout ContentFields) -> BannerDraft {
    let place = fields.form["place"].flatMap(BannerPlace.init)
    if place == nil { fields.faults.add("place", "unknown") }
    return BannerDraft(
      place: place ?? .home, title: fields.localized("title"), text: fields.localized("text"),
      action: fields.localized("action"), link: fields.text("link"), picture: fields.picture("picture"),
      picturePhone: fields.picture("picturePhone"), from: fields.moment("from"), until: fields.moment("until"),
      isOn: fields.form["isOn"] != nil)
  }

  private static func initial(_ banner: Banner?, _ format: Format) -> [String: String] {
    guard let banner else { return [:] }
    return [
      "titleEn": banner.title.en, "titleZh": banner.title.zhHans, "textEn": banner.text.en,
      "textZh": banner.text.zhHans, "actionEn": banner.action.en, "actionZh": banner.action.zhHans,
      "link": banner.link, "picture": banner.picture.rawValue, "picturePhone": banner.picturePhone?.rawValue ?? "",
      "from": banner.from.map(format.formMoment) ?? "", "until": banner.until.map(format.formMoment) ?? "",
      "version": String(banner.version),
    ]
  }

  private func show(
    _ banner: Banner?, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let initial = Self.initial(banner, Format(words.language))
    let refused = RefusedForm(form, refusal, words)
    let place = form["place"].flatMap(BannerPlace.init) ?? banner?.place ?? .home
    let title = banner?.title[words.language] ?? words["content.newBanner"] ?? ""
    var model: Model = [
      "heading": title, "form": refused.model(Self.fields, initial: initial),
      "isOn": refusal == nil ? banner?.isOn ?? true : form["isOn"] != nil, "backURL": Addresses.bannersDesk,
      "action": banner.map { Addresses.desk($0.id) } ?? "\(Addresses.bannersDesk)/new",
      "places": BannerPlace.allCases.map { one -> Model in
        ["value": one.rawValue, "name": words["content.places.\(one.rawValue)"] ?? "", "isChosen": one == place]
      },
      "pictures": try await frame.pictures(chosen: form["picture"] ?? initial["picture"] ?? "", for: staff, words),
      "phonePictures": try await frame.pictures(
        chosen: form["picturePhone"] ?? initial["picturePhone"] ?? "", for: staff, words),
    ]
    if let banner {
      model["shown"] = BannerModel.shown(banner, words.language)
      model["removeAction"] = "\(Addresses.desk(banner.id))/remove"
    }
    return try await frame.page(
      "banner", title: title, .banners, model, request, context, refused: refused, status: refusal?.status ?? .ok)
  }
}

extension [BannerID] {
  /// One place up or down, as far as there is one.
  fileprivate mutating func move(_ id: BannerID, by step: Int) {
    guard let index = firstIndex(of: id), indices.contains(index + step) else { return }
    swapAt(index, index + step)
  }
}
