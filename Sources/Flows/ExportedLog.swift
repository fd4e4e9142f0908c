import AuditLog
import Foundation
import Values

/// Entries of the log as a file.
public enum ExportedLog: String, CaseIterable, Sendable {
  /// For spreadsheets. Cells that they would run are defused, so what is there needn't be what was hashed.
  case csv
  /// For programs: an object a line, of which `bin/check-log` tells whether it is as it was written.
  case jsonl

  private struct Line: Encodable {
    let number: Int64
    let previous: String
    let at: String
    let who: String
    let whoName: String
    let origin: String
    let trace: String
    let verb: String
    let subject: String
    let subjectName: String
    let merchant: String?
    let before: String?
    let after: String?
    let note: String
    let hash: String

    init(_ entry: DeedEntry) {
      number = entry.number
      previous = entry.previous
      at = entry.at.description
      who = entry.who
      whoName = entry.whoName
      origin = entry.origin
      trace = entry.trace
      verb = entry.verb
      subject = entry.subject
      subjectName = entry.subjectName
      merchant = entry.merchant?.description
      before = entry.before
      after = entry.after
      note = entry.note
      hash = entry.hash
    }
  }

  private static let columns = [
    "number", "previous", "at", "who", "whoName", "origin", "trace", "verb", "subject", "subjectName", "merchant",
    "before", "after", "note", "hash",
  ]

  /// What comes before the first entry.
  public var head: [UInt8] {
    get throws {
      switch self {
      case .csv: try [0xEF, 0xBB, 0xBF] + Self.rows([Self.columns])
      case .jsonl: []
      }
    }
  }

  public func bytes(of entries: [DeedEntry]) throws -> [UInt8] {
    switch self {
    case .csv: return try Self.rows(entries.map { $0.said.map { $0.value ?? "" } + [$0.hash] })
    case .jsonl:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return try entries.reduce(into: []) { $0 += try encoder.encode(Line($1)) + [UInt8(ascii: "\n")] }
    }
  }

  private static func rows(_ rows: [[String]]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var writer = CSVWriter { bytes += $0 }
    for row in rows { try writer.write(row) }
    try writer.flush()
    return bytes
  }
}
