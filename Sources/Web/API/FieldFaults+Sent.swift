import Values

extension FieldFaults {
  /// A picture of content by its key, or by the address under which it is shown.
  mutating func picture(_ text: String?, _ field: String) -> FileKey? {
    guard let text, !text.isEmpty else { return nil }
    let key = FileKey(rawValue: text.hasPrefix("/media/") ? String(text.dropFirst(7)) : text)
    if key == nil { add(field, "unknown") }
    return key
  }

  mutating func moment(_ text: String?, _ field: String) -> Timestamp? {
    guard let text, !text.isEmpty else { return nil }
    let time = Timestamp(rfc3339: text)
    if time == nil { add(field, "notATime") }
    return time
  }

  /// Does it, and calls fields of what it throws as a body does.
  static func calling<Value>(_ names: [String: String], _ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let faults as FieldFaults {
      throw FieldFaults(
        faults.faults.map { fault in
          Fault(field: names[fault.field] ?? fault.field, code: fault.code, details: fault.details)
        })
    }
  }
}
