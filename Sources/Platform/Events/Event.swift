import Foundation
import Values

/// A fact that a context tells: ids and plain values, in the past tense. Stored as JSON, so a field may be added as an
/// optional; anything else is a new version.
public protocol Event: Codable, Sendable {
  /// `context.fact`, as in `orders.orderPlaced`.
  static var name: String { get }
  static var version: Int { get }
  /// Events of one subject arrive in the order in which they were told: usually the text of the id they are about.
  var subject: String { get }
}

extension Event {
  public static var version: Int { 1 }
}

/// An event on its way: what the outbox holds, the bus carries and the inbox remembers.
public struct EventEnvelope: Codable, Hashable, Sendable {
  public let id: EventID
  public let name: String
  public let version: Int
  public let subject: String
  public let occurredAt: Timestamp
  /// The event as JSON text.
  public let payload: String
  /// The W3C `traceparent` of what told it; nil where nobody traced.
  public let trace: String?

  public init(
    id: EventID, name: String, version: Int, subject: String, occurredAt: Timestamp, payload: String,
    trace: String? = nil
  ) {
    self.id = id
    self.name = name
    self.version = version
    self.subject = subject
    self.occurredAt = occurredAt
    self.payload = payload
    self.trace = trace
  }

  /// The event itself; throws `DecodingError` when the payload isn't one.
  public func decode<Fact: Event>(_: Fact.Type = Fact.self) throws -> Fact {
    try JSONDecoder().decode(Fact.self, from: Data(payload.utf8))
  }
}
