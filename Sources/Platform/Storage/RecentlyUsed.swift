/// A bounded memory of values. When it is full, a value that wasn't asked for since the last round makes room.
public struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry {
    let key: Key
    var value: Value
    var isUsed: Bool
  }

  private let capacity: Int
  private var places: [Key: Int] = [:]
  private var entries: [Entry] = []
  private var hand = 0
  /// Grows with every `forget`. Whoever fetches a value notes it first and hands it to `keep`, so that a value fetched
  /// before a change can't be kept after it.
  public private(set) var age = 0

  public init(capacity: Int) { self.capacity = max(1, capacity) }

  public var count: Int { entries.count }

  public mutating func value(_ key: Key) -> Value? {
    guard let place = places[key] else { return nil }
    entries[place].isUsed = true
    return entries[place].value
  }

  public mutating func keep(_ value: Value, for key: Key, fetchedAt age: Int) {
    guard age == self.age else { return }
    if let place = places[key] {
      entries[place].value = value
    } else if entries.count < capacity {
      places[key] = entries.count
      entries.append(Entry(key: key, value: value, isUsed: false))
    } else {
      while entries[hand].isUsed {
        entries[hand].isUsed = false
        hand = (hand + 1) % capacity
      }
      places[entries[hand].key] = nil
      places[key] = hand
      entries[hand] = Entry(key: key, value: value, isUsed: false)
      hand = (hand + 1) % capacity
    }
  }

  public mutating func forgetAll() {
    age += 1
    places = [:]
    entries = []
    hand = 0
  }

  public mutating func forget(_ keys: some Sequence<Key>) {
    age += 1
    for key in keys {
      guard let place = places.removeValue(forKey: key) else { continue }
      let last = entries.removeLast()
      if place < entries.count {
        entries[place] = last
        places[last.key] = place
      }
      if hand >= entries.count { hand = 0 }
    }
  }
}
