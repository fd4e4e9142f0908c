import Foundation
import Storage
import Values

/// The one row that says how often the tuning was changed.
enum TuningTable {
  struct Row {
    var revision: Int
    /// Nil while nobody has chosen any.
    var weights: RankingWeights?
    /// How often they were changed.
    var weightsVersion = 0

    var kept: KeptWeights { KeptWeights(weights ?? RankingWeights(), version: weightsVersion) }
  }

  static func row(in transaction: any ReadTransaction, lock: SQL = "") throws -> Row? {
    try transaction.row("SELECT revision, weights, weights_version FROM search_tuning WHERE id = 1" + lock).map { row in
      let stored: String? = try row["weights"]
      return Row(
        revision: try row["revision"], weights: stored.map(weights), weightsVersion: try row["weights_version"])
    }
  }

  /// The row, held for the rest of the transaction; made where there is none.
  static func locked(at now: Timestamp, in transaction: any Transaction) throws -> Row {
    if let row = try row(in: transaction, lock: transaction.dialect.forUpdate) { return row }
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "search_tuning", [("id", 1.sqlValue), ("revision", 0.sqlValue), ("changed_at", now.sqlValue)]))
    return try row(in: transaction, lock: transaction.dialect.forUpdate) ?? Row(revision: 0)
  }

  static func write(_ row: Row, at now: Timestamp, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      UPDATE search_tuning SET revision = \(row.revision), weights = \(try row.weights.map(text)),
        weights_version = \(row.weightsVersion), changed_at = \(now)
      WHERE id = 1
      """)
  }

  private static func text(_ weights: RankingWeights) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(weights.named), as: UTF8.self)
  }

  /// What can't be read counts as it does without a choice, so that a program that knows other weights finds its own.
  private static func weights(_ text: String) -> RankingWeights {
    var weights = RankingWeights()
    weights.named = (try? JSONDecoder().decode([String: Double].self, from: Data(text.utf8))) ?? [:]
    return weights
  }
}
