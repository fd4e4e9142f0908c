import Logging
import Synchronization
import Values

extension Lanes {
  struct Failure {
    let error: any Error
    /// How many there were.
    let attempts: Int
  }

  /// What becomes of an event that a subscriber couldn't follow: a letter, or telling it again to the memory of this
  /// process, which no other process can put right.
  func giveUp(_ delivery: Delivery, _ subscription: Subscription, _ index: Int, _ failure: Failure) {
    // What can't be read here won't be until there's another program here, which starts with a memory made anew.
    let isReadable = !(failure.error is DecodingError)
    if delivery.isRepeat {
      return isReadable ? tellAgain(delivery, index) : state.withLock { $0.lanes[index].dropMissed() }
    }
    let isMissed = subscription.memory != .durable && isReadable
    let letter = DeadLetter(
      envelope: delivery.envelope, subscriber: subscription.subscriber, errorText: "\(failure.error)",
      attempts: failure.attempts, failedAt: clock.now)
    putAside(letter, subscription.memory, isRemembered: subscription.memory == .durable) { [self] error in
      // What is given back comes again by itself.
      let isToldAgain =
        error == nil && isMissed && state.withLock { $0.lanes[index].noteMissed(limit: patience.mostRepeated) }
      delivery.settle(error)
      if isToldAgain { tellAgain(delivery, index) }
    }
  }

  /// Puts aside what came for the subscriber and can't be read.
  /// - Parameter settled: called once: with nil when it's stored, else with the error.
  package func putAside(
    _ envelope: EventEnvelope, for subscriber: String, because error: any Error,
    settled: @escaping @Sendable ((any Error)?) -> Void
  ) {
    let letter = DeadLetter(
      envelope: envelope, subscriber: subscriber, errorText: "\(error)", attempts: 1, failedAt: clock.now)
    // Its id is new, so that there's nothing to remember.
    putAside(letter, subscription(named: subscriber)?.memory ?? .durable, isRemembered: false, settled: settled)
  }

  private func putAside(
    _ letter: DeadLetter, _ memory: Subscription.Memory, isRemembered: Bool,
    settled: @escaping @Sendable ((any Error)?) -> Void
  ) {
    let envelope = letter.envelope
    logger.error(
      memory == .durable ? "an event was put aside" : "what this process keeps in memory couldn't follow an event",
      metadata: [
        "event": "\(envelope.id)", "name": "\(envelope.name)", "subject": "\(envelope.subject)",
        "subscriber": "\(letter.subscriber)", "attempts": "\(letter.attempts)", "error": "\(letter.errorText)",
      ])
    guard memory != .transient else { return settled(nil) }
    ledger.add(.failed(letter, remembered: isRemembered), answer: settled)
  }

  // MARK: Told again

  package var missed: Int { state.withLock { $0.lanes.reduce(0) { $0 + $1.missed } } }

  private func tellAgain(_ delivery: Delivery, _ index: Int) {
    let next = delivery.again
    // Nobody waits for it, and it goes with the process.
    Task.detached { [weak self, pause = patience.pause(beforeRepeat: next.repeats)] in
      try? await Task.sleep(for: pause)
      await self?.serveAgain(next, index)
    }
  }

  private func serveAgain(_ delivery: Delivery, _ index: Int) async {
    let mustStart = state.withLock { state in
      state.lanes[index].enqueue(delivery)
      return state.lanes[index].admitWorker()
    }
    if mustStart { await work(index) }
  }

  /// A repeat was followed.
  func catchUp(_ delivery: Delivery, _ subscription: Subscription, _ index: Int) {
    state.withLock { $0.lanes[index].dropMissed() }
    logger.notice(
      "what this process keeps in memory has caught up with an event",
      metadata: [
        "event": "\(delivery.envelope.id)", "subscriber": "\(subscription.subscriber)",
        "repeats": "\(delivery.repeats)",
      ])
    guard subscription.memory == .mirrored else { return }
    // Where this fails, the letter is replayed once more.
    ledger.add(.followed(Inbox.Key(event: delivery.envelope.id, subscriber: subscription.subscriber))) { _ in }
  }
}
