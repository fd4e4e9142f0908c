import Events

/// What the bus has at the broker: one exchange, to which every event goes under its name, and a queue for each subscriber.
struct Topology: Sendable {
  struct Queue: Sendable {
    let name: String
    let subscriber: String
    let events: Set<String>
    /// Read by one process at a time, which keeps the order, and kept while there is none. Otherwise the queue belongs to
    /// this process, so that each hears every event.
    let isShared: Bool
    let prefetch: UInt16

    /// Whether it outlives one node of a cluster, by copies on others. That of a process needn't, since what was in it can
    /// be had anew.
    let isReplicated: Bool

    /// How long it outlives its last reader: that of a process a while in which the connection may come back, a shared
    /// one until its subscriber is no more a part of any program.
    var idleMilliseconds: Int64 { isShared ? 30 * 86_400_000 : 10 * 60_000 }
  }

  let exchange: String
  private(set) var queues: [Queue]
  private var generation = 1

  /// - Parameters:
  ///   - family: how the names of all that belongs together at the broker begin.
  ///   - process: distinct for every process there ever was.
  ///   - isReplicated: whether the broker has several nodes.
  ///   - prefetch: how many events of a subscriber may be here unhandled.
  init(_ subscriptions: [Subscription], family: String, process: String, isReplicated: Bool, prefetch: Int = 250) {
    exchange = "\(family).events"
    queues = subscriptions.map { subscription in
      let isShared = subscription.memory == .durable
      let name = "\(family).\(subscription.subscriber)"
      return Queue(
        name: isShared ? name : "\(name)@\(process)", subscriber: subscription.subscriber, events: subscription.events,
        isShared: isShared, prefetch: UInt16(clamping: max(prefetch, subscription.gathering?.limit ?? 0)),
        isReplicated: isShared && isReplicated)
    }
  }

  /// The queues of this process through which the event passes.
  func own(for event: String) -> [Queue] { queues.filter { !$0.isShared && $0.events.contains(event) } }

  /// Whether this process has a subscriber for it.
  func hears(_ event: String) -> Bool { queues.contains { $0.events.contains(event) } }

  /// Makes what isn't there yet.
  /// - Parameter own: also the queues of this process.
  func declare(on connection: Connection, own: Bool) throws {
    try connection.declare(exchange: exchange)
    for queue in queues where queue.isShared || own {
      try connection.declare(queue)
      for event in queue.events.sorted() { try connection.bind(queue.name, to: exchange, key: event) }
    }
  }

  /// Gives the queues of this process other names, by which they can be made where those before are out of reach.
  mutating func renew() {
    generation += 1
    queues = queues.map { queue in
      guard !queue.isShared else { return queue }
      let first = queue.name.prefix { $0 != "#" }
      return Queue(
        name: "\(first)#\(generation)", subscriber: queue.subscriber, events: queue.events, isShared: false,
        prefetch: queue.prefetch, isReplicated: false)
    }
  }

  /// Whether a queue of this process is gone, or its node away, and with it what was in it.
  func hasGap(on connection: Connection) throws -> Bool {
    for queue in queues where !queue.isShared {
      if try !connection.hasQueue(queue.name) { return true }
    }
    return false
  }
}
