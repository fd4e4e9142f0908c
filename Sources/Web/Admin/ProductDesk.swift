import Accounts
import Catalog
import Content
import Flows
import HTTPTypes
import Hummingbird
import Inventory
import Merchants
import Pages
import Values

/// `/admin/products/{id}`: one product: its words in both languages, options and variants, parameters, pictures, and when
/// shoppers see it. As they would see it is shown by the storefront, at `…/preview`.
struct ProductDesk: Desk {
  private static let uploads = MultipartForm.Limits(files: 20, fileMegabytes: 5, totalBytes: 20 << 20)

  private let frame: DeskFrame
  private let currency: Currency
  private var maker: PageMaker { frame.maker }
  private var work: WorkCatalog { maker.flows.workCatalog }

  /// - Parameter currency: what prices are in.
  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    self.currency = currency
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/products/new") { request, context in
      let staff = try context.visit.requireStaff()
      try staff.require(.catalogEdit)
      return try await page(nil, ProductForm(), staff, nil, request, context)
    }
    router.post("/admin/products/new") { try await begin($0, $1) }
    router.get("/admin/products/:id") { request, context in
      let (row, staff) = try await named(context)
      return try await page(row, try await standing(row), staff, nil, request, context)
    }
    router.post("/admin/products/:id") { try await save($0, $1) }
    router.post("/admin/products/:id/pictures") { try await addPictures($0, $1) }
    router.post("/admin/products/:id/publication") { try await publication($0, $1) }
    router.post("/admin/products/:id/preview-link") { request, context in
      let (row, staff) = try await named(context)
      let link = try await maker.flows.handOutPreviews.link(to: row.product, by: staff)
      return try await page(row, try await standing(row), staff, nil, request, context, handingOut: link)
    }
  }

  private func named(_ context: ShopRequestContext) async throws -> (GoodsRow, Staff) {
    let staff = try context.visit.requireStaff()
    guard let id = context.parameters.get("id").flatMap({ ProductID($0) }) else { throw CatalogRefusal.unknownProduct }
    return (try await work.row(id, for: staff), staff)
  }

  private func standing(_ row: GoodsRow) async throws -> ProductForm {
    let brand = row.product.content.brand
    let name = brand == nil ? nil : try await maker.contexts.catalog.brands().first { $0.id == brand }?.name
    return ProductForm(row, brand: name ?? "")
  }

  // MARK: Changing

  private func begin(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try context.visit.requireStaff()
    try staff.require(.catalogEdit)
    let sent = try await Form(
      body: request, context: context, upTo: ProductForm.longest, most: ProductForm.mostFields)
    var form = ProductForm(sent)
    if form.turn(sent["do"]) { return try await page(nil, form, staff, nil, request, context) }
    form.tidy()
    do {
      let draft = try form.draft(over: nil, currency: currency)
      let merchant = form.text["merchant"].flatMap { MerchantID($0) }
      let product = try await work.begin(draft, of: merchant, by: staff)
      return try await published(product, sent, staff)
    } catch let refusal as any Refusal where refusal.kind == .invalid || refusal.kind == .conflict {
      return try await page(nil, form, staff, refusal, request, context)
    }
  }

  private func save(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (row, staff) = try await named(context)
    try staff.require(.catalogEdit)
    let sent = try await Form(
      body: request, context: context, upTo: ProductForm.longest, most: ProductForm.mostFields)
    var form = ProductForm(sent)
    if form.turn(sent["do"]) { return try await page(row, form, staff, nil, request, context) }
    form.tidy()
    do {
      guard let version = form.text["version"].flatMap({ Int($0) }) else {
        throw FieldFaults(field: "version", code: "notANumber")
      }
      let draft = try form.draft(over: row.product, currency: currency)
      let saved = try await work.save(draft, over: row.product.id, version: version, by: staff)
      return try await published(saved, sent, staff)
    } catch CatalogRefusal.productChanged {
      // What was typed stays, and whoever saves it again does so knowingly.
      let now = try await work.row(row.product.id, for: staff)
      form.text["version"] = String(now.product.version)
      return try await page(now, form, staff, CatalogRefusal.productChanged, request, context)
    } catch let refusal as any Refusal where refusal.kind == .invalid || refusal.kind == .conflict {
      return try await page(row, form, staff, refusal, request, context)
    }
  }

  /// Where that was asked for too.
  private func published(_ product: Product, _ sent: Form, _ staff: Staff) async throws -> Response {
    let state = product.publication.state
    guard sent["then"] == "publish", state == .draft || state == .refused else {
      return maker.go(Addresses.desk(product.id), saying: Flash(.good, "saved"))
    }
    let now = try await work.publish(product.id, version: product.version, by: staff)
    return maker.go(Addresses.desk(product.id), saying: Flash(.good, said(now)))
  }

  /// What became of what was published: whether shoppers see it now, later, or not yet.
  private func said(_ product: Product) -> String {
    switch GoodsPhase(product.publication, at: maker.clock.now) {
    case .shown: "productPublished"
    case .scheduled: "productScheduled"
    case .waiting: "productWaits"
    case .draft, .ended, .refused: "saved"
    }
  }

  private func addPictures(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (row, staff) = try await named(context)
    try staff.require(.catalogEdit)
    let product = row.product
    do {
      let sent = try await MultipartForm(body: request, limits: Self.uploads)
      var faults = FieldFaults()
      let pictures = sent.pictures(&faults)
      try faults.throwIfAny()
      let version = sent.form["version"].map { Int($0) } ?? product.version
      guard let version else { throw FieldFaults(field: "version", code: "notANumber") }
      _ = try await work.add(pictures, to: product.id, version: version, by: staff)
      return maker.go(Addresses.desk(product.id) + "#pictures", saying: Flash(.good, "picturesAdded"))
    } catch let refusal as any Refusal where refusal.kind == .invalid || refusal.kind == .conflict {
      let now = try await work.row(product.id, for: staff)
      return try await page(now, try await standing(now), staff, refusal, request, context)
    }
  }

  private func publication(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (row, staff) = try await named(context)
    let id = row.product.id
    if !WorkCatalog.judges(staff) { try staff.require(.catalogEdit) }
    let sent = try await Form(body: request, context: context)
    let version = sent["version"].flatMap { Int($0) }
    do {
      let flash = try await moved(id, sent, version, staff, Format(context.visit.language))
      return maker.go(Addresses.desk(id), saying: Flash(.good, flash))
    } catch let refusal as any Refusal where refusal.kind == .invalid || refusal.kind == .conflict {
      let now = try await work.row(id, for: staff)
      return try await page(now, try await standing(now), staff, refusal, request, context, sent: sent)
    }
  }

  /// Answers what is to be said of it.
  private func moved(
    _ id: ProductID, _ sent: Form, _ version: Int?, _ staff: Staff, _ format: Format
  ) async throws -> String {
    switch sent["do"] {
    case "publish":
      let time = try Self.time(sent, format)
      return said(try await work.publish(id, from: time.from, until: time.until, version: version, by: staff))
    case "withdraw":
      _ = try await work.withdraw(id, by: staff)
      return "productWithdrawn"
    case "letIn":
      _ = try await work.letIn(id, version: version, by: staff)
      return "productLetIn"
    case "refuse":
      _ = try await work.refuse(id, reason: sent["reason"] ?? "", version: version, by: staff)
      return "productRefused"
    default: throw HTTPError(.badRequest)
    }
  }

  private static func time(_ sent: Form, _ format: Format) throws -> (from: Timestamp?, until: Timestamp?) {
    var fields = ContentFields(sent, format)
    let time = (from: fields.moment("from"), until: fields.moment("until"))
    try fields.faults.throwIfAny()
    return time
  }
}

// MARK: The page

extension ProductDesk {
  /// - Parameters:
  ///   - row: what stands; nil for a product that is new.
  ///   - sent: what was typed beside the publication.
  private func page(
    _ row: GoodsRow?, _ form: ProductForm, _ staff: Staff, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext, sent: Form = Form(), handingOut link: HandOutPreviews.Link? = nil
  ) async throws -> Response {
    let words = frame.words(context)
    let faults = refusal as? FieldFaults ?? FieldFaults()
    let title = row?.product.content.title[words.language] ?? words["goods.new"] ?? ""
    let stock = row.map { row in
      row.product.variants.map { variant in
        (variant.id.description, Self.free(row, variant.id, words))
      }
    }
    let fields = ProductFormModel(
      form: form, faults: faults, words: words, product: row?.product.id,
      stock: Dictionary(stock ?? [], uniquingKeysWith: { first, _ in first }))
    var model: Model = [
      "heading": title, "isNew": row == nil, "action": "\(Addresses.goodsDesk)/new", "backURL": Addresses.goodsDesk,
      "form": fields.model(refusal: faults.isEmpty ? refusal.map(words.refusal) : nil),
      "sign": Format(words.language).sign(of: currency), "canEdit": staff.rights.contains(.catalogEdit),
      "hasOwnPictures": true, "pictures": fields.chosenByEditor,
      "canPublishNow": row.map { $0.product.publication.state == .draft || $0.product.publication.state == .refused }
        ?? true,
      "publishNowText": words[work.needsAdmission(by: staff) ? "goods.saveAndAsk" : "goods.saveAndPublish"] ?? "",
    ]
    model.merge(try await choices(row, form, staff, words))
    if let row { model.merge(try await publishing(row, staff, faults, sent, words)) }
    if let row, let link {
      model.merge(link.model(maker.frame.publicURL + Addresses.preview(row.product.id, pass: link.pass), words))
    }
    return try await frame.page(
      "product", title: title, desk: Addresses.goodsDesk, model, request, context, status: refusal?.status ?? .ok)
  }

  private static func free(_ row: GoodsRow, _ variant: VariantID, _ words: Words) -> String {
    guard let level = row.stock[variant] else { return "–" }
    return level.isUnlimited ? words["goods.uncounted"] ?? "" : String(level.free)
  }

  /// Categories, brands and, for staff of the platform, merchants to choose from.
  private func choices(
    _ row: GoodsRow?, _ form: ProductForm, _ staff: Staff, _ words: Words
  ) async throws -> Model {
    let contexts = maker.contexts
    let tree = try await contexts.catalog.categories()
    let category = form.text["category"] ?? ""
    var model: Model = [
      "categories": CategoryChoices.all(tree, words.language).map { id, name -> Model in
        ["value": id.description, "name": name, "isChosen": id.description == category]
      },
      "brands": try await contexts.catalog.brands().prefix(1000).map { brand -> Model in ["brandName": brand.name] },
    ]
    if let row {
      model["merchantName"] = try await contexts.merchants.merchant(row.product.merchant)?.name[words.language] ?? ""
    } else if staff.merchant == nil {
      let chosen = form.text["merchant"] ?? ""
      model["merchants"] =
        [
          "choices": try await contexts.merchants.merchants().map { merchant -> Model in
            [
              "value": merchant.id.description, "name": merchant.name[words.language],
              "isChosen": merchant.id.description == chosen,
            ]
          }
        ] as Model
    }
    return model
  }

  /// How it stands on its way to shoppers, and what may be done about that.
  private func publishing(
    _ row: GoodsRow, _ staff: Staff, _ faults: FieldFaults, _ sent: Form, _ words: Words
  ) async throws -> Model {
    let (product, format) = (row.product, Format(words.language))
    let (publication, address) = (product.publication, Addresses.desk(product.id))
    let phase = GoodsPhase(publication, at: maker.clock.now)
    let fields = FormModel(sent, faults: faults, words: words)
    var standing: Model = [
      "publicationAction": "\(address)/publication", "version": String(product.version),
      "from": fields.field("from", initial: publication.from.map(format.formMoment) ?? ""),
      "until": fields.field("until", initial: publication.until.map(format.formMoment) ?? ""),
      "reasonField": fields.field("reason"),
    ]
    let mayPublish = staff.rights.contains(.catalogEdit) || WorkCatalog.judges(staff)
    let mustAsk = work.needsAdmission(by: staff) && publication.state != .published
    if mayPublish, publication.state != .waiting || mustAsk {
      standing["publishText"] = words[publishWord(publication.state, mustAsk: mustAsk)] ?? ""
    }
    if mayPublish, publication.state == .published || publication.state == .waiting {
      standing["withdrawText"] = words[publication.state == .published ? "goods.withdraw" : "goods.takeBack"] ?? ""
    }
    standing["judges"] = WorkCatalog.judges(staff) && publication.state == .waiting
    if !publication.reason.isEmpty { standing["reason"] = publication.reason }
    var model: Model = [
      "action": address, "state": phase.model(words), "publication": standing,
      "schedule": PhaseModel.schedule(publication.from, publication.until, format, words),
      "previewURL": "\(address)/preview", "picturesAction": "\(address)/pictures",
      "handle": product.handle.rawValue, "changedText": format.dateTime(product.changedAt),
    ]
    if product.isPublished {
      model["seenURL"] = Addresses.product(product.id, product.handle)
    } else {
      model["shareAction"] = "\(address)/preview-link"
    }
    if let fault = faults.faults.first(where: { $0.field == "pictures" }) {
      model["picturesFault"] = words.fault(fault)
    }
    return model
  }

  private func publishWord(_ state: Publication.State, mustAsk: Bool) -> String {
    switch state {
    case .published: "goods.saveTime"
    case .waiting: "goods.saveWish"
    case .draft, .refused: mustAsk ? "goods.ask" : "goods.publish"
    }
  }
}
