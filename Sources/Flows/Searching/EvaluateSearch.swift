import Accounts
import Catalog
import Foundation
import Governance
import Merchants
import Search
import Values

/// Holds search against what people judged: reads a judgement file, asks its queries as a shopper would, and measures the
/// finds. Nothing of it is kept.
public struct EvaluateSearch: Sendable {
  /// Queries that one request of a person or a program may ask; the command asks as many as a file has.
  public static let mostQueries = 2_000

  /// What search is tuned with while it is measured.
  public enum Setting: Hashable, Sendable {
    case inForce
    /// In force, but for these weights.
    case weights(RankingWeights)
    case withoutSynonyms
    case withoutRules
    /// No synonyms, no rules, the usual weights.
    case plain
  }

  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// For staff. Throws `StaffRefusal.notAllowed`, and what `sheet(_:most:)` throws.
  public func sheet(_ file: URL, for staff: Staff) async throws -> JudgementSheet {
    try TuneSearch(contexts).expect(staff)
    return try await sheet(file, most: Self.mostQueries)
  }

  /// Reads a file and finds out which products it means. Throws `FieldFaults` for `judgements`, and
  /// `JudgementRefusal.faultyLines`.
  /// - Parameter most: queries; nil for as many as there are.
  public func sheet(_ file: URL, most: Int? = nil) async throws -> JudgementSheet {
    let judgements = try JudgementFile.read(file)
    guard judgements.faults.isEmpty else { throw JudgementRefusal.faultyLines(judgements.faults) }
    guard !judgements.lines.isEmpty else { throw FieldFaults(field: "judgements", code: "csvEmpty") }
    if let most, Set(judgements.lines.map { JudgementFile.key($0.query) }).count > most {
      throw FieldFaults(field: "judgements", code: "tooManyQueries", details: ["max": String(most)])
    }
    let sheet = JudgementSheet(judgements, products: try await products(of: judgements))
    guard !sheet.queries.isEmpty else { throw FieldFaults(field: "judgements", code: "noKnownProduct") }
    return sheet
  }

  /// Measures what is in force and perhaps another setting, as far as the time of the request lasts. Throws `FieldFaults` for
  /// `judgements` when it is over.
  public func compare(_ sheet: JudgementSheet, with setting: Setting?) async throws -> EvaluationComparison {
    do {
      return try await Deadline.heeding { [self] in
        let first = try await run(sheet)
        guard let setting else { return EvaluationComparison(first) }
        return EvaluationComparison(first, against: try await run(sheet, setting))
      }
    } catch let fault as DeadlineExceeded {
      // A search that is late by itself has nothing to do with how many there are.
      guard Deadline.remaining(atMost: .seconds(1)) == .zero else { throw fault }
      throw FieldFaults(field: "judgements", code: "takesTooLong")
    }
  }

  /// Asks all queries of the sheet. What a rule leads elsewhere is asked for past it.
  /// - Parameter progress: how many queries are done.
  public func run(
    _ sheet: JudgementSheet, _ setting: Setting = .inForce, progress: (Int) -> Void = { _ in }
  ) async throws -> Evaluation {
    let tuning = try await tuning(setting)
    var evaluations: [QueryEvaluation] = []
    for query in sheet.queries {
      try Task.checkCancellation()
      var asked = SearchQuery(
        text: query.text, language: query.language, limit: RankingMeasure.deep, tuning: tuning)
      var result = try await contexts.search.search(asked)
      if result.redirect != nil {
        asked.isExact = true
        result = try await contexts.search.search(asked)
      }
      evaluations.append(QueryEvaluation(query, finds: result.cards.map(\.product), found: result.total))
      progress(evaluations.count)
    }
    return Evaluation(evaluations)
  }

  private func tuning(_ setting: Setting) async throws -> SearchTuning? {
    if setting == .inForce { return nil }
    var tuning = try await contexts.searchRules.tuning()
    switch setting {
    case .inForce: break
    case .weights(let weights): tuning.weights = weights
    case .withoutSynonyms: tuning.synonyms = []
    case .withoutRules: tuning.rules = []
    case .plain: tuning = .plain
    }
    return tuning
  }

  /// By the names that the file has for them: an id, a handle or a SKU.
  private func products(of file: JudgementFile) async throws -> [String: Set<ProductID>] {
    var known: [String: Set<ProductID>] = [:]
    var names: [String] = []
    var ids: [ProductID] = []
    for name in Set(file.lines.map(\.product)) {
      if let id = ProductID(name) { ids.append(id) } else { names.append(name) }
    }
    for start in stride(from: 0, to: ids.count, by: Self.idsPerRead) {
      let part = Array(ids[start..<min(start + Self.idsPerRead, ids.count)])
      for id in try await contexts.catalog.products(part).keys { known[id.description] = [id] }
    }
    guard !names.isEmpty else { return known }
    let merchants = try await contexts.merchants.merchants().map(\.id)
    return known.merging(try await contexts.catalog.products(named: names.sorted(), of: merchants)) { first, _ in first
    }
  }

  private static let idsPerRead = 200
}

/// Why a judgement file isn't taken.
public enum JudgementRefusal: Refusal, Hashable {
  case faultyLines([JudgementFile.Fault])

  public var faults: [JudgementFile.Fault] {
    switch self {
    case .faultyLines(let faults): faults
    }
  }
  public var code: String { "faultyJudgements" }
  public var details: [String: String] {
    let first = faults.first
    return [
      "count": String(faults.count), "line": first.map { String($0.line) } ?? "", "fault": first?.kind.rawValue ?? "",
    ]
  }
  public var kind: RefusalKind { .invalid }
}
