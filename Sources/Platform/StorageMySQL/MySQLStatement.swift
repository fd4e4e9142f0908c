import CMariaDB
import Storage

/// A prepared statement with the memory that its results are fetched into. Used by its connection's thread alone.
final class MySQLStatement {
  let sql: String
  private let handle: UnsafeMutablePointer<MYSQL_STMT>
  private var results: ResultBuffers?
  /// How many rows a cursor fetches at once.
  private static let stride: UInt = 500

  init(_ sql: String, on connection: UnsafeMutablePointer<MYSQL>) throws {
    guard let handle = mysql_stmt_init(connection) else { throw MySQLFault(connection, statement: sql) }
    guard mysql_stmt_prepare(handle, sql, UInt(sql.utf8.count)) == 0 else {
      defer { mysql_stmt_close(handle) }
      throw MySQLFault(handle, statement: sql)
    }
    self.sql = sql
    self.handle = handle
  }

  deinit { mysql_stmt_close(handle) }

  /// Rows inserted or found for change by its last run.
  var affectedRows: Int { Int(clamping: mysql_stmt_affected_rows(handle)) }

  /// Whether the server warned of something in its last run.
  var hasWarnings: Bool { mysql_stmt_warning_count(handle) > 0 }

  /// Runs it and reads all rows.
  func rows(_ arguments: [SQLValue]) throws -> [Row] {
    try execute(arguments)
    guard mysql_stmt_field_count(handle) > 0 else { return [] }
    defer { mysql_stmt_free_result(handle) }
    guard mysql_stmt_store_result(handle) == 0 else { throw fault() }
    var rows: [Row] = []
    rows.reserveCapacity(Int(clamping: mysql_stmt_num_rows(handle)))
    try fetch { rows.append($0) }
    return rows
  }

  /// Runs it and hands over one row at a time; other statements may run on the connection meanwhile.
  func forEachRow(_ arguments: [SQLValue], _ body: (Row) throws -> Void) throws {
    var (kind, stride) = (UInt(CURSOR_TYPE_READ_ONLY.rawValue), Self.stride)
    mysql_stmt_attr_set(handle, STMT_ATTR_CURSOR_TYPE, &kind)
    mysql_stmt_attr_set(handle, STMT_ATTR_PREFETCH_ROWS, &stride)
    try execute(arguments)
    guard mysql_stmt_field_count(handle) > 0 else { return }
    defer { mysql_stmt_free_result(handle) }
    try fetch(body)
  }

  private func execute(_ arguments: [SQLValue]) throws {
    guard mysql_stmt_param_count(handle) == UInt(arguments.count) else {
      throw MySQLFault(code: 2031, message: "wrong number of arguments", statement: sql)
    }
    let parameters = Parameters(arguments)
    guard arguments.isEmpty || mysql_stmt_bind_param(handle, parameters.binds) == 0 else { throw fault() }
    guard mysql_stmt_execute(handle) == 0 else { throw fault() }
  }

  private func fetch(_ body: (Row) throws -> Void) throws {
    let results = resultBuffers()
    while true {
      switch mysql_stmt_fetch(handle) {
      case 0: break
      case MYSQL_DATA_TRUNCATED: try results.widen(for: handle)
      case MYSQL_NO_DATA: return
      default: throw fault()
      }
      try body(results.row())
    }
  }

  /// Those of the last run if it answers the same: a migration of another program can change `SELECT *`.
  private func resultBuffers() -> ResultBuffers {
    let fields = UnsafeBufferPointer(start: handle.pointee.fields, count: Int(mysql_stmt_field_count(handle)))
    let buffers = results.flatMap { $0.fits(fields) ? $0 : nil } ?? ResultBuffers(fields)
    buffers.bind(to: handle)
    results = buffers
    return buffers
  }

  private func fault() -> MySQLFault { MySQLFault(handle, statement: sql) }
}

/// The arguments of one run in the library's form, with the memory that they lie in.
private final class Parameters {
  let binds: UnsafeMutablePointer<MYSQL_BIND>
  private let count: Int
  private let bytes: UnsafeMutableRawPointer

  init(_ arguments: [SQLValue]) {
    count = arguments.count
    binds = .allocate(capacity: max(1, count))
    binds.initialize(repeating: MYSQL_BIND(), count: count)
    let sizes = arguments.map(Self.size)
    bytes = .allocate(byteCount: max(8, sizes.reduce(0, +)), alignment: 8)
    var place = bytes
    for (index, argument) in arguments.enumerated() {
      Self.bind(argument, in: &binds[index], at: place)
      place += sizes[index]
    }
  }

  deinit {
    binds.deinitialize(count: count)
    binds.deallocate()
    bytes.deallocate()
  }

  /// In whole words, so that the numbers after a text stand where the processor wants them.
  private static func size(_ value: SQLValue) -> Int {
    switch value {
    case .null: 0
    case .integer, .real: 8
    case .text(let text): (text.utf8.count + 7) / 8 * 8
    case .blob(let blob): (blob.count + 7) / 8 * 8
    }
  }

  private static func bind(_ value: SQLValue, in bind: inout MYSQL_BIND, at place: UnsafeMutableRawPointer) {
    bind.buffer = place
    switch value {
    case .null: bind.buffer_type = MYSQL_TYPE_NULL
    case .integer(let value):
      bind.buffer_type = MYSQL_TYPE_LONGLONG
      place.storeBytes(of: value, as: Int64.self)
    case .real(let value):
      bind.buffer_type = MYSQL_TYPE_DOUBLE
      place.storeBytes(of: value, as: Double.self)
    case .text(var text):
      bind.buffer_type = MYSQL_TYPE_STRING
      text.withUTF8 { bytes in
        bind.buffer_length = UInt(bytes.count)
        if let start = bytes.baseAddress { place.copyMemory(from: start, byteCount: bytes.count) }
      }
    case .blob(let blob):
      bind.buffer_type = MYSQL_TYPE_BLOB
      bind.buffer_length = UInt(blob.count)
      blob.withUnsafeBytes { bytes in
        if let start = bytes.baseAddress { place.copyMemory(from: start, byteCount: bytes.count) }
      }
    }
  }
}
