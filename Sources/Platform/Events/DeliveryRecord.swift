import Storage
import Values

/// What became of one delivery, as the database keeps it.
enum DeliveryRecord: Sendable {
  case handled(Inbox.Key, at: Timestamp)
  /// A dead letter counts as handled too, so that a repeat of the event doesn't reach the subscriber past the letter.
  case failed(DeadLetter, remembered: Bool)
  /// This process could follow it after all, and the letter that it left is done with.
  case followed(Inbox.Key)

  static func store(_ records: [DeliveryRecord], in transaction: any Transaction) throws {
    var handled: [(key: Inbox.Key, at: Timestamp)] = []
    for record in records {
      switch record {
      case .handled(let key, let moment): handled.append((key, moment))
      case .failed(let letter, let isRemembered):
        try letter.store(in: transaction)
        guard isRemembered else { continue }
        handled.append((Inbox.Key(event: letter.envelope.id, subscriber: letter.subscriber), letter.failedAt))
      case .followed(let key): _ = try DeadLetters.delete(key.event, key.subscriber, in: transaction)
      }
    }
    try Inbox.remember(handled, in: transaction)
  }
}
