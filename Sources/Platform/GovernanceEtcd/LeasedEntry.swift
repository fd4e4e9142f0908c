import Foundation
import Governance
import Logging
import Synchronization
import Values

/// One instance in etcd, under a lease. Used by one task at a time, save for `wish`.
final class LeasedEntry: Sendable {
  /// Also the least that etcd grants with an election timeout of up to two seconds; it stretches what is shorter.
  private static let leaseSeconds = 3
  private static let beat = Duration.seconds(1)
  /// A change of load below this isn't worth a write.
  private static let worthTelling = 0.05

  private struct State {
    var wanted: PartInstance
    var told: PartInstance?
    var lease: String?
    /// Of being late.
    var reminder = Reminder()
  }

  private let client: EtcdClient
  private let logger: Logger
  private let state: Mutex<State>

  init(_ instance: PartInstance, in client: EtcdClient, logger: Logger) {
    self.client = client
    self.logger = logger
    state = Mutex(State(wanted: instance))
  }

  func wish(_ condition: PartCondition) { state.withLock { $0.wanted.condition = condition } }

  /// Writes the entry under the lease that there is, or under a new one.
  func write() async throws {
    let (instance, held) = state.withLock { ($0.wanted, $0.lease) }
    let lease: String
    if let held {
      lease = held
    } else {
      let granted: LeaseMessage = try await client.call("lease/grant", GrantQuestion(seconds: "\(Self.leaseSeconds)"))
      lease = granted.id
      state.withLock { $0.lease = lease }
    }
    let question = PutQuestion(key: PartKeys.key(of: instance), value: try JSONEncoder().encode(instance), lease: lease)
    _ = try await client.call("kv/put", question, Done.self)
    state.withLock { $0.told = instance }
  }

  /// Keeps the entry alive and current until the task is cancelled.
  func keep() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.beat)
      do {
        try await renew()
        if state.withLock({ $0.reminder.end() }) { logger.notice("this process is registered again") }
      } catch {
        if Task.isCancelled { return }
        noteLate(error)
      }
    }
  }

  func noteLate(_ error: any Error) {
    guard state.withLock({ $0.reminder.isDue() }) else { return }
    logger.warning(
      "this process can't register, so that no other finds it; it's tried again each second",
      metadata: ["error": "\(error)"])
  }

  /// Takes the entry away.
  func leave() async {
    let lease = state.withLock { state in
      defer { state.lease = nil }
      return state.lease
    }
    guard let lease else { return }
    do {
      _ = try await client.call("lease/revoke", LeaseMessage(id: lease), Done.self)
    } catch {
      logger.notice("this process's registration is left to run out", metadata: ["error": "\(error)"])
    }
  }

  private func renew() async throws {
    if let lease = state.withLock({ $0.lease }), try await isAlive(lease) {
      guard isChanged else { return }
    } else {
      forgetLease()
    }
    do {
      try await write()
    } catch let fault as EtcdFault where fault.kind == .leaseLost {
      forgetLease()
      try await write()
    }
  }

  /// What was told went with it: a new lease that is granted before the write fails must not pass for an entry.
  private func forgetLease() {
    state.withLock { state in
      state.lease = nil
      state.told = nil
    }
  }

  private func isAlive(_ lease: String) async throws -> Bool {
    let answer: KeepAliveAnswer = try await client.call("lease/keepalive", LeaseMessage(id: lease))
    guard let result = answer.result else { throw EtcdFault(.unreachable, "the lease wasn't renewed") }
    return result.seconds != nil
  }

  private var isChanged: Bool {
    state.withLock { state in
      guard let told = state.told?.condition else { return true }
      let wanted = state.wanted.condition
      return told.health != wanted.health || abs(told.load - wanted.load) >= Self.worthTelling
    }
  }
}
