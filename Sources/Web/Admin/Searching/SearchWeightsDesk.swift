import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Search
import Values

/// `/admin/search/weights`: how much each thing counts for the order of finds.
struct SearchWeightsDesk: Sendable {
  private let frame: SearchFrame
  private var maker: PageMaker { frame.maker }

  init(_ frame: SearchFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/search/weights") { request, context in
      try await show(try frame.staff(context), Form(query: request), nil, request, context)
    }
    router.post("/admin/search/weights") { try await save($0, $1) }
  }

  private func save(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try frame.staff(context)
    let form = try await Form(body: request, context: context)
    do {
      if form["do"] == "reset" {
        try await frame.tune.saveWeights(RankingWeights(), by: staff)
        return maker.go(Addresses.searchWeights, saying: Flash(.good, "weightsReset"))
      }
      let standing = try await frame.tune.tuning(for: staff).weights
      try await frame.tune.saveWeights(try WeightsForm.weights(form, over: standing), by: staff)
      return maker.go(Addresses.searchWeights, saying: Flash(.good, "weightsSaved"))
    } catch let faults as FieldFaults {
      return try await show(staff, form, faults, request, context)
    }
  }

  private func show(
    _ staff: Staff, _ form: Form, _ faults: FieldFaults?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let standing = try await frame.tune.tuning(for: staff).weights
    let refused = RefusedForm(form, faults, words)
    let fields = refused.model(WeightsForm.names, initial: WeightsForm.initial(standing))
    let asked = form["q"] ?? ""
    var model: Model = [
      "form": fields, "weights": WeightsForm(words).rows(fields), "action": Addresses.searchWeights, "q": asked,
      "isUsual": standing == RankingWeights(),
    ]
    model.merge(
      try await frame.preview(
        asked, trying: { .weights(try WeightsForm.weights(form, over: standing)) }, for: staff, words))
    return try await frame.page(
      "search-weights", title: words["searchDesk.parts.weights"] ?? "", .weights, model, request, context,
      refused: refused, status: faults?.status ?? .ok)
  }
}
