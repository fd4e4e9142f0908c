/// What is wrong with input, field by field, so that a form can say each beside its field.
public struct FieldFaults: Refusal, Hashable, Codable {
  public struct Fault: Hashable, Codable, Sendable {
    /// The input's name as the form or the JSON body spells it; nested ones with dots: `address.phone`.
    public let field: String
    /// A key of the word lists under `fault.`: `missing`, `tooLong`, `notANumber`.
    public let code: String
    public let details: [String: String]

    public init(field: String, code: String, details: [String: String] = [:]) {
      self.field = field
      self.code = code
      self.details = details
    }
  }

  public private(set) var faults: [Fault]

  public init(_ faults: [Fault] = []) { self.faults = faults }

  public init(field: String, code: String, details: [String: String] = [:]) {
    faults = [Fault(field: field, code: code, details: details)]
  }

  public var code: String { "invalidInput" }
  public var kind: RefusalKind { .invalid }
  public var isEmpty: Bool { faults.isEmpty }

  public mutating func add(_ field: String, _ code: String, _ details: [String: String] = [:]) {
    faults.append(Fault(field: field, code: code, details: details))
  }

  public func throwIfAny() throws {
    if !faults.isEmpty { throw self }
  }
}

extension FieldFaults {
  /// Trims the text and checks its length in code points; adds `missing` (also when nothing of it can be seen),
  /// `tooLong` or `unprintable` (control characters and characters that turn the direction of text). Answers the trimmed
  /// text also when it is faulty.
  public mutating func text(
    _ value: String?, _ field: String, max: Int, required: Bool = true, multiline: Bool = false
  ) -> String {
    let trimmed = (value ?? "").trimmingWhitespace()
    if trimmed.unicodeScalars.allSatisfy(\.properties.isInvisible) {
      if required { add(field, "missing") }
      return ""
    } else if trimmed.unicodeScalars.count > max {
      add(field, "tooLong", ["max": String(max)])
    } else if trimmed.unicodeScalars.contains(where: { $0.isUnprintable(multiline: multiline) }) {
      add(field, "unprintable")
    }
    return trimmed
  }
}

extension String {
  func trimmingWhitespace() -> String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}

extension Unicode.Scalar {
  fileprivate func isUnprintable(multiline: Bool) -> Bool {
    switch value {
    case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: !multiline
    case 0x00..<0x20, 0x7F..<0xA0: true
    // Marks that override the direction of what follows; words in Arabic or Hebrew don't need them.
    case 0x202A...0x202E, 0x2066...0x2069: true
    case 0xFFFE, 0xFFFF: true
    default: false
    }
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isInvisible: Bool { isWhitespace || isDefaultIgnorableCodePoint }
}
