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

  /// Applies what is missing, each step with its entry in the journal in a transaction of its own, while other programs
  /// that start at once wait. Who is interrupted goes on with the step that has no entry; see `Dialect.createTable`
  /// for engines on which half of that step may be done already. Throws `StorageFault.unknownSchema` before touching
  /// anything when the database is ahead of the program.
  /// - Returns: the names of the steps applied, in order.
  @discardableResult
  public func run(on database: any Database, now: Timestamp) async throws -> [String] {
    try await database.withSchemaLock { database in
      let standing = try await standing(of: database)
      var done: [String] = []
      for step in migrations where step.number > standing[step.context] ?? 0 {
        if try await apply(step, on: database, now: now) { done.append(step.name) }
      }
      return done
    }
  }

  /// The number at which each context stands.
  private func standing(of database: any Database) async throws -> [String: Int] {
    let known = Dictionary(grouping: migrations, by: \.context).mapValues(\.count)
    return try await database.write { transaction in
      try transaction.create(Self.journal)
      var standing: [String: Int] = [:]
      for row in try transaction.rows("SELECT context, MAX(number) AS number FROM schema_migration GROUP BY context") {
        let (context, number): (String, Int) = (try row["context"], try row["number"])
        guard number <= known[context] ?? 0 else {
          throw StorageFault.unknownSchema("\(context) stands at \(number), this program knows \(known[context] ?? 0)")
        }
        standing[context] = number
      }
      return standing
    }
  }

  /// False when another program has applied it meanwhile.
  private func apply(_ step: Migration, on database: any Database, now: Timestamp) async throws -> Bool {
    try await database.write { transaction in
      let entry = try transaction.row(
        """
        SELECT name FROM schema_migration WHERE context = \(step.context) AND number = \(step.number)
        \(transaction.dialect.forUpdate)
        """)
      guard entry == nil else { return false }
      try step.apply(transaction)
      try transaction.execute(
        """
        INSERT INTO schema_migration (context, number, name, applied_at)
        VALUES (\(step.context), \(step.number), \(step.name), \(now))
        """)
      return true
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

  public func addColumn(_ column: ColumnDefinition, to table: String) throws {
    try execute(dialect.addColumn(column, to: table))
  }
}
