import Synchronization
import Values

/// Keeps what was made for everyone until a fact says that it is out of date. Bounded in bytes; what was used least
/// recently goes first.
public final class PageCache<Item: Sendable>: Sendable {
  /// What an item was made of; telling the cache of a topic drops its items.
  public enum Topic: Hashable, Sendable {
    case product(ProductID)
    /// Lists of goods.
    case lists
  }

  private struct Entry {
    var item: Item
    var size: Int
    var topic: Topic
    var lastUse: UInt64
  }

  private struct State {
    var usage = CacheUsage()
    var entries: [String: Entry] = [:]
    var keys: [Topic: Set<String>] = [:]
    var size = 0
    var uses: UInt64 = 0
    /// Counts drops; an item whose making began before a drop of its topic isn't kept.
    var drops: UInt64 = 0
    var lastDrop: [Topic: UInt64] = [:]
    var lastDropOfAll: UInt64 = 0
  }

  private let capacity: Int
  private let state = Mutex(State())

  /// - Parameter capacity: bytes.
  public init(capacity: Int) { self.capacity = capacity }

  /// The item under the key, made now if it isn't there.
  public func item(
    _ key: String, topic: Topic, size: (Item) -> Int, make: () async throws -> Item
  ) async throws -> Item {
    if let item = cached(key) { return item }
    let began = state.withLock { $0.drops }
    let item = try await make()
    keep(item, size: size(item), key: key, topic: topic, began: began)
    return item
  }

  /// The same for what is made at once.
  public func item(_ key: String, topic: Topic, size: (Item) -> Int, make: () throws -> Item) rethrows -> Item {
    if let item = cached(key) { return item }
    let began = state.withLock { $0.drops }
    let item = try make()
    keep(item, size: size(item), key: key, topic: topic, began: began)
    return item
  }

  public var usage: CacheUsage {
    state.withLock { state in
      var usage = state.usage
      usage.bytes = state.size
      return usage
    }
  }

  public func cached(_ key: String) -> Item? {
    state.withLock { state in
      guard var entry = state.entries[key] else {
        state.usage.misses += 1
        return nil
      }
      state.usage.hits += 1
      state.uses += 1
      entry.lastUse = state.uses
      state.entries[key] = entry
      return entry.item
    }
  }

  public func drop(_ topic: Topic) {
    state.withLock { state in
      state.drops += 1
      // The record of drops is bounded: when it is full, everything in the making counts as dropped.
      if state.lastDrop.count > 10_000 {
        state.lastDrop = [:]
        state.lastDropOfAll = state.drops
      }
      state.lastDrop[topic] = state.drops
      for key in state.keys.removeValue(forKey: topic) ?? [] {
        if let entry = state.entries.removeValue(forKey: key) { state.size -= entry.size }
      }
    }
  }

  public func dropAll() {
    state.withLock { state in
      state.drops += 1
      state.lastDropOfAll = state.drops
      state.lastDrop = [:]
      state.entries = [:]
      state.keys = [:]
      state.size = 0
    }
  }

  private func keep(_ item: Item, size: Int, key: String, topic: Topic, began: UInt64) {
    state.withLock { state in
      guard state.lastDropOfAll <= began, state.lastDrop[topic] ?? 0 <= began, size <= capacity / 4 else { return }
      state.uses += 1
      if let old = state.entries[key] { state.size -= old.size }
      state.entries[key] = Entry(item: item, size: size, topic: topic, lastUse: state.uses)
      state.keys[topic, default: []].insert(key)
      state.size += size
      if state.size > capacity { makeRoom(&state) }
    }
  }

  /// Lets go of the older half at once, so that it needn't be done for every page.
  private func makeRoom(_ state: inout State) {
    for (key, entry) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      guard state.size > capacity / 2 else { return }
      state.entries.removeValue(forKey: key)
      state.keys[entry.topic]?.remove(key)
      if state.keys[entry.topic]?.isEmpty == true { state.keys.removeValue(forKey: entry.topic) }
      state.size -= entry.size
    }
  }
}

/// How often a cache had what was asked for, and how often not; and the bytes that it holds.
public struct CacheUsage: Sendable {
  public var hits: UInt64 = 0
  public var misses: UInt64 = 0
  public var bytes = 0
}
