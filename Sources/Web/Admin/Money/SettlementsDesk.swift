import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Settlement
import Values

/// `/admin/settlements`: the statements of all merchants, or one's own, with what is owed; as a file the list of what is to
/// be paid out. Staff of the platform draw statements here.
struct SettlementsDesk: Desk {
  static let listName = "settlements"
  private static let perPage = 30

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkSettlements { maker.flows.workSettlements }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/settlements") { request, context in
      let staff = try Self.viewer(context)
      return try await show(staff, Form(), nil, request, context)
    }
    router.get("/admin/settlements/export") { request, context in
      let (staff, words) = (try Self.viewer(context), frame.words(context))
      let list = try await list(for: staff, words)
      let asked = list.query(Form(query: request), words)
      let filter = SettlementColumns.filter(asked)
      return try await ListExport(list: list, query: asked, words: words) { [work] page in
        try await work.statements(for: staff, matching: filter, page)
      }.response(named: "settlements")
    }
    router.post("/admin/settlements/run") { request, context in
      let staff = try context.visit.requireStaff()
      let form = try await Form(body: request, context: context)
      do {
        let run = try await run(form, by: staff)
        return maker.go(
          Addresses.settlementsDesk,
          saying: Flash(
            .good, "statementsDrawn",
            [
              "drawn": String(run.drawn.count), "standing": String(run.standing.count),
              "carried": String(run.carried.count),
            ]))
      } catch let faults as FieldFaults {
        return try await show(staff, form, faults, request, context)
      }
    }
  }

  private static func viewer(_ context: ShopRequestContext) throws -> Staff {
    let staff = try context.visit.requireStaff()
    try staff.require(.settlementsView)
    return staff
  }

  private func run(_ form: Form, by staff: Staff) async throws -> SettlementRun {
    guard WorkSettlements.runs(staff) else { throw StaffRefusal.notAllowed(.settlementsRun) }
    guard let day = ShopDay(text: form["through"] ?? "") else {
      throw FieldFaults(field: "through", code: "notADate")
    }
    return try await work.run(through: day, for: nil, by: staff)
  }

  private func list(for staff: Staff, _ words: Words) async throws -> DeskList<SeenStatement> {
    let merchants = staff.merchant == nil ? try await maker.contexts.merchants.merchants() : []
    return DeskList(
      name: Self.listName, address: Addresses.settlementsDesk, columns: SettlementColumns.all,
      filters: SettlementColumns.filters(merchants, words.language),
      exportAddress: "\(Addresses.settlementsDesk)/export", emptyWord: "settlements.none",
      identify: { $0.statement.id.description })
  }

  private func show(
    _ staff: Staff, _ form: Form, _ faults: FieldFaults?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let list = try await list(for: staff, words)
    let asked = list.query(Form(query: request), words)
    let page =
      asked.faults.isEmpty
      ? try await work.statements(
        for: staff, matching: SettlementColumns.filter(asked), PageRequest(limit: Self.perPage, after: asked.after))
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    var model: Model = ["list": list.model(page, asked, views: views, words)]
    if staff.merchant == nil {
      let balances = try await work.balances(for: staff)
      model["hasBalances"] = !balances.isEmpty
      model["balances"] = balances.map { Self.model($0, words) }
    } else {
      let owed = try await work.balance(for: staff)
      model["owed"] = owed.map { Self.model($0, words) }
    }
    if WorkSettlements.runs(staff) { model["run"] = runModel(form, faults, words) }
    let status = faults?.status ?? (asked.faults.isEmpty ? .ok : asked.faults.status)
    return try await frame.page(
      "settlements", title: words["desks.settlements"] ?? "", desk: Addresses.settlementsDesk, model, request, context,
      status: status)
  }

  private func runModel(_ form: Form, _ faults: FieldFaults?, _ words: Words) -> Model {
    [
      "action": "\(Addresses.settlementsDesk)/run", "commissionsURL": Addresses.commissionsDesk,
      "form": RefusedForm(form, faults, words).model(
        ["through"], initial: ["through": work.today.adding(-1).description]),
    ]
  }

  private static func model(_ balance: BookBalance, _ words: Words) -> Model {
    let absolute = Money(minor: abs(balance.amount.minor), currency: balance.amount.currency)
    var model: Model = [
      "account": words["settlements.accounts.\(balance.account.rawValue)"] ?? balance.account.rawValue, "debit": "",
      "credit": "",
    ]
    model[balance.amount.isNegative ? "credit" : "debit"] = Format(words.language).money(absolute)
    return model
  }

  static func model(_ balance: MerchantBalance, _ words: Words) -> Model {
    let format = Format(words.language)
    return ["open": format.money(balance.open), "stated": format.money(balance.stated)]
  }
}
