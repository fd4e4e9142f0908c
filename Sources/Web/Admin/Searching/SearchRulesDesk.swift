import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Search
import Values

/// `/admin/search/rules`: what happens when people ask for certain words, as a list and one rule after another.
struct SearchRulesDesk: Sendable {
  static let listName = "searchRules"
  private static let perPage = 50
  /// Goods that are offered to choose from.
  private static let mostOffered = 12
  private static let newAddress = "\(Addresses.searchRulesDesk)/new"

  private let frame: SearchFrame
  private var maker: PageMaker { frame.maker }

  init(_ frame: SearchFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/search/rules") { request, context in
      try await list(try frame.staff(context), request, context)
    }
    router.get("/admin/search/rules/new") { request, context in
      try await show(nil, try frame.staff(context), Form(query: request), nil, request, context)
    }
    router.post("/admin/search/rules/new") { try await save(nil, try frame.staff($1), $0, $1) }
    router.get("/admin/search/rules/:id") { request, context in
      let (rule, staff) = try await named(context)
      return try await show(rule, staff, Form(query: request), nil, request, context)
    }
    router.post("/admin/search/rules/:id") { request, context in
      let staff = try frame.staff(context)
      return try await save(try Self.id(context), staff, request, context)
    }
    router.post("/admin/search/rules/:id/remove") { try await remove($0, $1) }
  }

  private func named(_ context: ShopRequestContext) async throws -> (QueryRule, Staff) {
    let staff = try frame.staff(context)
    return (try await frame.tune.rule(try Self.id(context), for: staff), staff)
  }

  private static func id(_ context: ShopRequestContext) throws -> QueryRuleID {
    guard let id = context.parameters.get("id").flatMap({ QueryRuleID($0) }) else {
      throw SearchRuleRefusal.unknownSearchRule
    }
    return id
  }

  // MARK: The list

  private func list(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let list = described
    let asked = list.query(Form(query: request), words)
    let page =
      asked.faults.isEmpty
      ? try await frame.tune.rules(
        PageRequest(limit: Self.perPage, after: asked.after), containing: asked.text("containing") ?? "", for: staff)
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    return try await frame.page(
      "search-rules", title: words["searchDesk.parts.rules"] ?? "", .rules,
      ["list": list.model(page, asked, views: views, words), "newURL": Self.newAddress], request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }

  private var described: DeskList<QueryRule> {
    let now = maker.clock.now
    return DeskList(
      name: Self.listName, address: Addresses.searchRulesDesk,
      columns: [
        ListColumn(name: "queries", word: "searchDesk.queries", place: .first) { row, words in
          .link(words.listed(row.queries), to: Addresses.desk(row.id))
        },
        ListColumn(name: "state", word: "searchDesk.state") { row, words in
          let model = Self.state(of: row, at: now, words)
          return .state(model["text"] as? String ?? "", model)
        },
        ListColumn(name: "what", word: "searchDesk.what") { row, words in .text(Self.what(row, words)) },
        ListColumn(name: "from", word: "searchDesk.from", place: .onRequest) { row, _ in
          row.from.map(ListCell.time) ?? .nothing
        },
        ListColumn(name: "until", word: "searchDesk.until") { row, _ in row.until.map(ListCell.time) ?? .nothing },
      ],
      filters: [
        ListFilter(name: "containing", word: "searchDesk.query", kind: .text(longest: SearchQuery.longestText))
      ],
      emptyWord: "searchDesk.noRules", identify: { $0.id.description })
  }

  private static func what(_ rule: QueryRule, _ words: Words) -> String {
    let parts = [
      rule.pinned.isEmpty ? nil : words.phrase("searchDesk.pins", count: rule.pinned.count),
      rule.buried.isEmpty ? nil : words.phrase("searchDesk.buries", count: rule.buried.count),
      rule.redirect.map { words.phrase("searchDesk.leads", ["path": $0]) },
    ]
    return words.listed(parts.compactMap(\.self))
  }

  private static func state(of rule: QueryRule, at now: Timestamp, _ words: Words) -> Model {
    let isPlanned = rule.from.map { now < $0 } ?? false
    let (name, kind, icon) =
      rule.isInForce(at: now)
      ? ("running", "green", "check") : isPlanned ? ("planned", "sky", "clock") : ("ended", "grey", "cross")
    return ["kind": kind, "icon": icon, "text": words["searchDesk.states.\(name)"] ?? name]
  }

  // MARK: One rule

  /// - Parameter id: of the rule that is changed; nil for a new one.
  private func save(
    _ id: QueryRuleID?, _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let form = try await Form(body: request, context: context)
    let format = Format(context.visit.language)
    do {
      // What is chosen may be longer than an address.
      if Form(query: request)["do"] == "move" {
        var rule: QueryRule?
        if let id { rule = try await frame.tune.rule(id, for: staff) }
        return try await show(rule, staff, form, nil, request, context)
      }
      let draft = try SearchRuleForm(form, of: nil, format).draft(format)
      let edited = try id.map { (id: $0, version: try StandingSearch.version(form)) }
      try await frame.tune.saveRule(draft, over: edited, by: staff)
      return maker.go(Addresses.searchRulesDesk, saying: Flash(.good, "searchRuleSaved"))
    } catch let refusal as any Refusal where StandingSearch.keepsForm(refusal) {
      var rule: QueryRule?
      if let id { rule = try await maker.contexts.searchRules.rule(id) }
      let worded = SearchRuleForm.worded(StandingSearch.told(refusal, isGone: id != nil && rule == nil))
      return try await show(rule, staff, form, worded, request, context)
    }
  }

  private func remove(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (rule, staff) = try await named(context)
    let form = try await Form(body: request, context: context)
    do {
      try await frame.tune.removeRule(rule.id, version: try StandingSearch.version(form), by: staff)
      return maker.go(Addresses.searchRulesDesk, saying: Flash(.good, "searchRuleRemoved"))
    } catch let refusal as any Refusal where StandingSearch.keepsForm(refusal) {
      return try await show(try await named(context).0, staff, Form(), StandingSearch.kept(refusal), request, context)
    }
  }

  private func show(
    _ rule: QueryRule?, _ staff: Staff, _ sent: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let isChanged = StandingSearch.isChanged(refusal)
    let sent = isChanged ? sent.with("version", rule.map { String($0.version) } ?? "") : sent
    let typed = SearchRuleForm(sent, of: rule, Format(words.language))
    let refused = RefusedForm(typed.form, refusal, words)
    let title = rule.map { words.listed($0.queries) } ?? words["searchDesk.newRule"] ?? ""
    var model: Model = [
      "heading": title, "form": refused.model(SearchRuleForm.fields), "q": sent["q"] ?? "",
      "action": rule.map { Addresses.desk($0.id) } ?? Self.newAddress, "backURL": Addresses.searchRulesDesk,
    ]
    if let rule { model["removeAction"] = "\(Addresses.desk(rule.id))/remove" }
    if case .queryHasRule(_, let other) = refusal as? SearchRuleRefusal { model["otherURL"] = Addresses.desk(other) }
    model.merge(try await goods(typed, staff, words))
    if let rule, isChanged { model.merge(try await standing(rule, beside: typed, words)) }
    let asked = sent["q"].flatMap { $0.isEmpty ? nil : $0 } ?? typed.queries.first ?? ""
    let trial: () throws -> TuneSearch.Trial? = {
      typed.isEmpty ? nil : .rule(try typed.draft(Format(words.language)), id: rule?.id)
    }
    model.merge(try await frame.preview(asked, trying: trial, for: staff, words))
    return try await frame.page(
      "search-rule", title: title, .rules, model, request, context, refused: refused,
      status: refusal?.status ?? .ok)
  }

  private func standing(_ rule: QueryRule, beside typed: SearchRuleForm, _ words: Words) async throws -> Model {
    let products = try await maker.contexts.catalog.products(rule.pinned + rule.buried)
    let fields = typed.standing(rule, words) { product in
      products[product]?.content.title[words.language] ?? words["searchDesk.unknownGoods"] ?? product.description
    }
    return StandingSearch.model(fields, words)
  }

  /// What is chosen, and what there is to choose from.
  private func goods(_ form: SearchRuleForm, _ staff: Staff, _ words: Words) async throws -> Model {
    let opensGoods = WorkCatalog.opens(to: staff)
    let chosen = (form.pinned + form.buried).compactMap { ProductID($0) }
    let products = try await maker.contexts.catalog.products(Array(chosen.prefix(Self.mostRead)))
    func row(_ id: String, place: Int?, isFirst: Bool = false, isLast: Bool = false) -> Model {
      let product = ProductID(id).flatMap { products[$0] }
      var model: Model = [
        "product": id, "title": product?.content.title[words.language] ?? words["searchDesk.unknownGoods"] ?? id,
        "isFirst": isFirst, "isLast": isLast, "isHidden": product.map { !$0.isPublished } ?? true,
        "place": place.map(String.init) ?? "",
      ]
      if let product, opensGoods || product.isPublished {
        model["address"] = opensGoods ? Addresses.desk(product.id) : Addresses.product(product.id, product.handle)
      }
      return model
    }
    let find = String((form.form["find"] ?? "").prefix(SearchQuery.longestText))
    let offers = try await offers(find, but: Set(form.pinned + form.buried), words)
    return [
      "pins": form.pinned.enumerated().map { index, id in
        row(id, place: index + 1, isFirst: index == 0, isLast: index == form.pinned.count - 1)
      },
      "hasPins": !form.pinned.isEmpty, "hasBuried": !form.buried.isEmpty,
      "buriedGoods": form.buried.map { row($0, place: nil) }, "offers": offers,
      "isFinding": !find.isEmpty, "hasOffers": !offers.isEmpty,
    ]
  }

  private static let mostRead = QueryRule.mostPinned + QueryRule.mostBuried

  private func offers(_ text: String, but chosen: Set<String>, _ words: Words) async throws -> [Model] {
    guard !text.allSatisfy(\.isWhitespace) else { return [] }
    let query = SearchQuery(
      text: text, language: words.language, limit: Self.mostOffered + chosen.count.clamped(to: 0...60), isExact: true)
    let format = Format(words.language)
    return try await maker.contexts.search.search(query).cards.filter { !chosen.contains($0.product.description) }
      .prefix(Self.mostOffered).map { card in
        [
          "product": card.product.description, "title": card.title[words.language],
          "picture": Addresses.picture(card.picture, of: card.product),
          "price": card.figures.price.map(format.money) ?? "",
        ]
      }
  }
}

extension Int {
  fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
