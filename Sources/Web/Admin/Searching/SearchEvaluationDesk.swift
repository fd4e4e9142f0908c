import Accounts
import Flows
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Search
import Values

/// `/admin/search/evaluation`: finds held against what people judged, for one setting or two beside one another. A file is
/// read, measured and forgotten.
struct SearchEvaluationDesk: Sendable {
  /// What the setting in force is held against.
  enum Rival: String, CaseIterable { case none, weights, withoutSynonyms, withoutRules, plain }

  private static let fields = ["judgements", "against"] + WeightsForm.names

  private let frame: SearchFrame
  private var maker: PageMaker { frame.maker }
  private var evaluate: EvaluateSearch { maker.flows.evaluateSearch }

  init(_ frame: SearchFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/search/evaluation") { request, context in
      try await show(try frame.staff(context), Form(), nil, nil, request, context)
    }
    router.post("/admin/search/evaluation") { try await measure($0, $1) }
  }

  private func measure(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try frame.staff(context)
    let sent: StreamedForm
    do {
      sent = try await StreamedForm(body: request, field: "judgements", upTo: JudgementFile.longest)
    } catch BodyRefusal.tooLarge {
      let fault = FieldFaults(
        field: "judgements", code: "csvTooLarge", details: ["max": String(JudgementFile.longest >> 20)])
      return try await show(staff, Form(), fault, nil, request, context, status: .contentTooLarge)
    }
    defer { sent.removeFile() }
    do {
      let (rival, setting) = try await rival(sent.form, staff)
      guard let file = sent.file else { throw FieldFaults(field: "judgements", code: "missing") }
      let sheet = try await evaluate.sheet(file.place, for: staff)
      let comparison = try await evaluate.compare(sheet, with: setting)
      if sent.form["do"] == "csv" { return try csv(comparison, frame.words(context)) }
      let form = sent.form.with("against", rival.rawValue)
      return try await show(staff, form, nil, (sheet, comparison), request, context)
    } catch let refusal as any Refusal where refusal.kind == .invalid {
      return try await show(staff, sent.form, refusal, nil, request, context)
    }
  }

  /// What is compared with; no setting where nothing is. Throws `FieldFaults`.
  private func rival(_ form: Form, _ staff: Staff) async throws -> (Rival, EvaluateSearch.Setting?) {
    guard let rival = Rival(rawValue: form["against"] ?? Rival.none.rawValue) else {
      throw FieldFaults(field: "against", code: "unknownValue")
    }
    switch rival {
    case .none, .weights:
      let standing = try await frame.tune.tuning(for: staff).weights
      let weights = try WeightsForm.weights(form, over: standing)
      // Whoever typed other weights wants to hear of them, also where they left the choice above as it was.
      return rival == .none && weights == standing ? (.none, nil) : (.weights, .weights(weights))
    case .withoutSynonyms: return (rival, .withoutSynonyms)
    case .withoutRules: return (rival, .withoutRules)
    case .plain: return (rival, .plain)
    }
  }

  private func show(
    _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?,
    _ measured: (sheet: JudgementSheet, comparison: EvaluationComparison)?, _ request: Request,
    _ context: ShopRequestContext, status: HTTPResponse.Status? = nil
  ) async throws -> Response {
    let words = frame.words(context)
    let standing = try await frame.tune.tuning(for: staff).weights
    let lines = (refusal as? JudgementRefusal)?.faults
    // Lines are told below one another, so that the whole needs no sentence of its own.
    let beside: (any Refusal)? = lines == nil ? refusal : FieldFaults(field: "judgements", code: "faultyLines")
    let refused = RefusedForm(form, beside, words)
    let fields = refused.model(Self.fields, initial: WeightsForm.initial(standing))
    let chosen = form["against"] ?? Rival.none.rawValue
    var model: Model = [
      "form": fields, "weights": WeightsForm(words).rows(fields), "action": Addresses.searchEvaluation,
      "rivals": Rival.allCases.map { rival -> Model in
        [
          "rival": rival.rawValue, "rivalName": words["searchDesk.rivals.\(rival.rawValue)"] ?? rival.rawValue,
          "isChosen": rival.rawValue == chosen,
        ]
      },
      "opensWeights": chosen == Rival.weights.rawValue,
      "limitText": words.phrase(
        "searchDesk.evaluationLimit",
        [
          "megabytes": String(JudgementFile.longest >> 20), "lines": String(JudgementFile.mostLines),
          "queries": String(EvaluateSearch.mostQueries),
        ]),
      "hasLines": lines != nil, "lines": (lines ?? []).map { EvaluationModel.fault($0, words) },
      "moreLines": EvaluationModel.more(lines ?? [], words), "hasResult": measured != nil,
    ]
    if let measured {
      model["result"] = EvaluationModel(words).model(measured.sheet, measured.comparison, against: chosen)
    }
    if measured != nil, chosen == Rival.weights.rawValue {
      model["tryURL"] = Addresses.with(
        WeightsForm.names.compactMap { name in form[name].map { (name, $0) } }, Addresses.searchWeights)
    }
    return try await frame.page(
      "search-evaluation", title: words["searchDesk.parts.evaluation"] ?? "", .evaluation, model, request, context,
      refused: refused, status: status ?? refusal?.status ?? .ok)
  }

  /// All queries, as CSV for spreadsheets.
  private func csv(_ comparison: EvaluationComparison, _ words: Words) throws -> Response {
    var headers = HTTPFields()
    headers[.contentType] = "text/csv; charset=utf-8"
    headers[.contentDisposition] = "attachment; filename=\"evaluation.csv\""
    headers[.cacheControl] = "private, no-store"
    var buffer = ByteBuffer(bytes: [0xEF, 0xBB, 0xBF] as [UInt8])
    var writer = CSVWriter { buffer.writeBytes($0) }
    for row in EvaluationModel(words).cells(comparison) { try writer.write(row) }
    try writer.flush()
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: buffer))
  }
}
