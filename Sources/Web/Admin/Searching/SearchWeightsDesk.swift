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
      let version = try StandingSearch.version(form)
      if form["do"] == "reset" {
        try await frame.tune.saveWeights(RankingWeights(), version: version, by: staff)
        return maker.go(Addresses.searchWeights, saying: Flash(.good, "weightsReset"))
      }
      let standing = try await frame.tune.weights(for: staff).weights
      try await frame.tune.saveWeights(
        try WeightsForm.weights(form, over: standing), version: version, by: staff)
      return maker.go(Addresses.searchWeights, saying: Flash(.good, "weightsSaved"))
    } catch let refusal as any Refusal where StandingSearch.keepsForm(refusal) {
      // Whoever wants the usual weights typed none of them.
      let usual = form["do"] == "reset" ? WeightsForm.initial(RankingWeights()).mapValues { [$0] } : [:]
      return try await show(staff, Form(form.values.merging(usual) { $1 }), refusal, request, context)
    }
  }

  private func show(
    _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let kept = try await frame.tune.weights(for: staff)
    let (standing, version) = (kept.weights, String(kept.version))
    let isChanged = StandingSearch.isChanged(refusal)
    let form = isChanged ? form.with("version", version) : form
    let refused = RefusedForm(form, refusal, words)
    let initial = WeightsForm.initial(standing).merging(["version": version]) { $1 }
    let fields = refused.model(WeightsForm.names + ["version"], initial: initial)
    let asked = form["q"] ?? ""
    var model: Model = [
      "form": fields, "weights": WeightsForm(words).rows(fields), "action": Addresses.searchWeights, "q": asked,
      "isUsual": standing == RankingWeights(),
    ]
    if isChanged { model.merge(StandingSearch.model(WeightsForm.standing(standing, beside: form), words)) }
    model.merge(
      try await frame.preview(
        asked, trying: { .weights(try WeightsForm.weights(form, over: standing)) }, for: staff, words))
    return try await frame.page(
      "search-weights", title: words["searchDesk.parts.weights"] ?? "", .weights, model, request, context,
      refused: refused, status: refusal?.status ?? .ok)
  }
}
