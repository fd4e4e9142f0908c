import Values

/// An engine that keeps an index of its own over restarts.
public protocol LastingEngine: RenewableEngine {
  /// Takes up the index of the last time, or begins an empty one.
  func open() async throws
  func close() async throws
  /// So many documents are gone that `replaceAll` is worth while.
  var isWorn: Bool { get }
}

/// An engine whose index can be compared with the documents that it is made of, and made anew.
public protocol RenewableEngine: SearchEngine {
  /// Puts an index of these documents in the place of the one that it has, which answers meanwhile.
  /// - Parameters:
  ///   - version: everything up to it is among the documents.
  ///   - page: the documents after a product in the order of their ids, with their versions; none at the end.
  ///   - changes: what came after a version, in the order of versions; none at the end.
  ///   - exchanging: is handed what brings the new index up to date and puts it in the old one's place, and runs it while
  ///     nothing is applied.
  func replaceAll(
    upTo version: Int64,
    _ page: @escaping @Sendable (_ after: ProductID?) async throws -> [(SearchDocument, Int64)],
    changes: @escaping @Sendable (_ after: Int64) async throws -> [DocumentChange],
    exchanging: @escaping @Sendable (_ exchange: @escaping @Sendable () async throws -> Void) async throws -> Void
  ) async throws
  /// The products after this one that it holds, in the order of their ids, each with the version that was taken over last.
  func held(after product: ProductID?, limit: Int) async throws -> [(product: ProductID, version: Int64)]
}

/// An engine that notes of which table its index is, since versions alone don't tell one table from another.
public protocol MarkedEngine: LastingEngine {
  /// What was noted last; 0 before.
  func mark() async throws -> Int64
  func note(mark: Int64) async throws
}
