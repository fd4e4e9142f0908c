import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Settlement
import Values

/// `/admin/settlements/commissions`: what the platform takes of sales, by merchant and category, for staff of the platform.
struct CommissionsDesk: Desk {
  private static let perPage = 50

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkSettlements { maker.flows.workSettlements }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/settlements/commissions") { request, context in
      let staff = try context.visit.requireStaff()
      return try await show(staff, Form(), nil, request, context)
    }
    router.post("/admin/settlements/commissions") { request, context in
      let staff = try context.visit.requireStaff()
      guard WorkSettlements.runs(staff) else { throw StaffRefusal.notAllowed(.settlementsRun) }
      let form = try await Form(body: request, context: context)
      do {
        _ = try await work.make(Self.draft(form), by: staff)
        return maker.go(Addresses.commissionsDesk, saying: Flash(.good, "saved"))
      } catch let faults as FieldFaults {
        return try await show(staff, form, faults, request, context)
      }
    }
    router.post("/admin/settlements/commissions/:id/remove") { request, context in
      let staff = try context.visit.requireStaff()
      let id = context.parameters.get("id").flatMap { CommissionRuleID($0) }
      do {
        try await work.remove(id, by: staff)
        return maker.go(Addresses.commissionsDesk, saying: Flash(.good, "ruleRemoved"))
      } catch let refusal as SettlementRefusal where refusal.kind == .conflict {
        return maker.go(Addresses.commissionsDesk, saying: Flash(.bad, refusal.code))
      }
    }
  }

  private static func draft(_ form: Form) throws -> CommissionDraft {
    try WorkSettlements.draft(
      merchant: form["merchant"], category: form["category"], percent: form["percent"], ends: form["ends"] == "1",
      from: form["from"])
  }

  private func show(
    _ staff: Staff, _ form: Form, _ faults: FieldFaults?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let page = try await work.rules(for: staff, PageRequest(limit: Self.perPage, after: after))
    let tree = try await maker.contexts.catalog.categories()
    let merchants = try await maker.contexts.merchants.merchants()
    let names = Dictionary(
      merchants.map { ($0.id, $0.name[words.language]) }, uniquingKeysWith: { first, _ in first })
    var fields = RefusedForm(form, faults, words).model(
      ["merchant", "category", "percent", "from"], initial: ["from": work.today.description])
    fields["ends"] = form["ends"] == "1"
    var model: Model = [
      "form": fields, "action": Addresses.commissionsDesk, "hasRules": !page.items.isEmpty,
      "rules": page.items.map { row($0, names, tree, words) },
      "merchants": merchants.map { merchant -> Model in
        let id = merchant.id.description
        return ["value": id, "name": merchant.name[words.language], "isChosen": id == form["merchant"]]
      },
      "categories": CategoryChoices.all(tree, chosen: form["category"] ?? "", words.language),
    ]
    if let next = page.next {
      model["nextURL"] = Addresses.with([("after", next.description)], Addresses.commissionsDesk)
    }
    return try await frame.page(
      "commissions", title: words["desks.commissions"] ?? "", desk: Addresses.commissionsDesk, model, request, context,
      status: faults?.status ?? .ok)
  }

  private func row(
    _ rule: CommissionRule, _ names: [MerchantID: String], _ tree: CategoryTree, _ words: Words
  ) -> Model {
    let format = Format(words.language)
    var model: Model = [
      "merchantText": rule.merchant.map { names[$0] ?? $0.description } ?? words["settlements.allMerchants"] ?? "",
      "categoryText": rule.category.map { Self.name(of: $0, tree, words.language) }
        ?? words["settlements.allGoods"] ?? "",
      "rateText": rule.rate.map { "\($0.percentText) %" } ?? words["settlements.ends"] ?? "",
      "fromText": format.date(rule.from.start),
    ]
    if rule.from > work.today { model["removeURL"] = "\(Addresses.commissionsDesk)/\(rule.id)/remove" }
    return model
  }

  private static func name(of category: CategoryID, _ tree: CategoryTree, _ language: Language) -> String {
    let path = tree.path(to: category).map { $0.name[language] }
    return path.isEmpty ? category.description : path.joined(separator: " › ")
  }
}
