import Logging
import Storage
import Synchronization
import Values

/// The ways to all subscribers of this process. Subscribers don't wait for one another, nor subjects of one subscriber;
/// only the events of one subject reach a subscriber one by one, in order.
package final class Lanes: Sendable {
  struct State {
    var lanes: [Lane] = []
    /// Which lanes hear an event, by its name.
    var listeners: [String: [Int]] = [:]
    var intake = Queue<[Parcel]>()
    var isTakingIn = false
    var recent = RecentKeys()

    func hearers(of parcel: Parcel) -> [Int] {
      let hearers = listeners[parcel.envelope.name, default: []]
      guard let subscriber = parcel.subscriber else { return hearers }
      return hearers.filter { lanes[$0].subscription.subscriber == subscriber }
    }
  }

  package let patience: Patience
  let clock: WallClock
  let logger: Logger
  let ledger: Gatherer<DeliveryRecord>
  let state = Mutex(State())
  private let inbox: Inbox
  package let width: Int

  /// - Parameter width: how many subjects of one subscriber are served at once.
  package init(
    database: any Database, clock: WallClock, logger: Logger, width: Int = 32, patience: Patience = Patience()
  ) {
    inbox = Inbox(database: database, clock: clock)
    ledger = Gatherer(limit: 500) { records in
      try await database.write { transaction in
        try DeliveryRecord.store(records, in: transaction)
      }
    }
    self.patience = patience
    self.width = width
    self.clock = clock
    self.logger = logger
  }

  package func add(_ subscription: Subscription) {
    state.withLock { state in
      precondition(
        !state.lanes.contains { $0.subscription.subscriber == subscription.subscriber },
        "two subscribers are called \(subscription.subscriber)")
      for event in subscription.events { state.listeners[event, default: []].append(state.lanes.count) }
      state.lanes.append(Lane(subscription, width: width))
    }
  }

  package var now: Timestamp { clock.now }

  package var subscriptions: [Subscription] { state.withLock { $0.lanes.map(\.subscription) } }

  package func subscription(named name: String) -> Subscription? {
    state.withLock { state in state.lanes.lazy.map(\.subscription).first { $0.subscriber == name } }
  }

  /// Takes the parcels in this order and returns at once; those taken earlier go first.
  package func take(_ parcels: [Parcel]) {
    let mustStart = state.withLock { state in
      state.intake.append(parcels)
      defer { state.isTakingIn = true }
      return !state.isTakingIn
    }
    // Detached, like the workers: handlers must not inherit the deadline of whoever happened to publish.
    if mustStart { Task.detached { await self.takeIn() } }
  }

  /// Asks the inbox about a batch at a time, in the order of `take`, and puts what is new into the lanes.
  private func takeIn() async {
    while let parcels = nextIntake() {
      do {
        distribute(parcels, handled: try await inbox.handled(of: durablyHeard(parcels)))
      } catch {
        // What waits behind must not overtake.
        for parcel in parcels + waiting() { parcel.settled(parcel.envelope.id, error) }
      }
    }
  }

  private func nextIntake() -> [Parcel]? {
    state.withLock { state in
      let next = state.intake.popFirst()
      state.isTakingIn = next != nil
      return next
    }
  }

  private func waiting() -> [Parcel] {
    state.withLock { state in
      var waiting: [Parcel] = []
      while let parcels = state.intake.popFirst() { waiting += parcels }
      return waiting
    }
  }

  private func durablyHeard(_ parcels: [Parcel]) -> [EventID] {
    state.withLock { state in
      parcels.filter { parcel in
        state.hearers(of: parcel).contains { state.lanes[$0].subscription.memory == .durable }
      }.map(\.envelope.id)
    }
  }

  private func distribute(_ parcels: [Parcel], handled: Set<Inbox.Key>) {
    let (unheard, workers) = state.withLock { state -> ([Parcel], [Int]) in
      var unheard: [Parcel] = []
      var touched: Set<Int> = []
      for parcel in parcels {
        let envelope = parcel.envelope
        let lanes = state.hearers(of: parcel).filter { index in
          !handled.contains(Inbox.Key(event: envelope.id, subscriber: state.lanes[index].subscription.subscriber))
        }
        guard !lanes.isEmpty else {
          unheard.append(parcel)
          continue
        }
        let receipt = Receipt(envelope.id, parts: lanes.count, settled: parcel.settled)
        let delivery = Delivery(envelope: envelope, receipt: receipt, shift: parcel.shift)
        for index in lanes { state.lanes[index].enqueue(delivery) }
        touched.formUnion(lanes)
      }
      var workers: [Int] = []
      for index in touched { while state.lanes[index].admitWorker() { workers.append(index) } }
      return (unheard, workers)
    }
    for parcel in unheard { parcel.settled(parcel.envelope.id, nil) }
    for index in workers { Task.detached { await self.work(index) } }
  }
}
