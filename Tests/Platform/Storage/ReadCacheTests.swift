import Storage
import Synchronization
import Testing

struct ReadCacheTests {
  @Test func `at most as many keys are kept as there is room for, however many are asked for at once`() async throws {
    let cache = ReadCache<Int, String>(capacity: 4)
    let loads = Mutex<[Int]>([])
    func ask(_ keys: ClosedRange<Int>) async throws {
      let values = try await cache.values(Array(keys)) { missing in
        loads.withLock { $0.append(missing.count) }
        return Dictionary(uniqueKeysWithValues: missing.map { ($0, "\($0)") })
      }
      #expect(values.count == keys.count)
    }
    try await ask(1...10)
    try await ask(1...10)
    #expect(loads.withLock { $0 } == [10, 6])
  }

  @Test func `what was read before a change isn't kept after it`() async throws {
    let cache = ReadCache<Int, String>(capacity: 4)
    let before = try await cache.value(1) {
      cache.forget([1])
      return "before"
    }
    #expect(before == "before")
    #expect(try await cache.value(1) { "after" } == "after")
  }

  @Test func `a full cache finds its keys as quickly as an empty one`() async throws {
    let cache = ReadCache<CountedKey, Int>(capacity: 1000)
    let comparisons = Atomic<Int>(0)
    for number in 0..<20_000 {
      let key = CountedKey(number: number, comparisons: { comparisons.add(1, ordering: .relaxed) })
      _ = try await cache.value(key) { number }
    }
    #expect(comparisons.load(ordering: .relaxed) < 20_000 * 20)
  }
}

/// Counts how often it is compared: a hash table whose places are badly spread compares a key with most of the others.
private struct CountedKey: Hashable, Sendable {
  let number: Int
  let comparisons: @Sendable () -> Void

  static func == (left: CountedKey, right: CountedKey) -> Bool {
    left.comparisons()
    return left.number == right.number
  }
  func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
