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
  case text(String)

  /// - Parameter copy: of a text, to be freed by the caller.
  fileprivate func field(copy: UnsafeMutablePointer<CChar>?) -> amqp_field_value_t {
    switch self {
    case .flag(let value):
      amqp_field_value_t(kind: UInt8(AMQP_FIELD_KIND_BOOLEAN.rawValue), value: .init(boolean: value ? 1 : 0))
    case .number(let value):
      amqp_field_value_t(kind: UInt8(AMQP_FIELD_KIND_I64.rawValue), value: .init(i64: value))
    case .text:
      amqp_field_value_t(
        kind: UInt8(AMQP_FIELD_KIND_UTF8.rawValue), value: .init(bytes: amqp_cstring_bytes(copy)))
    }
  }

  fileprivate var copy: UnsafeMutablePointer<CChar>? { if case .text(let text) = self { strdup(text) } else { nil } }
}

func withTable<Result>(
  _ values: [(key: String, value: TableValue)], _ body: (amqp_table_t) throws -> Result
) rethrows -> Result {
  let copies = values.map { (key: strdup($0.key), text: $0.value.copy) }
  defer {
    for copy in copies {
      free(copy.key)
      free(copy.text)
    }
  }
  var entries = zip(copies, values).map { copy, value in
    amqp_table_entry_t(key: amqp_cstring_bytes(copy.key), value: value.value.field(copy: copy.text))
  }
  return try entries.withUnsafeMutableBufferPointer {
    try body(amqp_table_t(num_entries: Int32($0.count), entries: $0.baseAddress))
  }
}
