import Synchronization

/// Keeps what was read, also that there was nothing, until a commit says that it has changed. A read that began before
/// such a commit is never kept. Holds at most `capacity` keys.
public final class ReadCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct State {
    var values: RecentlyUsed<Key, Value?>
    /// Counts calls of `forget`.
    var changes: UInt64 = 0
    var lastChange: [Key: UInt64] = [:]
    /// Changes up to this one count for every key, so that the record of changes stays small.
    var lastChangeOfAll: UInt64 = 0
  }

  private let capacity: Int
  private let keepsNothing: Bool
  private let state: Mutex<State>

  /// - Parameter database: for what its owner must see changed at once, wherever it was changed: where several programs
  ///   share the database nothing is kept. Without it, what others change must be told to `forget`.
  public init(capacity: Int, of database: (any Database)? = nil) {
    self.capacity = capacity
    keepsNothing = database?.isShared ?? false
    state = Mutex(State(values: RecentlyUsed(capacity: capacity)))
  }

  /// The values of the keys that have one; `load` is asked once for all that aren't known.
  public func values(
    _ keys: [Key], load: ([Key]) async throws -> [Key: Value]
  ) async throws -> [Key: Value] {
    var found: [Key: Value] = [:]
    var missing: [Key] = []
    let began = state.withLock { state in
      for key in keys {
        if let known = state.values.value(key) {
          if let value = known { found[key] = value }
        } else {
          missing.append(key)
        }
      }
      return state.changes
    }
    guard !missing.isEmpty else { return found }
    let loaded = try await load(missing)
    keep(missing, loaded, began: began)
    return found.merging(loaded) { _, later in later }
  }

  public func value(_ key: Key, load: () async throws -> Value?) async throws -> Value? {
    try await values([key]) { _ in try await load().map { [key: $0] } ?? [:] }[key]
  }

  /// To be called after the commit that changed them.
  public func forget(_ keys: some Sequence<Key>) {
    state.withLock { state in
      state.changes += 1
      if state.lastChange.count > capacity {
        state.lastChange = [:]
        state.lastChangeOfAll = state.changes
      }
      state.values.forget(keys)
      for key in keys { state.lastChange[key] = state.changes }
    }
  }

  public func forgetAll() {
    state.withLock { state in
      state.changes += 1
      state.values = RecentlyUsed(capacity: capacity)
      state.lastChange = [:]
      state.lastChangeOfAll = state.changes
    }
  }

  private func keep(_ keys: [Key], _ loaded: [Key: Value], began: UInt64) {
    state.withLock { state in
      guard !keepsNothing, state.lastChangeOfAll <= began else { return }
      for key in keys.prefix(capacity) where state.lastChange[key] ?? 0 <= began {
        state.values.keep(loaded[key], for: key, fetchedAt: state.values.age)
      }
    }
  }
}
