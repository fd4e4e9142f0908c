import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Pricing
import Values

/// What is changed in many goods at once: their category, tags and prices, these with a look at what would come of it.
struct GoodsBulkPage: Sendable {
  private static let longestTags = 2000
  /// What the button sends that shows new prices without saving them.
  private static let look = "lookPrices"
  /// New prices that a look shows.
  private static let mostShown = 200

  private let frame: DeskFrame
  private let currency: Currency
  private var maker: PageMaker { frame.maker }
  private var work: WorkCatalog { maker.flows.workCatalog }

  init(_ frame: DeskFrame, currency: Currency) {
    self.frame = frame
    self.currency = currency
  }

  static func flash(_ outcome: GoodsOutcome) -> Flash {
    let counts = ["count": String(outcome.done), "left": String(outcome.left)]
    return outcome.left == 0 ? Flash(.good, "goodsChanged", counts) : Flash(.bad, "goodsChangedSome", counts)
  }

  func answer(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let form = try await Form(body: request, context: context)
    let ids = DeskList<GoodsItem>.ticked(in: form).compactMap { ProductID($0) }
    try staff.require(.catalogEdit)
    guard !ids.isEmpty else { return maker.go(ListViewsRoutes.back(form), saying: Flash(.bad, "nothingChosen")) }
    do {
      let change = try change(form)
      if form["do"] == Self.look { return try await show(staff, form, nil, request, context) }
      let outcome = try await work.change(ids, to: change, by: staff)
      guard outcome.moved.isEmpty else { return try await show(outcome, staff, form, request, context) }
      return maker.go(ListViewsRoutes.back(form), saying: Self.flash(outcome))
    } catch let faults as FieldFaults {
      return try await show(staff, form, faults, request, context)
    }
  }

  /// The same change for those alone whose prices aren't those that were seen, with what they are now.
  private func show(
    _ outcome: GoodsOutcome, _ staff: Staff, _ form: Form, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    var fields = form.values
    fields["select"] = outcome.moved.map(\.description)
    fields["do"] = [Self.look]
    let faults = FieldFaults(field: "shift", code: "pricesMoved", details: ["done": String(outcome.done)])
    return try await show(staff, Form(fields), faults, request, context)
  }

  private func change(_ form: Form) throws -> GoodsChange {
    var faults = FieldFaults()
    switch form["do"] {
    case "category":
      let text = form["category"] ?? ""
      let category = CategoryID(text)
      if category == nil, text != "none" { throw FieldFaults(field: "category", code: "missing") }
      return .category(category)
    case "tags":
      let added = Self.tags(form["addTags"], "addTags", &faults)
      let removed = Self.tags(form["removeTags"], "removeTags", &faults)
      if added.isEmpty, removed.isEmpty { faults.add("addTags", "missing") }
      try faults.throwIfAny()
      return .tags(adding: added, removing: removed)
    case "prices", Self.look: return .prices(try shift(form), seen: Self.seen(form))
    default: throw HTTPError(.badRequest)
    }
  }

  /// What the form was made with: each product's id and the mark of its prices.
  private static func seen(_ form: Form) -> [ProductID: String] {
    let pairs = form.all("seen").compactMap { text -> (ProductID, String)? in
      let parts = text.split(separator: ".", maxSplits: 1)
      guard parts.count == 2, let id = ProductID(String(parts[0])) else { return nil }
      return (id, String(parts[1]))
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  private static func tags(_ text: String?, _ field: String, _ faults: inout FieldFaults) -> [String] {
    let text = text ?? ""
    if text.count > longestTags { faults.add(field, "tooLong", ["max": String(longestTags)]) }
    return ProductForm.tags(in: String(text.prefix(longestTags)))
  }

  /// Throws `FieldFaults` for `shift`.
  private func shift(_ form: Form) throws -> PriceShift {
    let text = (form["shift"] ?? "").filter { !$0.isWhitespace && $0 != "%" }
    guard !text.isEmpty else { throw FieldFaults(field: "shift", code: "missing") }
    let isLower = form["direction"] == "lower"
    if form["unit"] == "amount" {
      guard let amount = Money(decimalText: text, currency: currency) else {
        throw FieldFaults(field: "shift", code: "notANumber")
      }
      return .amount(isLower ? Money(minor: -amount.minor, currency: currency) : amount)
    }
    // Two decimals of a percent, read as an amount of a currency that has as many.
    guard let percent = Money(decimalText: text, currency: .cny) else {
      throw FieldFaults(field: "shift", code: "notANumber")
    }
    let most = isLower ? 100 : 1000
    guard percent.minor <= most * 100 else {
      throw FieldFaults(field: "shift", code: "outOfRange", details: ["min": "0", "max": String(most)])
    }
    return .percent(hundredths: isLower ? -Int(percent.minor) : Int(percent.minor))
  }

  /// - Parameter form: what was ticked or typed.
  func show(
    _ staff: Staff, _ form: Form, _ faults: FieldFaults?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    try staff.require(.catalogEdit)
    let ids = DeskList<GoodsItem>.ticked(in: form).compactMap { ProductID($0) }
    let words = frame.words(context)
    let found = try await maker.contexts.catalog.products(ids)
    let own = ids.compactMap { found[$0] }.filter { staff.merchant == nil || staff.merchant == $0.merchant }
    let tree = try await maker.contexts.catalog.categories()
    let marks = try await work.priceMarks(own.map(\.id), for: staff)
    let refused = RefusedForm(form, faults, words)
    var model: Model = [
      "form": refused.model(["addTags", "removeTags", "shift", "category"]),
      "action": "\(Addresses.goodsDesk)/bulk", "back": ListViewsRoutes.back(form),
      "countText": words.phrase("goods.ticked", count: own.count),
      "goods": own.map { product -> Model in
        [
          "id": product.id.description, "title": product.content.title[words.language],
          "seen": "\(product.id).\(marks[product.id] ?? "")",
        ]
      },
      "categories": CategoryChoices.all(tree, words.language).map { id, name -> Model in
        ["value": id.description, "name": name, "isChosen": form["category"] == id.description]
      },
      "isLower": form["direction"] == "lower", "isAmount": form["unit"] == "amount",
      "sign": Format(words.language).sign(of: currency),
    ]
    if form["do"] == Self.look, case .prices(let shift, seen: _)? = try? change(form) {
      model["preview"] = try await preview(ids, shift, staff, words)
    }
    return try await frame.page(
      "products-bulk", title: words["goods.changeTicked"] ?? "", desk: Addresses.goodsDesk, model, request, context,
      status: faults?.status ?? .ok)
  }

  private func preview(
    _ ids: [ProductID], _ shift: PriceShift, _ staff: Staff, _ words: Words
  ) async throws -> Model {
    let changes = try await work.repricings(ids, by: shift, for: staff)
    let format = Format(words.language)
    var model: Model = [
      "hasRows": !changes.isEmpty,
      "rows": changes.prefix(Self.mostShown).map { change -> Model in
        var row: Model = [
          "title": change.product.content.title[words.language], "sku": change.variant.sku,
          "before": format.money(change.before.sale),
        ]
        if let after = change.after { row["after"] = format.money(after.sale) }
        return row
      },
    ]
    if changes.count > Self.mostShown {
      model["moreText"] = words.phrase("goods.moreRows", ["count": String(changes.count - Self.mostShown)])
    }
    return model
  }
}
