import Values

/// One numbered step of a context's schema, forward only. Its name reads `NNN_VerbNoun`.
public struct Migration: Sendable {
  public let context: String
  public let number: Int
  public let name: String
  public let apply: @Sendable (any Transaction) throws -> Void

  public init(
    _ context: String, _ number: Int, _ name: String, apply: @escaping @Sendable (any Transaction) throws -> Void
  ) {
    self.context = context
    self.number = number
    self.name = name
    self.apply = apply
  }
}

/// Brings a database to the schema that the program knows.
public struct Migrator: Sendable {
  private let migrations: [Migration]

  /// - Parameter migrations: all steps of all contexts; each context numbers its own from 1 without gaps.
  public init(_ migrations: [Migration]) {
    for (context, steps) in Dictionary(grouping: migrations, by: \.context) {
      precondition(steps.map(\.number).sorted() == Array(1...steps.count), "\(context) numbers its migrations 1…n")
    }
    self.migrations = migrations.sorted { ($0.context, $0.number) < ($1.context, $1.number) }
  }

  /// Applies what is missing, all of it in one transaction, so that two programs starting at once can't both do it.
  /// Throws `StorageFault.unknownSchema` before touching anything when the database is ahead of the program.
  /// - Returns: the names of the steps applied, in order.
  @discardableResult
  public func run(on database: any Database, now: Timestamp) async throws -> [String] {
    let migrations = self.migrations
    return try await database.write { transaction in
      for statement in transaction.dialect.createTable(Self.journal) { try transaction.execute(statement) }
      var applied: [String: Int] = [:]
      for row in try transaction.rows("SELECT context, MAX(number) AS number FROM schema_migration GROUP BY context") {
        applied[try row["context"]] = try row["number"]
      }
      let known = Dictionary(grouping: migrations, by: \.context).mapValues(\.count)
      for (context, number) in applied where number > known[context] ?? 0 {
        throw StorageFault.unknownSchema("\(context) stands at \(number), this program knows \(known[context] ?? 0)")
      }
      let missing = migrations.filter { $0.number > applied[$0.context] ?? 0 }
      for step in missing {
        try step.apply(transaction)
        try transaction.execute(
          """
          INSERT INTO schema_migration (context, number, name, applied_at)
          VALUES (\(step.context), \(step.number), \(step.name), \(now))
          """)
      }
      return missing.map(\.name)
    }
  }

  private static let journal = TableDefinition(
    "schema_migration",
    [.text("context", 32), .integer("number"), .text("name", 120), .integer("applied_at")],
    primaryKey: ["context", "number"])
}

extension Transaction {
  public func create(_ table: TableDefinition) throws {
    for statement in dialect.createTable(table) { try execute(statement) }
  }

  public func createIndex(_ name: String, on table: String, _ columns: [String], unique: Bool = false) throws {
    try execute(dialect.createIndex(name, on: table, columns: columns, unique: unique))
  }
}
