import Foundation
import Search
import Values

/// A judgement file whose products are known: what it asks, and what of it counts for nothing.
public struct JudgementSheet: Sendable {
  /// In the order in which the file first names them.
  public let queries: [JudgedQuery]
  /// Lines that were read.
  public let lines: Int
  /// Lines of products that the shop doesn't have, which count for nothing.
  public let unknown: [JudgementFile.Line]

  /// - Parameter products: by the names that the file has for them. One that several merchants have stands for all of theirs.
  init(_ file: JudgementFile, products: [String: Set<ProductID>]) {
    var order: [String] = []
    var texts: [String: String] = [:]
    var grades: [String: [ProductID: Double]] = [:]
    for line in file.lines {
      let key = JudgementFile.key(line.query)
      if texts[key] == nil {
        texts[key] = line.query
        order.append(key)
      }
      for product in products[line.product] ?? [] {
        // It may be called by its handle on one line and by its SKU on another.
        grades[key, default: [:]][product] = max(line.grade, grades[key]?[product] ?? 0)
      }
    }
    lines = file.lines.count
    unknown = file.lines.filter { products[$0.product] == nil }
    queries = order.compactMap { key in
      guard let judged = grades[key], let text = texts[key] else { return nil }
      return JudgedQuery(text: text, grades: judged)
    }
  }
}

extension JudgementFile {
  /// Reads a CSV file in any encoding that files of goods may have. Throws `FieldFaults` for `judgements` where it isn't one
  /// or is too large; what is wrong with single lines stands in `faults`.
  static func read(_ file: URL) throws -> JudgementFile {
    do {
      guard try FileState(file).size <= longest else {
        throw FieldFaults(field: "judgements", code: "csvTooLarge", details: ["max": String(longest >> 20)])
      }
      let text = try TextDecoding.decode(file)
      defer { text.removeIfTemporary() }
      let chunks = try FileChunks(text.url)
      var reader = try CSVReader(source: chunks.next)
      var judgements = JudgementFile()
      var record = CSVRecord()
      while try reader.next(into: &record) {
        let fields = (0..<record.count).map { CellGuard.unguarded(record.text($0)) }
        guard judgements.add(fields, line: record.line) else { break }
      }
      return judgements
    } catch let fault as ImportFault {
      throw FieldFaults(field: "judgements", code: fault.fieldCode, details: fault.details)
    } catch CSVFault.unterminatedQuote(let line) {
      throw FieldFaults(field: "judgements", code: "csvQuote", details: ["line": String(line)])
    }
  }
}
