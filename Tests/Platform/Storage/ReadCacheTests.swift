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
}
