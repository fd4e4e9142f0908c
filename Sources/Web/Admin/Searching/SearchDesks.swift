import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Search
import Values

/// The desks of search: what people ask for, words that mean the same, rules for single queries, weights, and how good the
/// finds are. For staff of the platform.
struct SearchDesks: Desk {
  private let queries: SearchQueriesDesk
  private let synonyms: SynonymsDesk
  private let rules: SearchRulesDesk
  private let weights: SearchWeightsDesk
  private let evaluation: SearchEvaluationDesk

  init(_ maker: PageMaker) {
    let frame = SearchFrame(DeskFrame(maker))
    queries = SearchQueriesDesk(frame)
    synonyms = SynonymsDesk(frame)
    rules = SearchRulesDesk(frame)
    weights = SearchWeightsDesk(frame)
    evaluation = SearchEvaluationDesk(frame)
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    queries.addRoutes(to: router)
    synonyms.addRoutes(to: router)
    rules.addRoutes(to: router)
    weights.addRoutes(to: router)
    evaluation.addRoutes(to: router)
  }
}

/// What the desks of search share: the way from one to the other, who may be here, what a change would do.
struct SearchFrame: Sendable {
  enum Part: String, CaseIterable {
    case queries, synonyms, rules, weights, evaluation

    var address: String {
      switch self {
      case .queries: Addresses.searchDesk
      case .synonyms: Addresses.synonymsDesk
      case .rules: Addresses.searchRulesDesk
      case .weights: Addresses.searchWeights
      case .evaluation: Addresses.searchEvaluation
      }
    }

    var word: String { "searchDesk.parts.\(rawValue)" }
  }

  let frame: DeskFrame
  var maker: PageMaker { frame.maker }
  var tune: TuneSearch { maker.flows.tuneSearch }

  init(_ frame: DeskFrame) { self.frame = frame }

  func words(_ context: ShopRequestContext) -> Words { frame.words(context) }

  /// Throws `StaffRefusal.notAllowed`.
  func staff(_ context: ShopRequestContext) throws -> Staff {
    let staff = try context.visit.requireStaff()
    try tune.expect(staff)
    return staff
  }

  func page(
    _ template: String, title: String, _ part: Part, _ model: Model, _ request: Request,
    _ context: ShopRequestContext, refused: RefusedForm? = nil, status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    let words = words(context)
    let tabs = Part.allCases.map { one -> Model in
      ["name": words[one.word] ?? "", "address": one.address, "isCurrent": one == part]
    }
    let page = try await frame.page(
      template, title: title, desk: Addresses.searchDesk, Model.merged(["searchTabs": tabs], model), request, context,
      status: status)
    return refused?.answer(page) ?? page
  }

  /// What is found for a query now and with a change that isn't made yet, for the part of the page that shows it.
  /// - Parameter trial: nil where nothing is typed yet.
  func preview(
    _ text: String, trying trial: () throws -> TuneSearch.Trial?, for staff: Staff, _ words: Words
  ) async throws -> Model {
    let text = String(text.prefix(SearchQuery.longestText))
    guard !text.allSatisfy(\.isWhitespace) else { return SearchPreview.nothing(asked: "") }
    do {
      guard let trial = try trial() else { return SearchPreview.nothing(asked: text) }
      let query = SearchQuery(text: text, language: words.language, limit: SearchPreview.shown)
      let (before, after) = try await tune.preview(query, trying: trial, for: staff)
      return SearchPreview(words).model(text, before: before, after: after)
    } catch let faults as FieldFaults {
      return SearchPreview(words).faulty(faults, asked: text)
    }
  }
}
