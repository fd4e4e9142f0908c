import Events
import Foundation
import Governance
import Logging
import Storage
import Synchronization
import Values

/// Delivers to subscribers in all processes that share a broker and a database. Every event goes to one exchange under its
/// name. A durable subscriber has one queue, which one process at a time reads; a transient one has a queue in each
/// process, so that all hear. An event is settled when the broker has confirmed it and, as long as this process has
/// transient subscribers for it, when those have handled it.
public final class RabbitMQBus: EventBus {
  private static let timeToEnd = Duration.seconds(10)

  /// What is there while the bus runs.
  private struct Running: Sendable {
    let publisher: Publisher
    let sending: Line
    let consumer: Consumer
    let hearing: Line
    let tally: Tally
    let counting: Line
  }

  private let address: BrokerAddress
  private let lanes: Lanes
  private let ids: IDGenerator
  private let logger: Logger
  private let family: String
  private let running = Mutex<Running?>(nil)
  private let renewals = Mutex<[@Sendable () async throws -> Void]>([])

  /// - Parameters:
  ///   - ids: for what arrives and is no event.
  ///   - family: how the names of exchange and queues begin; who shares it shares the events.
  package init(_ address: BrokerAddress, lanes: Lanes, ids: IDGenerator, logger: Logger, family: String = "martlet") {
    self.address = address
    self.lanes = lanes
    self.ids = ids
    self.logger = logger
    self.family = family
  }

  public var patience: Patience { lanes.patience }

  public var missed: Int { lanes.missed }

  public var waiting: [String: Int] { running.withLock { $0?.tally.counts } ?? [:] }

  public func subscribe(_ subscription: Subscription) { lanes.add(subscription) }

  public func subscription(named name: String) -> Subscription? { lanes.subscription(named: name) }

  /// Throws `BrokerFault` when the broker can't be used.
  public func start(after prepare: @Sendable () async throws -> Void) async throws {
    let running = try makeRunning()
    do {
      // The queues come first, so that nothing told from here on is missed.
      try await running.hearing.start()
      running.publisher.open()
      try await running.sending.start()
      // A figure stops no start.
      running.counting.begin()
      try await prepare()
    } catch {
      await stop(running)
      throw error
    }
    self.running.withLock { $0 = running }
    running.consumer.consume()
  }

  private func makeRunning() throws -> Running {
    let info = ProcessInfo.processInfo
    let process = "\(info.hostName)/\(info.processIdentifier)/" + String(UInt64.random(in: .min ... .max), radix: 36)
    let topology = Topology(
      lanes.subscriptions, family: family, process: process, isReplicated: address.hosts.count > 1)
    let echoes = Echoes()
    let (sendingBell, hearingBell) = (try Bell(), try Bell())
    let publisher = Publisher(topology, echoes: echoes, bell: sendingBell)
    let consumer = Consumer(topology, lanes: lanes, echoes: echoes, ids: ids, bell: hearingBell) { [self] in
      await renewAll()
    }
    let tally = Tally(of: { consumer.topology.queues }, logger: logger)
    return Running(
      publisher: publisher,
      sending: Line("events out", address, bell: sendingBell, work: publisher, logger: logger), consumer: consumer,
      hearing: Line("events in", address, bell: hearingBell, work: consumer, logger: logger), tally: tally,
      counting: Line("events that wait", address, bell: try Bell(), work: tally, logger: logger))
  }

  public func send(_ envelopes: [EventEnvelope], settled: @escaping @Sendable (EventID, (any Error)?) -> Void) {
    if let running = running.withLock({ $0 }) { return running.publisher.send(envelopes, settled: settled) }
    Task.detached { for envelope in envelopes { settled(envelope.id, BrokerFault.closed) } }
  }

  public func onGap(_ renew: @escaping @Sendable () async throws -> Void) {
    renewals.withLock { $0.append(renew) }
  }

  /// Queues that only this process reads; none unless the bus runs.
  var ownQueues: [String] {
    running.withLock { $0?.consumer.topology.queues.filter { !$0.isShared }.map(\.name) ?? [] }
  }

  private func renewAll() async {
    logger.warning("events may have been missed: what is kept in memory is made anew")
    for renew in renewals.withLock({ $0 }) {
      var failures = 0
      while running.withLock({ $0 != nil }) {
        do {
          try await renew()
          break
        } catch {
          failures += 1
          logger.error("what is kept in memory may be out of date", metadata: ["error": "\(error)"])
          let pause = Backoff(first: .seconds(1), longest: .minutes(1)).delay(afterFailures: failures, chance: 1)
          try? await Task.sleep(for: pause)
        }
      }
    }
  }

  public func close() async {
    let running = running.withLock { running in
      defer { running = nil }
      return running
    }
    if let running { await stop(running) }
  }

  private func stop(_ running: Running) async {
    async let sent: Void = running.sending.stop(within: Self.timeToEnd)
    // Nothing is lost with a figure: what it has asked for is cut off after a second.
    async let counted: Void = running.counting.stop(within: .zero)
    await running.hearing.stop(within: Self.timeToEnd)
    await sent
    await counted
  }
}
