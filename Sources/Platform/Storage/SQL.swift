/// A value as the database engines know it.
public enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
}

/// A statement with its arguments apart from its text. Interpolated values become bound parameters, never text:
/// `"SELECT id FROM account WHERE email = \(email)"`.
public struct SQL: ExpressibleByStringInterpolation, Sendable {
  public private(set) var text: String
  public private(set) var arguments: [SQLValue]

  public init(stringLiteral text: String) {
    self.text = text
    arguments = []
  }

  public init(stringInterpolation: StringInterpolation) {
    text = stringInterpolation.text
    arguments = stringInterpolation.arguments
  }

  public init(text: String, arguments: [SQLValue] = []) {
    self.text = text
    self.arguments = arguments
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    var text = ""
    var arguments: [SQLValue] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 2)
    }

    public mutating func appendLiteral(_ literal: String) { text += literal }

    public mutating func appendInterpolation(_ value: some SQLConvertible) {
      text += "?"
      arguments.append(value.sqlValue)
    }

    public mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
      text += "?"
      arguments.append(value?.sqlValue ?? .null)
    }

    /// A piece of a statement inside another.
    public mutating func appendInterpolation(_ piece: SQL) {
      text += piece.text
      arguments += piece.arguments
    }

    /// The values as a parenthesised list for `IN`. An empty list matches nothing. The list is filled up to a power of
    /// two with its last value, so that lists of many lengths share few prepared statements.
    public mutating func appendInterpolation(list values: some Collection<some SQLConvertible>) {
      var bound = values.map { $0.sqlValue }
      guard let last = bound.last else {
        text += "(NULL)"
        return
      }
      var width = 1
      while width < bound.count { width *= 2 }
      bound += Array(repeating: last, count: width - bound.count)
      text += "(?" + String(repeating: ", ?", count: width - 1) + ")"
      arguments += bound
    }

    /// Rows of values for `VALUES`: `(?, ?), (?, ?)`.
    public mutating func appendInterpolation(rows: [[any SQLConvertible]]) {
      text += rows.map { "(" + $0.map { _ in "?" }.joined(separator: ", ") + ")" }.joined(separator: ", ")
      for row in rows { arguments += row.map { $0.sqlValue } }
    }

    /// A table or column name from the program's own text; never from input.
    public mutating func appendInterpolation(name: StaticString) { text += "\(name)" }
  }
}

extension SQL {
  public static func + (left: SQL, right: SQL) -> SQL {
    SQL(text: left.text + right.text, arguments: left.arguments + right.arguments)
  }

  /// Conditions joined by `AND`; true when there are none.
  public static func all(_ conditions: [SQL]) -> SQL {
    guard let first = conditions.first else { return "1 = 1" }
    return conditions.dropFirst().reduce("(" + first + ")") { $0 + " AND (" + $1 + ")" }
  }
}
