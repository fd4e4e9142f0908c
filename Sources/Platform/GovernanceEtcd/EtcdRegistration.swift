import Governance

/// Keeps an entry alive for as long as it's held.
final class EtcdRegistration: Registration {
  private let entry: LeasedEntry
  private let keeping: Task<Void, Never>

  init(_ entry: LeasedEntry) {
    self.entry = entry
    // Apart from the task that registers, whose deadline must not end it.
    keeping = Task.detached { await entry.keep() }
  }

  deinit { keeping.cancel() }

  func update(_ condition: PartCondition) { entry.wish(condition) }

  func withdraw() async {
    keeping.cancel()
    await keeping.value
    // The caller's task may have been cancelled.
    await Task.detached { [entry] in await entry.leave() }.value
  }
}
