import ArgumentParser
import Flows
import Foundation
import Search
import Values

/// `martlet search eval FILE`: how good the finds are, beside what people judged.
struct SearchEval: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Measure finds by a file of judgements.",
    discussion: """
      FILE is a CSV with the columns query, product and grade: a product is a handle, an id or a SKU, a grade is 0…3 or \
      0…1. It says NDCG@10, recall@100 and judged@10 of all queries, and of each with --queries. With --against it \
      measures the same with other weights (a JSON file such as {"title": 8, "kind": 1.2}; what it doesn't name is as it \
      is in force), or with "plain": the usual weights, no synonyms, no rules. Ends with 0, and with 1 when the file can't \
      be used.
      """)

  @Argument(help: "The file of judgements.")
  var file: String

  @Option(help: "A JSON file of weights to compare with, or plain.")
  var against: String?

  @Flag(help: "Also say the figures of each query, the worst first.")
  var queries = false

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let sent = try against.map { try Self.sent($0) }
    let surroundings = try await Surroundings(settings)
    let measured: (JudgementSheet, EvaluationComparison)
    do {
      let place = URL(fileURLWithPath: file)
      measured = try await surroundings.withShop { shop in
        let contexts = shop.contexts
        return try await interruptible {
          // Beside a shop that runs it finds in an index of its own, which it makes first.
          try await shop.search.load()
          return try await Self.measure(place, against: sent, contexts)
        }
      }
    } catch let refusal as any Refusal {
      for line in EvaluationWords.lines(of: refusal) { say(line) }
      throw ExitCode.failure
    }
    for line in EvaluationWords.lines(of: measured.0, measured.1, withQueries: queries) { print(line) }
  }

  private static func measure(
    _ file: URL, against sent: Rival?, _ contexts: Contexts
  ) async throws -> (JudgementSheet, EvaluationComparison) {
    let evaluate = EvaluateSearch(contexts)
    let sheet = try await evaluate.sheet(file)
    func told(_ done: Int) {
      if done.isMultiple(of: 500) { say("\(done) of \(sheet.queries.count) queries") }
    }
    let first = try await evaluate.run(sheet, progress: told)
    guard let sent else { return (sheet, EvaluationComparison(first)) }
    let standing = try await contexts.searchRules.tuning().weights
    let second = try await evaluate.run(sheet, try sent.setting(over: standing), progress: told)
    return (sheet, EvaluationComparison(first, against: second))
  }

  /// What is named by `--against`.
  private enum Rival: Sendable {
    case plain
    case weights([String: Double])

    func setting(over standing: RankingWeights) throws -> EvaluateSearch.Setting {
      guard case .weights(let named) = self else { return .plain }
      let weights = RankingWeights.fields.reduce(into: standing) { weights, field in
        if let weight = named[field.name] { weights[keyPath: field.path] = weight }
      }
      try weights.check()
      return .weights(weights)
    }
  }

  private static func sent(_ text: String) throws -> Rival {
    if text == "plain" { return .plain }
    guard let data = FileManager.default.contents(atPath: text) else {
      throw ValidationError("'\(text)' can't be read")
    }
    guard let named = try? JSONDecoder().decode([String: Double].self, from: data) else {
      throw ValidationError("'\(text)' is no JSON of weights such as {\"title\": 8}")
    }
    let known = RankingWeights.fields.map(\.name)
    if let unknown = named.keys.sorted().first(where: { !known.contains($0) }) {
      throw ValidationError("'\(unknown)' is no weight; these are: \(known.joined(separator: ", "))")
    }
    return .weights(named)
  }
}

/// What was measured, for the person who asked at a terminal.
enum EvaluationWords {
  private static let mostUnknown = 20

  static func lines(
    of sheet: JudgementSheet, _ comparison: EvaluationComparison, withQueries: Bool
  ) -> [String] {
    let (first, second) = (comparison.first, comparison.second)
    var lines = ["queries \(sheet.queries.count)\tlines \(sheet.lines)\tnothing found \(first.withoutFinds)"]
    lines.append(line("ndcg@10", first.ndcg, second.map(\.ndcg)))
    lines.append(line("recall@100", first.recall, second.map(\.recall)))
    lines.append(line("judged@10", first.judged, second.map(\.judged)))
    if second != nil { lines.append("better \(comparison.moved.better)\tworse \(comparison.moved.worse)") }
    if withQueries {
      lines += comparison.worstFirst.map { row in
        line(row.first.text, row.first.ndcg, row.second.map(\.ndcg)) + "\trecall \(figure(row.first.recall))"
          + "\tjudged \(figure(row.first.judged))\tfound \(row.first.found)"
      }
    }
    let unknown = sheet.unknown
    lines += unknown.prefix(mostUnknown).map { "line \($0.line): the shop has no '\($0.product)'" }
    if unknown.count > mostUnknown { lines.append("… and \(unknown.count - mostUnknown) more unknown products") }
    return lines
  }

  static func lines(of refusal: any Refusal) -> [String] {
    switch refusal {
    case let refusal as JudgementRefusal: refusal.faults.map { "line \($0.line): \(reason($0.kind))" }
    case let faults as FieldFaults: faults.faults.map { "\($0.field): \(reason($0))" }
    default: ["\(refusal.code)"]
    }
  }

  private static func reason(_ fault: FieldFaults.Fault) -> String {
    switch fault.code {
    case "csvTooLarge": "the file is longer than \(fault.details["max"] ?? "") MB"
    case "csvEmpty": "the file has no judgements"
    case "csvNotText": "the file isn't text"
    case "csvEncoding": "the file's encoding can't be read; save it as UTF-8"
    case "csvQuote": "a quote on line \(fault.details["line"] ?? "") is never closed"
    case "csvUnreadable": "the file can't be read"
    case "noKnownProduct": "no line names a product of this shop"
    case "outOfRange": "must lie within \(fault.details["min"] ?? "")…\(fault.details["max"] ?? "")"
    default: fault.code
    }
  }

  private static func reason(_ kind: JudgementFile.Fault.Kind) -> String {
    switch kind {
    case .columns: "has not three columns"
    case .noQuery: "has no query"
    case .queryTooLong: "has a query of more than \(SearchQuery.longestText) characters"
    case .noProduct: "has no product"
    case .productTooLong: "has too long a product"
    case .grade: "has no grade between 0 and 3"
    case .judgedTwice: "judges the same product for the same query again"
    case .tooManyLines: "is beyond the \(JudgementFile.mostLines) lines that are read"
    }
  }

  /// - Parameter other: nil where nothing is compared.
  private static func line(_ name: String, _ value: Double?, _ other: Double??) -> String {
    guard let other else { return "\(name)\t\(figure(value))" }
    let change = value.flatMap { value in other.map { $0 - value } }
    let text = change.map { ($0 < 0 ? "-" : "+") + figure(abs($0)) } ?? "-"
    return "\(name)\t\(figure(value))\t\(figure(other))\t\(text)"
  }

  private static func figure(_ value: Double?) -> String {
    guard let value else { return "-" }
    let parts = Int64((value * 10_000).rounded())
    let rest = String(parts % 10_000)
    return "\(parts / 10_000)." + String(repeating: "0", count: 4 - rest.count) + rest
  }
}
