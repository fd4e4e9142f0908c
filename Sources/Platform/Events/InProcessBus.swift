import Governance
import Logging
import Storage
import Synchronization
import Values

/// Delivers to subscribers in this process. Subscribers don't wait for one another, nor subjects of one subscriber; only
/// the events of one subject reach a subscriber one by one, in order.
public final class InProcessBus: EventBus {
  /// How hard to try before an event is put aside as a dead letter.
  public struct Patience: Sendable {
    public let attempts: Int
    public let backoff: Backoff
    /// For one attempt; what takes longer is cancelled and counts as failed.
    public let timeLimit: Duration
    let sleep: @Sendable (Duration) async throws -> Void
    let chance: @Sendable () -> Double

    /// With the defaults a subscriber may fail for about three seconds.
    /// - Parameters:
    ///   - attempts: 1 or more.
    ///   - chance: evenly drawn from 0…1.
    public init(
      attempts: Int = 7, backoff: Backoff = Backoff(first: .milliseconds(100), longest: .seconds(5)),
      timeLimit: Duration = .seconds(60),
      sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
      chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
      precondition(attempts >= 1, "at least one attempt")
      self.attempts = attempts
      self.backoff = backoff
      self.timeLimit = timeLimit
      self.sleep = sleep
      self.chance = chance
    }
  }

  private typealias Settled = @Sendable (EventID, (any Error)?) -> Void

  private struct State {
    var lanes: [Lane] = []
    /// Which lanes hear an event, by its name.
    var listeners: [String: [Int]] = [:]
    var intake = Queue<(envelopes: [EventEnvelope], settled: Settled)>()
    var isTakingIn = false
    var recent = RecentKeys()
  }

  private let inbox: Inbox
  private let ledger: Gatherer<DeliveryRecord>
  let patience: Patience
  private let width: Int
  private let clock: WallClock
  private let logger: Logger
  private let state = Mutex(State())

  /// - Parameter width: how many subjects of one subscriber are served at once.
  public init(
    database: any Database, clock: WallClock, logger: Logger, width: Int = 32, patience: Patience = Patience()
  ) {
    inbox = Inbox(database: database, clock: clock)
    ledger = Gatherer(limit: 500) { records in
      try await database.write { transaction in
        for record in records { try record.store(in: transaction) }
      }
    }
    self.patience = patience
    self.width = width
    self.clock = clock
    self.logger = logger
  }

  public func subscribe(_ subscription: Subscription) {
    state.withLock { state in
      precondition(
        !state.lanes.contains { $0.subscription.subscriber == subscription.subscriber },
        "two subscribers are called \(subscription.subscriber)")
      for event in subscription.events { state.listeners[event, default: []].append(state.lanes.count) }
      state.lanes.append(Lane(subscription, width: width))
    }
  }

  func subscription(named name: String) -> Subscription? {
    state.withLock { state in state.lanes.lazy.map(\.subscription).first { $0.subscriber == name } }
  }

  public func send(_ envelopes: [EventEnvelope], settled: @escaping @Sendable (EventID, (any Error)?) -> Void) {
    let mustStart = state.withLock { state in
      state.intake.append((envelopes, settled))
      defer { state.isTakingIn = true }
      return !state.isTakingIn
    }
    // Detached, like the workers: handlers must not inherit the deadline of whoever happened to publish.
    if mustStart { Task.detached { await self.takeIn() } }
  }

  /// Asks the inbox about a batch at a time, in the order of `send`, and puts what is new into the lanes.
  private func takeIn() async {
    while let (envelopes, settled) = nextIntake() {
      do {
        let handled = try await inbox.handled(of: durablyHeard(envelopes))
        distribute(envelopes, handled: handled, settled: settled)
      } catch {
        for envelope in envelopes { settled(envelope.id, error) }
      }
    }
  }

  private func nextIntake() -> (envelopes: [EventEnvelope], settled: Settled)? {
    state.withLock { state in
      let next = state.intake.popFirst()
      state.isTakingIn = next != nil
      return next
    }
  }

  private func durablyHeard(_ envelopes: [EventEnvelope]) -> [EventID] {
    state.withLock { state in
      envelopes.filter { envelope in
        state.listeners[envelope.name, default: []].contains { state.lanes[$0].subscription.memory == .durable }
      }.map(\.id)
    }
  }

  private func distribute(_ envelopes: [EventEnvelope], handled: Set<Inbox.Key>, settled: @escaping Settled) {
    let (unheard, workers) = state.withLock { state -> ([EventID], [Int]) in
      var unheard: [EventID] = []
      var touched: Set<Int> = []
      for envelope in envelopes {
        let lanes = state.listeners[envelope.name, default: []].filter { index in
          !handled.contains(Inbox.Key(event: envelope.id, subscriber: state.lanes[index].subscription.subscriber))
        }
        guard !lanes.isEmpty else {
          unheard.append(envelope.id)
          continue
        }
        let receipt = Receipt(envelope.id, parts: lanes.count, settled: settled)
        for index in lanes { state.lanes[index].enqueue(Delivery(envelope: envelope, receipt: receipt)) }
        touched.formUnion(lanes)
      }
      var workers: [Int] = []
      for index in touched { while state.lanes[index].admitWorker() { workers.append(index) } }
      return (unheard, workers)
    }
    for id in unheard { settled(id, nil) }
    for index in workers { Task.detached { await self.work(index) } }
  }

  // MARK: Workers

  private func work(_ index: Int) async {
    if let gathering = state.withLock({ $0.lanes[index].subscription.gathering }) {
      return await gather(index, gathering)
    }
    while let subject = state.withLock({ $0.lanes[index].nextSubject() }) {
      while let (delivery, subscription) = head(index, subject) {
        guard await serve(delivery, subscription, index) else { break }
      }
    }
  }

  private func head(_ index: Int, _ subject: String) -> (Delivery, Subscription)? {
    state.withLock { state in
      state.lanes[index].head(of: subject).map { ($0, state.lanes[index].subscription) }
    }
  }

  /// Answers false when the subject must rest before the next attempt.
  private func serve(_ delivery: Delivery, _ subscription: Subscription, _ index: Int) async -> Bool {
    let key = Inbox.Key(event: delivery.envelope.id, subscriber: subscription.subscriber)
    let isRepeat = subscription.memory == .durable && state.withLock { $0.recent.contains(key) }
    do {
      if !isRepeat { try await handle([delivery.envelope], subscription) }
      finish(delivery, subscription, index)
      return true
    } catch {
      let subject = delivery.envelope.subject
      let failures = state.withLock { $0.lanes[index].noteFailure(of: subject) }
      guard failures < patience.attempts, !(error is DecodingError) else {
        state.withLock { $0.lanes[index].drop(headOf: subject) }
        putAside(delivery, subscription, failures: failures, error: error)
        return true
      }
      rest(subject, index, for: patience.backoff.delay(afterFailures: failures, chance: patience.chance()))
      return false
    }
  }

  private func handle(_ envelopes: [EventEnvelope], _ subscription: Subscription) async throws {
    try await Deadline.run(within: patience.timeLimit) { try await subscription.handle(envelopes) }
  }

  private func finish(_ delivery: Delivery, _ subscription: Subscription, _ index: Int) {
    state.withLock { $0.lanes[index].drop(headOf: delivery.envelope.subject) }
    finish(delivery, subscription)
  }

  private func finish(_ delivery: Delivery, _ subscription: Subscription) {
    guard subscription.memory == .durable else { return delivery.receipt.settle(nil) }
    let key = Inbox.Key(event: delivery.envelope.id, subscriber: subscription.subscriber)
    state.withLock { $0.recent.insert(key) }
    ledger.add(.handled(key, at: clock.now)) { delivery.receipt.settle($0) }
  }

  // MARK: Many at once

  private func gather(_ index: Int, _ gathering: Subscription.Gathering) async {
    while true {
      let (batch, subscription) = state.withLock { state in
        (state.lanes[index].nextBatch(limit: gathering.limit), state.lanes[index].subscription)
      }
      guard !batch.isEmpty else { return }
      await serve(batch, subscription, attempts: patience.attempts)
      if batch.count < gathering.limit { try? await patience.sleep(gathering.pause) }
    }
  }

  private func serve(_ batch: [Delivery], _ subscription: Subscription, attempts: Int) async {
    var failures = 0
    while true {
      do {
        try await handle(batch.map(\.envelope), subscription)
        for delivery in batch { finish(delivery, subscription) }
        return
      } catch {
        failures += 1
        guard failures >= attempts || error is DecodingError else {
          try? await patience.sleep(patience.backoff.delay(afterFailures: failures, chance: patience.chance()))
          continue
        }
        if batch.count == 1 { return putAside(batch[0], subscription, failures: failures, error: error) }
        // One that fails every time must not take the others with it.
        for delivery in batch { await serve([delivery], subscription, attempts: 1) }
        return
      }
    }
  }

  // MARK: Failures

  private func putAside(_ delivery: Delivery, _ subscription: Subscription, failures: Int, error: any Error) {
    let envelope = delivery.envelope
    logger.error(
      "an event was put aside",
      metadata: [
        "event": "\(envelope.id)", "name": "\(envelope.name)", "subject": "\(envelope.subject)",
        "subscriber": "\(subscription.subscriber)", "attempts": "\(failures)", "error": "\(error)",
      ])
    let letter = DeadLetter(
      envelope: envelope, subscriber: subscription.subscriber, errorText: "\(error)", attempts: failures,
      failedAt: clock.now)
    ledger.add(.failed(letter, remembered: subscription.memory == .durable)) { delivery.receipt.settle($0) }
  }

  private func rest(_ subject: String, _ index: Int, for time: Duration) {
    Task.detached { [patience] in
      try? await patience.sleep(time)
      let mustStart = self.state.withLock { state in
        state.lanes[index].wake(subject)
        return state.lanes[index].admitWorker()
      }
      if mustStart { await self.work(index) }
    }
  }
}

/// What became of one delivery, as the database keeps it.
enum DeliveryRecord: Sendable {
  case handled(Inbox.Key, at: Timestamp)
  /// A dead letter counts as handled too, so that a repeat of the event doesn't reach the subscriber past the letter.
  case failed(DeadLetter, remembered: Bool)

  func store(in transaction: any Transaction) throws {
    switch self {
    case .handled(let key, let moment):
      try Inbox.remember(key, at: moment, in: transaction)
    case .failed(let letter, let isRemembered):
      try letter.store(in: transaction)
      guard isRemembered else { return }
      let key = Inbox.Key(event: letter.envelope.id, subscriber: letter.subscriber)
      try Inbox.remember(key, at: letter.failedAt, in: transaction)
    }
  }
}
