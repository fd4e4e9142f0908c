import Events
import Foundation
import Values

/// An event as the broker carries it: the envelope as JSON, its trace included, named by its event.
struct Message: Sendable {
  let id: String
  let name: String
  let body: Data

}

extension Message {
  init(_ envelope: EventEnvelope) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.init(id: envelope.id.description, name: envelope.name, body: try encoder.encode(envelope))
  }
}

/// A message that the broker has handed over.
struct Arrival: Sendable {
  /// By which it's acknowledged.
  let tag: UInt64
  let subscriber: String
  /// The event's name, as it was published.
  let name: String
  let body: Data

  /// Throws when it isn't one, or one that could never be stored.
  func envelope() throws -> EventEnvelope {
    let envelope = try JSONDecoder().decode(EventEnvelope.self, from: body)
    guard envelope.name.unicodeScalars.count <= Limit.name, envelope.subject.unicodeScalars.count <= Limit.subject,
      envelope.payload.unicodeScalars.count <= Limit.payload
    else { throw Oversized() }
    return envelope
  }

  /// What can be kept of one that can't be read: its text stands for the event's own.
  func remains(_ id: EventID, at moment: Timestamp) -> EventEnvelope {
    EventEnvelope(
      id: id, name: name.cut(Limit.name), version: 0, subject: "", occurredAt: moment,
      payload: String(decoding: body, as: UTF8.self).cut(Limit.payload))
  }

  /// Characters of the columns of outbox and dead letters.
  private enum Limit {
    static let name = 80
    static let subject = 120
    static let payload = 65_536
  }

  struct Oversized: Error {}
}

extension String {
  fileprivate func cut(_ limit: Int) -> String { String(UnicodeScalarView(unicodeScalars.prefix(limit))) }
}
