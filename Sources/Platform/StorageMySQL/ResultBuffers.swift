import CMariaDB
import Storage

/// The memory that rows of one result are fetched into, column by column, and what the columns hold.
final class ResultBuffers {
  private enum Kind: Equatable {
    case null
    case integer
    case real
    /// A sum of whole numbers comes as a decimal.
    case decimal
    case text
    case blob
  }

  /// Most texts of a shop are short; a longer one makes its column's place grow for good.
  private static let usualWidth = 256

  private let columns: [String]
  private let kinds: [Kind]
  private let binds: UnsafeMutablePointer<MYSQL_BIND>
  private let lengths: UnsafeMutablePointer<UInt>
  private let nulls: UnsafeMutablePointer<my_bool>
  private let cuts: UnsafeMutablePointer<my_bool>

  init(_ fields: UnsafeBufferPointer<MYSQL_FIELD>) {
    columns = fields.map(Self.name)
    kinds = fields.map(Self.kind)
    let count = fields.count
    binds = .allocate(capacity: count)
    binds.initialize(repeating: MYSQL_BIND(), count: count)
    lengths = .allocate(capacity: count)
    lengths.initialize(repeating: 0, count: count)
    nulls = .allocate(capacity: count)
    nulls.initialize(repeating: 0, count: count)
    cuts = .allocate(capacity: count)
    cuts.initialize(repeating: 0, count: count)
    for (index, kind) in kinds.enumerated() { place(kind, at: index) }
  }

  deinit {
    for index in kinds.indices { binds[index].buffer?.deallocate() }
    binds.deallocate()
    lengths.deallocate()
    nulls.deallocate()
    cuts.deallocate()
  }

  /// Whether a run answers what these were made for. Asked before each fetch, so names aren't compared: a migration that
  /// renames nothing changes a result by its number of columns or their types.
  func fits(_ fields: UnsafeBufferPointer<MYSQL_FIELD>) -> Bool {
    fields.count == kinds.count && zip(fields, kinds).allSatisfy { Self.kind($0) == $1 }
  }

  func bind(to handle: UnsafeMutablePointer<MYSQL_STMT>) { mysql_stmt_bind_result(handle, binds) }

  /// Fetches again what didn't fit, into more memory.
  func widen(for handle: UnsafeMutablePointer<MYSQL_STMT>) throws {
    for index in kinds.indices where cuts[index] != 0 && lengths[index] > binds[index].buffer_length {
      binds[index].buffer?.deallocate()
      allocate(Int(clamping: lengths[index]).nextPowerOfTwo, at: index)
      guard mysql_stmt_fetch_column(handle, binds + index, UInt32(index), 0) == 0 else {
        throw MySQLFault(handle, statement: "fetch of \(columns[index])")
      }
    }
    bind(to: handle)
  }

  func row() -> Row { Row(columns: columns, values: kinds.indices.map(value)) }

  private func value(_ index: Int) -> SQLValue {
    guard nulls[index] == 0, let buffer = binds[index].buffer else { return .null }
    let bytes = UnsafeRawBufferPointer(start: buffer, count: Int(clamping: lengths[index]))
    switch kinds[index] {
    case .null: return .null
    case .integer: return .integer(buffer.load(as: Int64.self))
    case .real: return .real(buffer.load(as: Double.self))
    case .text: return .text(String(decoding: bytes, as: UTF8.self))
    case .blob: return .blob([UInt8](bytes))
    case .decimal:
      let text = String(decoding: bytes, as: UTF8.self)
      return Int64(text).map(SQLValue.integer) ?? Double(text).map(SQLValue.real) ?? .text(text)
    }
  }

  private func place(_ kind: Kind, at index: Int) {
    binds[index].length = lengths + index
    binds[index].is_null = nulls + index
    binds[index].error = cuts + index
    let (type, width) = Self.form(of: kind)
    binds[index].buffer_type = type
    allocate(width, at: index)
  }

  /// What a column is fetched as, and how many bytes that takes.
  private static func form(of kind: Kind) -> (enum_field_types, width: Int) {
    switch kind {
    case .null: (MYSQL_TYPE_NULL, 8)
    case .integer: (MYSQL_TYPE_LONGLONG, 8)
    case .real: (MYSQL_TYPE_DOUBLE, 8)
    case .decimal: (MYSQL_TYPE_STRING, 96)
    case .text: (MYSQL_TYPE_STRING, usualWidth)
    case .blob: (MYSQL_TYPE_BLOB, usualWidth)
    }
  }

  private func allocate(_ width: Int, at index: Int) {
    binds[index].buffer = .allocate(byteCount: width, alignment: 8)
    binds[index].buffer_length = UInt(width)
  }

  private static func name(_ field: MYSQL_FIELD) -> String { field.name.map { String(cString: $0) } ?? "" }

  private static func kind(_ field: MYSQL_FIELD) -> Kind {
    let binaryCharacterSet: UInt32 = 63
    switch field.type {
    case MYSQL_TYPE_NULL: return .null
    case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_LONG, MYSQL_TYPE_INT24, MYSQL_TYPE_LONGLONG, MYSQL_TYPE_YEAR:
      return .integer
    case MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE: return .real
    case MYSQL_TYPE_DECIMAL, MYSQL_TYPE_NEWDECIMAL: return .decimal
    default: return field.charsetnr == binaryCharacterSet ? .blob : .text
    }
  }
}

extension Int {
  fileprivate var nextPowerOfTwo: Int {
    var power = 1
    while power < self { power *= 2 }
    return power
  }
}
