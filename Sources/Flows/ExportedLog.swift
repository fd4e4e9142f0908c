import AuditLog
import Foundation
import Values

/// Entries of the log as a file.
public enum ExportedLog: String, CaseIterable, Sendable {
  /// For spreadsheets. Cells that they would run are defused, so what is there needn't be what was hashed.
  case csv
  /// For programs: an object a line, of which `bin/check-log` tells whether it is as it was written.
  case jsonl

  /// What comes before the first entry.
  public var head: [UInt8] {
    get throws {
      switch self {
      case .csv: try [0xEF, 0xBB, 0xBF] + Self.rows([LoggedDeed.names])
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
      return try entries.reduce(into: []) { $0 += try encoder.encode(LoggedDeed($1)) + [UInt8(ascii: "\n")] }
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

/// An entry of the log as programs read it, whole enough for its hash to be reckoned again where nothing is masked.
public struct LoggedDeed: Encodable, Sendable {
  /// In the order in which they are hashed.
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case number, previous, at, who, whoName, origin, trace, verb, subject, subjectName, merchant, before, after, note
    case hash
  }

  static let names = CodingKeys.allCases.map(\.rawValue)

  private let entry: DeedEntry

  public init(_ entry: DeedEntry) { self.entry = entry }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(entry.number, forKey: .number)
    try container.encode(entry.previous, forKey: .previous)
    try container.encode(entry.at.description, forKey: .at)
    try container.encode(entry.who, forKey: .who)
    try container.encode(entry.whoName, forKey: .whoName)
    try container.encode(entry.origin, forKey: .origin)
    try container.encode(entry.trace, forKey: .trace)
    try container.encode(entry.verb, forKey: .verb)
    try container.encode(entry.subject, forKey: .subject)
    try container.encode(entry.subjectName, forKey: .subjectName)
    // Null where there is none, so that every entry has the same members.
    try container.encode(entry.merchant?.description, forKey: .merchant)
    // JSON text, as it was hashed.
    try container.encode(entry.before, forKey: .before)
    try container.encode(entry.after, forKey: .after)
    try container.encode(entry.note, forKey: .note)
    try container.encode(entry.hash, forKey: .hash)
  }
}
