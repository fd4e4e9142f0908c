import Foundation
import Values

/// Where the merchant hears of events, as it named it itself.
struct StripeWebhook: Codable, Hashable, Sendable {
  private static let kind = "webhook"
  private static let key = "endpoint"
  static let id = "we_sandbox"

  let url: String
  /// Types, or `*`.
  let events: [String]

  func wants(_ type: String) -> Bool { events.contains("*") || events.contains(type) }

  static func current(_ turn: BookTurn) -> StripeWebhook? { read(turn.note(.stripe, kind, key)) }
  static func current(_ pages: BookPages) -> StripeWebhook? {
    read(pages.notes[BookPages.key(.stripe, kind, key)])
  }

  private static func read(_ note: TradeNote?) -> StripeWebhook? {
    note.flatMap { try? JSONDecoder().decode(StripeWebhook.self, from: Data($0.value.utf8)) }
  }

  func keep(in turn: inout BookTurn) throws {
    turn.keep(
      TradeNote(
        brand: .stripe, kind: Self.kind, key: Self.key,
        value: String(decoding: try Message.encode(self), as: UTF8.self),
        at: turn.now))
  }

  /// - Parameter secret: told when the place is named, and never again.
  func shown(secret: String?) -> StripeValue {
    var shown: StripeValue = [
      "id": .text(Self.id), "object": "webhook_endpoint", "api_version": .text(StripeVoice.version),
      "enabled_events": .list(events.map(StripeValue.text)), "livemode": false, "metadata": [:], "status": "enabled",
      "url": .text(url),
    ]
    if let secret { shown["secret"] = .text(secret) }
    return shown
  }
}
