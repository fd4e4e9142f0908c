import Pages
import Synchronization
import TestKit
import Testing
import Values

@Suite final class ShortMemoryTests: Sendable {
  private let clock = TestClock()
  private let reads = Mutex(0)

  private func read() -> Int {
    reads.withLock {
      $0 += 1
      return $0
    }
  }

  @Test func `a value is read once in its life, for each key`() async throws {
    let memory = ShortMemory<String, Int>(life: .seconds(3), capacity: 2, clock: clock.clock)
    #expect(try await memory.value("a") { read() } == 1)
    clock.advance(by: .milliseconds(2999))
    #expect(try await memory.value("a") { read() } == 1)
    #expect(try await memory.value("b") { read() } == 2)
    clock.advance(by: .milliseconds(1))
    #expect(try await memory.value("a") { read() } == 3)
    #expect(try await memory.value("b") { read() } == 2)
  }

  @Test func `more keys than it may keep push others out`() async throws {
    let memory = ShortMemory<Int, Int>(life: .seconds(3), capacity: 2, clock: clock.clock)
    for key in 1...3 { #expect(try await memory.value(key) { read() } == key) }
    #expect(try await memory.value(3) { read() } == 3)
    #expect(try await memory.value(1) { read() } == 4)
  }

  @Test func `what was being read when it was told to forget isn't kept`() async throws {
    let memory = ShortMemory<String, Int>(life: .seconds(3), capacity: 2, clock: clock.clock)
    let old = try await memory.value("a") {
      memory.forgetAll()
      return read()
    }
    #expect(old == 1)
    #expect(try await memory.value("a") { read() } == 2)
    memory.forgetAll()
    #expect(try await memory.value("a") { read() } == 3)
  }

  @Test func `a clock that is set back makes nothing younger`() async throws {
    let memory = ShortMemory<String, Int>(life: .seconds(3), capacity: 2, clock: clock.clock)
    #expect(try await memory.value("a") { read() } == 1)
    clock.advance(by: .seconds(-60))
    #expect(try await memory.value("a") { read() } == 2)
  }
}
