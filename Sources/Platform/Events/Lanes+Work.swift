import Governance
import Logging
import Synchronization
import Values

extension Lanes {
  /// Serves subjects of the lane for as long as there are any.
  func work(_ index: Int) async {
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
    let subject = delivery.envelope.subject
    guard delivery.begin() else {
      state.withLock { $0.lanes[index].drop(headOf: subject) }
      return true
    }
    do {
      if !isHandled(delivery, subscription) { try await handle([delivery.envelope], subscription) }
      state.withLock { $0.lanes[index].drop(headOf: subject) }
      finish(delivery, subscription, index)
      return true
    } catch {
      let failures = state.withLock { $0.lanes[index].noteFailure(of: subject) }
      guard failures < attempts(delivery), !(error is DecodingError) else {
        state.withLock { $0.lanes[index].drop(headOf: subject) }
        giveUp(delivery, subscription, index, Failure(error: error, attempts: failures))
        return true
      }
      delivery.pause()
      rest(subject, index, failures: failures)
      return false
    }
  }

  private func handle(_ envelopes: [EventEnvelope], _ subscription: Subscription) async throws {
    try await Deadline.run(within: patience.timeLimit) { try await subscription.handle(envelopes) }
  }

  private func isHandled(_ delivery: Delivery, _ subscription: Subscription) -> Bool {
    guard subscription.memory == .durable else { return false }
    let key = Inbox.Key(event: delivery.envelope.id, subscriber: subscription.subscriber)
    return state.withLock { $0.recent.contains(key) }
  }

  /// What is told again is tried once each time, since what is new waits for it.
  private func attempts(_ delivery: Delivery) -> Int { delivery.isRepeat ? 1 : patience.attempts }

  private func finish(_ delivery: Delivery, _ subscription: Subscription, _ index: Int) {
    guard subscription.memory == .durable else {
      delivery.settle(nil)
      if delivery.isRepeat { catchUp(delivery, subscription, index) }
      return
    }
    let key = Inbox.Key(event: delivery.envelope.id, subscriber: subscription.subscriber)
    state.withLock { $0.recent.insert(key) }
    ledger.add(.handled(key, at: clock.now)) { delivery.settle($0) }
  }

  // MARK: Many at once

  private func gather(_ index: Int, _ gathering: Subscription.Gathering) async {
    while true {
      let (taken, subscription) = state.withLock { state in
        (state.lanes[index].nextBatch(limit: gathering.limit), state.lanes[index].subscription)
      }
      guard !taken.isEmpty else { return }
      let batch = taken.filter { $0.begin() }
      if let first = batch.first { await serve(batch, subscription, index, attempts: attempts(first)) }
      if taken.count < gathering.limit, taken.first?.isRepeat == false { try? await patience.sleep(gathering.pause) }
    }
  }

  private func serve(_ taken: [Delivery], _ subscription: Subscription, _ index: Int, attempts: Int) async {
    var (batch, failures) = (taken, 0)
    while !batch.isEmpty {
      do {
        let unhandled = batch.filter { !isHandled($0, subscription) }
        if !unhandled.isEmpty { try await handle(unhandled.map(\.envelope), subscription) }
        for delivery in batch { finish(delivery, subscription, index) }
        return
      } catch {
        failures += 1
        guard failures >= attempts || error is DecodingError else {
          for delivery in batch { delivery.pause() }
          await patience.pause(afterFailures: failures)
          // What is no longer for this process is left to the one that has it now.
          batch = batch.filter { $0.begin() }
          continue
        }
        if batch.count == 1 {
          return giveUp(batch[0], subscription, index, Failure(error: error, attempts: failures))
        }
        // One that fails every time must not take the others with it. Beside one that can't be read, none has failed yet.
        let isUnreadable = error is DecodingError
        for delivery in batch { delivery.pause() }
        for delivery in batch where delivery.begin() {
          await serve([delivery], subscription, index, attempts: isUnreadable ? self.attempts(delivery) : 1)
        }
        return
      }
    }
  }

  private func rest(_ subject: String, _ index: Int, failures: Int) {
    Task.detached { [patience] in
      await patience.pause(afterFailures: failures)
      let mustStart = self.state.withLock { state in
        state.lanes[index].wake(subject)
        return state.lanes[index].admitWorker()
      }
      if mustStart { await self.work(index) }
    }
  }
}
