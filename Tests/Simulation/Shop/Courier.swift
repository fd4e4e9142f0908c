import Events
import Storage
import Synchronization
import Values

/// Carries facts from the outbox to those who act on them, one at a time and at least once, as the in-process bus does, and
/// with less kindness: what was handled is remembered by this process alone, so that after a crash all of it may come
/// again. Facts of one subject come in the order in which they were told, unless one of them failed: that one comes again
/// later, as a letter that is replayed.
///
/// Those who write letters and lists of customers change no book and are left out, for their time; those who keep figures
/// hear in some worlds.
final class Courier: Sendable {
  private static let leftOut = ["letters.", "customers.", "search.", "merchants.", "catalog."]

  private struct Key: Hashable {
    let event: EventID
    let subscriber: String
  }

  private struct State {
    var handled: Set<Key> = []
    var failed: Set<EventID> = []
  }

  private let subscriptions: [Subscription]
  private let database: SimulatedDatabase
  private let state = Mutex(State())

  /// - Parameter deaf: how the names begin of those who hear nothing, though they should.
  init(_ subscriptions: [Subscription], database: SimulatedDatabase, deaf: String? = nil) {
    let figures = database.life.stage.habits.keepsFigures ? [] : ["insight."]
    let leftOut = Self.leftOut + figures + [deaf].compactMap(\.self)
    self.subscriptions = subscriptions.filter { subscription in
      !leftOut.contains { subscription.subscriber.hasPrefix($0) }
    }
    self.database = database
  }

  /// The facts that may come next, the oldest first: of each subject its first, and those that failed before.
  private func next() async throws -> [EventEnvelope] {
    let waiting = try await database.read { transaction in
      try transaction.rows("SELECT * FROM outbox ORDER BY id LIMIT 100").map { row in
        EventEnvelope(
          id: try row["id"], name: try row["name"], version: try row["version"], subject: try row["subject"],
          occurredAt: try row["occurred_at"], payload: try row["payload"], trace: try row["trace"])
      }
    }
    let failed = state.withLock { $0.failed }
    var subjects: Set<String> = []
    return waiting.filter { failed.contains($0.id) || subjects.insert($0.subject).inserted }
  }

  /// Hands one fact, that the dice choose, to all who hear it.
  /// - Returns: false where none waits.
  func deliverOne() async throws -> Bool {
    let open = try await next()
    guard let envelope = database.life.stage.draw({ $0.pick(open) }) else { return false }
    try await deliver(envelope)
    return true
  }

  /// Hands over all that waits, and what comes of it.
  func deliverAll() async throws {
    var tried: Set<EventID> = []
    while true {
      let open = try await next().filter { !tried.contains($0.id) }
      guard !open.isEmpty else { return }
      for envelope in open {
        tried.insert(envelope.id)
        try await deliver(envelope)
      }
    }
  }

  private func deliver(_ envelope: EventEnvelope) async throws {
    let life = database.life
    try life.pass(.beforeEvent)
    var hasFailed = false
    for subscription in subscriptions where subscription.events.contains(envelope.name) {
      let key = Key(event: envelope.id, subscriber: subscription.subscriber)
      guard !state.withLock({ $0.handled.contains(key) }) else { continue }
      do {
        try await subscription.handle([envelope])
        life.stage.note("\(subscription.subscriber) has heard of \(envelope.subject)")
        // Now and then it comes again although it was handled.
        if !life.stage.happens(\.doubled) { state.withLock { _ = $0.handled.insert(key) } }
      } catch {
        life.stage.note("\(subscription.subscriber) can't follow \(envelope.subject): \(error)")
        hasFailed = true
      }
    }
    try life.pass(.afterEvent)
    let isDone = subscriptions.allSatisfy { subscription in
      !subscription.events.contains(envelope.name)
        || state.withLock { $0.handled.contains(Key(event: envelope.id, subscriber: subscription.subscriber)) }
    }
    guard isDone else {
      if hasFailed { state.withLock { _ = $0.failed.insert(envelope.id) } }
      return
    }
    try await database.write { transaction in
      _ = try transaction.execute("DELETE FROM outbox WHERE id = \(envelope.id)")
    }
  }
}
