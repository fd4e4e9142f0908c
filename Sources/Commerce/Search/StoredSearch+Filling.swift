import Storage
import Values

extension StoredSearch {
  /// Whether the table was made anew and awaits the catalogue.
  public func awaitsCatalogue() async throws -> Bool {
    try await database.read { try SearchClock.awaitsCatalogue(in: $0) }
  }

  /// Everything of the catalogue is in the table.
  public func noteCatalogue() async throws {
    try await database.write { try SearchClock.noteCatalogue(in: $0) }
  }

  /// The products after this one that the table holds, in the order of their ids; for comparing it with the catalogue.
  public func products(after product: ProductID?, limit: Int) async throws -> [ProductID] {
    try await database.read { try SearchDocumentTable.versions(after: product, limit: limit, in: $0) }.map(\.product)
  }

  /// Those of the documents that the table hasn't as they are.
  public func differing(_ documents: [SearchDocument]) async throws -> [ProductID] {
    let rows = documents.map(DocumentRow.init)
    let known = try await database.read { try SearchDocumentTable.standings(rows.map(\.product), in: $0) }
    return rows.filter { row in known[row.product].map { $0.differs(from: row) } ?? true }.map(\.product)
  }
}
