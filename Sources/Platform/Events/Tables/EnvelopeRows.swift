import Governance
import Storage
import Values

extension EventEnvelope {
  /// - Parameter idColumn: `id` in the outbox, `event_id` among the dead letters.
  init(row: Row, idColumn: String = "id") throws {
    self.init(
      id: try row[idColumn], name: try row["name"], version: try row["version"], subject: try row["subject"],
      occurredAt: try row["occurred_at"], payload: try row["payload"],
      trace: try row["trace"])
  }
}

extension DeadLetter {
  init(row: Row) throws {
    self.init(
      envelope: try EventEnvelope(row: row, idColumn: "event_id"), subscriber: try row["subscriber"],
      errorText: try row["error_text"], attempts: try row["attempts"], failedAt: try row["failed_at"])
  }

  /// Puts the letter aside, or renews it when the same event had failed for the subscriber before.
  func store(in transaction: any Transaction) throws {
    let columns: [(column: String, value: SQLValue)] = [
      ("event_id", envelope.id.sqlValue), ("subscriber", subscriber.sqlValue), ("name", envelope.name.sqlValue),
      ("version", envelope.version.sqlValue), ("subject", envelope.subject.sqlValue),
      ("occurred_at", envelope.occurredAt.sqlValue), ("payload", envelope.payload.sqlValue),
      ("trace", TraceParent.valid(envelope.trace).sqlValue),
      ("error_text", errorText.sqlValue), ("attempts", attempts.sqlValue), ("failed_at", failedAt.sqlValue),
    ]
    try transaction.execute(
      transaction.dialect.upsert(
        into: "dead_letter", columns, key: ["event_id", "subscriber"], update: ["error_text", "attempts", "failed_at"]))
  }
}
