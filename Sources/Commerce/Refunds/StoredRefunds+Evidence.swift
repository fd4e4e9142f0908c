import Storage
import Values

/// Which pictures of requests lie where.
extension StoredRefunds {
  public func evidence(among files: [FileKey]) async throws -> Set<FileKey> {
    guard !files.isEmpty else { return [] }
    return try await database.read { transaction in
      let named: [String] = try transaction.rows(
        """
        SELECT DISTINCT file FROM refund_evidence WHERE file IN \(list: files.map(\.rawValue)) ORDER BY file
        LIMIT \(files.count)
        """
      ).map { try $0["file"] }
      return Set(named.compactMap(FileKey.init(rawValue:)))
    }
  }

  public func publicEvidence(limit: Int) async throws -> [FileKey] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT request_id, file FROM refund_evidence WHERE is_private = 0 ORDER BY request_id, position
        LIMIT \(min(max(limit, 1), 500))
        """
      ).map { row in
        guard let file = FileKey(rawValue: try row["file"]) else { throw RefundFault.unreadable(try row["request_id"]) }
        return file
      }
    }
  }

  public func noteEvidenceApart(_ files: [FileKey]) async throws {
    guard !files.isEmpty else { return }
    try await database.write { transaction in
      _ = try transaction.execute(
        """
        UPDATE refund_evidence SET is_private = 1 WHERE is_private = 0 AND file IN \(list: files.map(\.rawValue))
        """)
    }
  }
}
