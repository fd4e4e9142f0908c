import CRabbitMQ
import Foundation

// What the library reads during a call, without copies that outlive it.

func withBytes<Result>(_ text: String, _ body: (amqp_bytes_t) throws -> Result) rethrows -> Result {
  var text = text
  return try text.withUTF8 { try body(amqp_bytes_t(UnsafeRawBufferPointer($0))) }
}

func withBytes<Result>(_ data: Data, _ body: (amqp_bytes_t) throws -> Result) rethrows -> Result {
  try data.withUnsafeBytes { try body(amqp_bytes_t($0)) }
}

extension amqp_bytes_t {
  fileprivate init(_ buffer: UnsafeRawBufferPointer) {
    self.init(len: buffer.count, bytes: UnsafeMutableRawPointer(mutating: buffer.baseAddress))
  }

  var text: String { String(decoding: UnsafeRawBufferPointer(start: bytes, count: len), as: UTF8.self) }
  var data: Data { Data(UnsafeRawBufferPointer(start: bytes, count: len)) }
}

/// An argument of a queue.
enum TableValue {
  case flag(Bool)
  case number(Int64)

  fileprivate var field: amqp_field_value_t {
    switch self {
    case .flag(let value):
      amqp_field_value_t(kind: UInt8(AMQP_FIELD_KIND_BOOLEAN.rawValue), value: .init(boolean: value ? 1 : 0))
    case .number(let value):
      amqp_field_value_t(kind: UInt8(AMQP_FIELD_KIND_I64.rawValue), value: .init(i64: value))
    }
  }
}

func withTable<Result>(
  _ values: [(key: String, value: TableValue)], _ body: (amqp_table_t) throws -> Result
) rethrows -> Result {
  let keys = values.map { strdup($0.key) }
  defer { for key in keys { free(key) } }
  var entries = zip(keys, values).map { key, value in
    amqp_table_entry_t(key: amqp_cstring_bytes(key), value: value.value.field)
  }
  return try entries.withUnsafeMutableBufferPointer {
    try body(amqp_table_t(num_entries: Int32($0.count), entries: $0.baseAddress))
  }
}
