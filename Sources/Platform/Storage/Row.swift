/// One row of a result, its values found by column name.
public struct Row: Sendable {
  /// Shared by all rows of one result.
  public let columns: [String]
  public let values: [SQLValue]

  public init(columns: [String], values: [SQLValue]) {
    self.columns = columns
    self.values = values
  }

  /// The value of a column. A missing column, or a value that doesn't fit, is a fault that names both.
  public subscript<Value: SQLConvertible>(_ column: String) -> Value {
    get throws {
      guard let index = columns.firstIndex(of: column) else { throw RowFault.noColumn(column) }
      guard let value = Value(sqlValue: values[index]) else {
        throw RowFault.misfit(column: column, type: "\(Value.self)")
      }
      return value
    }
  }
}

public enum RowFault: Error, Hashable, Sendable {
  case noColumn(String)
  case misfit(column: String, type: String)
}
