import Flows
import Foundation
import Pages
import Search
import Values

/// What was measured, as the page and a file have it.
struct EvaluationModel {
  /// Queries that a page shows; a file has all.
  private static let mostShown = 200
  /// Lines of unknown products that are told.
  private static let mostUnknown = 20
  private static let measures = ["ndcg", "recall", "judged"]

  private let words: Words

  init(_ words: Words) { self.words = words }

  static func fault(_ fault: JudgementFile.Fault, _ words: Words) -> Model {
    [
      "line": words.phrase("searchDesk.line", ["line": String(fault.line)]),
      "why": words.phrase(
        "searchDesk.lineFaults.\(fault.kind.rawValue)",
        ["max": String(fault.kind == .tooManyLines ? JudgementFile.mostLines : SearchQuery.longestText)]),
    ]
  }

  /// What is said below the lines; empty where all of them stand there.
  static func more(_ faults: [JudgementFile.Fault], _ words: Words) -> String {
    guard faults.count >= JudgementFile.mostFaults else { return "" }
    return words.phrase("searchDesk.moreLines", ["shown": String(faults.count)])
  }

  func model(_ sheet: JudgementSheet, _ comparison: EvaluationComparison, against rival: String) -> Model {
    let rows = comparison.worstFirst
    let unknown = sheet.unknown
    var model: Model = [
      "readText": words.phrase(
        "searchDesk.read", count: sheet.queries.count, ["lines": String(sheet.lines)]),
      "measures": overall(comparison), "isCompared": comparison.second != nil,
      "rivalName": words["searchDesk.rivals.\(rival)"] ?? rival,
      "queries": rows.prefix(Self.mostShown).map(row),
      "isCut": rows.count > Self.mostShown,
      "cutText": words.phrase("searchDesk.cut", ["shown": String(Self.mostShown), "all": String(rows.count)]),
      "hasUnknown": !unknown.isEmpty,
      "unknownText": words.phrase("searchDesk.unknownLines", count: unknown.count),
      "unknownLines": unknown.prefix(Self.mostUnknown).map { line -> Model in
        ["line": words.phrase("searchDesk.line", ["line": String(line.line)]), "name": line.product]
      },
      "moreUnknown": unknown.count > Self.mostUnknown,
    ]
    if comparison.second != nil {
      let moved = comparison.moved
      model["movedText"] = words.phrase(
        "searchDesk.moved", ["better": String(moved.better), "worse": String(moved.worse)])
    }
    return model
  }

  private func overall(_ comparison: EvaluationComparison) -> [Model] {
    let (first, second) = (comparison.first, comparison.second)
    let values: [(String, Double?, Double?)] = [
      ("ndcg", first.ndcg, second?.ndcg), ("recall", first.recall, second?.recall),
      ("judged", first.judged, second?.judged),
    ]
    return values.map { name, value, other in
      var model: Model = [
        "measure": words["searchDesk.measures.\(name)"] ?? name, "hint": words["searchDesk.measureHints.\(name)"] ?? "",
        "value": Self.text(value), "other": Self.text(other),
      ]
      model.merge(Self.change(value, other))
      return model
    }
  }

  private func row(_ row: EvaluationComparison.Row) -> Model {
    var model: Model = [
      "query": row.first.text, "queryURL": Addresses.with([("q", row.first.text)], Addresses.search),
      "ndcg": Self.text(row.first.ndcg), "recall": Self.text(row.first.recall),
      "judgedShare": Self.text(row.first.judged), "found": String(row.first.found),
      "judgements": String(row.first.judgements), "otherNDCG": Self.text(row.second?.ndcg),
    ]
    model.merge(Self.change(row.first.ndcg, row.second?.ndcg))
    return model
  }

  /// By how much the second is better, with a mark that isn't colour alone.
  private static func change(_ first: Double?, _ second: Double?) -> Model {
    guard let first, let second else { return ["change": "–", "isBetter": false, "isWorse": false] }
    let change = second - first
    return [
      "change": (change > 0.00005 ? "+" : change < -0.00005 ? "−" : "±") + text(abs(change)),
      "isBetter": change > 0.00005, "isWorse": change < -0.00005,
    ]
  }

  /// With four decimals, since settings differ in the third.
  static func text(_ value: Double?) -> String {
    guard let value else { return "–" }
    let parts = Int64((value * 10_000).rounded())
    let rest = String(parts % 10_000)
    return "\(parts / 10_000)." + String(repeating: "0", count: 4 - rest.count) + rest
  }

  /// A head, all of it together, and a row a query.
  func cells(_ comparison: EvaluationComparison) -> [[String]] {
    func heads(_ key: String) -> String { words["searchDesk.\(key)"] ?? key }
    func plain(_ value: Double?) -> String { value.map { Self.text($0) } ?? "" }
    var head = [heads("query"), heads("judgements"), heads("found")] + Self.measures.map { heads("measures.\($0)") }
    let (first, second) = (comparison.first, comparison.second)
    var all =
      [heads("allQueries"), "", ""] + [first.ndcg, first.recall, first.judged].map(plain)
    if let second {
      head += [heads("otherFound")] + Self.measures.map { heads("otherMeasures.\($0)") } + [heads("change")]
      all += [""] + [second.ndcg, second.recall, second.judged].map(plain)
      all.append(change(first.ndcg, second.ndcg))
    }
    let rows = comparison.worstFirst.map { row -> [String] in
      var cells = [row.first.text, String(row.first.judgements), String(row.first.found)]
      cells += [row.first.ndcg, row.first.recall, row.first.judged].map(plain)
      if let other = row.second {
        cells += [String(other.found)] + [other.ndcg, other.recall, other.judged].map(plain)
        cells.append(change(row.first.ndcg, other.ndcg))
      }
      return cells
    }
    return [head, all] + rows
  }

  /// A number that a spreadsheet reads as one.
  private func change(_ first: Double?, _ second: Double?) -> String {
    guard let first, let second else { return "" }
    return (second < first ? "-" : "") + Self.text(abs(second - first))
  }
}
