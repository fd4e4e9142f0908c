/// A table as migrations describe it, free of any engine's spelling. Names are singular snake_case.
public struct TableDefinition: Sendable {
  public let name: String
  public let columns: [ColumnDefinition]
  public let primaryKey: [String]
  public let unique: [[String]]
  /// SQL conditions over the table's columns that every row must meet.
  public let checks: [String]

  public init(
    _ name: String, _ columns: [ColumnDefinition], primaryKey: [String] = ["id"], unique: [[String]] = [],
    checks: [String] = []
  ) {
    self.name = name
    self.columns = columns
    self.primaryKey = primaryKey
    self.unique = unique
    self.checks = checks
  }
}

public struct ColumnDefinition: Sendable {
  public enum Kind: Hashable, Sendable {
    /// 64 bits: ids, times, amounts in minor units, counts, booleans.
    case integer
    case real
    /// At most `limit` characters, which every engine enforces. Compared by code point, case included.
    case text(limit: Int)
    /// At most `limit` bytes.
    case blob(limit: Int)
  }

  public let name: String
  public let kind: Kind
  public let isNullable: Bool
  public let defaultValue: SQLValue?

  public init(_ name: String, _ kind: Kind, nullable: Bool = false, default defaultValue: SQLValue? = nil) {
    self.name = name
    self.kind = kind
    isNullable = nullable
    self.defaultValue = defaultValue
  }

  public static func integer(_ name: String, nullable: Bool = false, default value: Int64? = nil) -> Self {
    Self(name, .integer, nullable: nullable, default: value.map(SQLValue.integer))
  }

  public static func real(_ name: String, nullable: Bool = false) -> Self { Self(name, .real, nullable: nullable) }

  public static func text(_ name: String, _ limit: Int, nullable: Bool = false, default value: String? = nil) -> Self {
    Self(name, .text(limit: limit), nullable: nullable, default: value.map(SQLValue.text))
  }

  public static func blob(_ name: String, _ limit: Int, nullable: Bool = false) -> Self {
    Self(name, .blob(limit: limit), nullable: nullable)
  }
}
