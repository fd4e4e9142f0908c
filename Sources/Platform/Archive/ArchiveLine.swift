import Foundation
import Storage

/// The lines of a backup: a head, then each table with its rows, then the sum of it all. Each is JSON.
enum ArchiveLine: Codable {
  case head(ArchiveHead)
  case table(String, columns: [String])
  case row([SQLValue])
  /// How many rows there are, and the SHA-256 of every byte before this line.
  case end(rows: Int, sha256: String)

  private enum Keys: String, CodingKey { case martlet, schema, madeAt, table, columns, rows, sha256 }

  init(from decoder: any Decoder) throws {
    if let row = try? decoder.singleValueContainer().decode([ArchivedValue].self) {
      self = .row(row.map(\.value))
      return
    }
    let fields = try decoder.container(keyedBy: Keys.self)
    if fields.contains(.martlet) {
      self = .head(try ArchiveHead(from: decoder))
    } else if fields.contains(.table) {
      self = .table(
        try fields.decode(String.self, forKey: .table), columns: try fields.decode([String].self, forKey: .columns))
    } else {
      self = .end(
        rows: try fields.decode(Int.self, forKey: .rows), sha256: try fields.decode(String.self, forKey: .sha256))
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .head(let head): try head.encode(to: encoder)
    case .row(let values):
      var container = encoder.singleValueContainer()
      try container.encode(values.map(ArchivedValue.init))
    case .table(let name, let columns):
      var fields = encoder.container(keyedBy: Keys.self)
      try fields.encode(name, forKey: .table)
      try fields.encode(columns, forKey: .columns)
    case .end(let rows, let sha256):
      var fields = encoder.container(keyedBy: Keys.self)
      try fields.encode(rows, forKey: .rows)
      try fields.encode(sha256, forKey: .sha256)
    }
  }
}

struct ArchiveHead: Codable, Hashable {
  /// The version of this format.
  var martlet = 1
  /// The number of the last migration of each context.
  let schema: [String: Int]
  /// Milliseconds since 1970.
  let madeAt: Int64
}

/// Numbers, texts and nothing as JSON has them; bytes as `{"b": BASE64}`, fractions as `{"r": TEXT}`, so that they come
/// back to the last bit.
private struct ArchivedValue: Codable {
  let value: SQLValue

  private enum Keys: String, CodingKey { case b, r }

  init(_ value: SQLValue) { self.value = value }

  init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      value = .null
    } else if let integer = try? single.decode(Int64.self) {
      value = .integer(integer)
    } else if let text = try? single.decode(String.self) {
      value = .text(text)
    } else {
      let fields = try decoder.container(keyedBy: Keys.self)
      if let text = try fields.decodeIfPresent(String.self, forKey: .b) {
        guard let data = Data(base64Encoded: text) else {
          throw DecodingError.dataCorruptedError(forKey: .b, in: fields, debugDescription: "no base64")
        }
        value = .blob([UInt8](data))
      } else {
        guard let real = Double(try fields.decode(String.self, forKey: .r)) else {
          throw DecodingError.dataCorruptedError(forKey: .r, in: fields, debugDescription: "no number")
        }
        value = .real(real)
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch value {
    case .null:
      var single = encoder.singleValueContainer()
      try single.encodeNil()
    case .integer(let integer):
      var single = encoder.singleValueContainer()
      try single.encode(integer)
    case .text(let text):
      var single = encoder.singleValueContainer()
      try single.encode(text)
    case .real(let real):
      var fields = encoder.container(keyedBy: Keys.self)
      try fields.encode("\(real)", forKey: .r)
    case .blob(let blob):
      var fields = encoder.container(keyedBy: Keys.self)
      try fields.encode(Data(blob).base64EncodedString(), forKey: .b)
    }
  }
}
