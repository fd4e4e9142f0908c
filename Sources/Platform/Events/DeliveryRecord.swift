import Storage
import Values

/// What became of one delivery, as the database keeps it.
enum DeliveryRecord: Sendable {
  case handled(Inbox.Key, at: Timestamp)
  /// A dead letter counts as handled too, so that a repeat of the event doesn't reach the subscriber past the letter.
  case failed(DeadLetter, remembered: Bool)
  /// This process could follow it after all, and the letter that it left is done with.
  case followed(Inbox.Key)

  func store(in transaction: any Transaction) throws {
    switch self {
    case .handled(let key, let moment):
      try Inbox.remember(key, at: moment, in: transaction)
    case .failed(let letter, let isRemembered):
      try letter.store(in: transaction)
      guard isRemembered else { return }
      let key = Inbox.Key(event: letter.envelope.id, subscriber: letter.subscriber)
      try Inbox.remember(key, at: letter.failedAt, in: transaction)
    case .followed(let key):
      _ = try DeadLetters.delete(key.event, key.subscriber, in: transaction)
    }
  }
}
