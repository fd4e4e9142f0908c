import Dispatch
import Foundation
import GRDB
import Storage
@testable import StorageSQLite
import Synchronization
import TestKit
import Testing

@Suite struct ReaderPoolTests {
  /// No read of this test runs on a thread that tests share: one that waits there would keep the others from their turn,
  /// and itself from being ended by them.
  @Test func `reads wait for a free connection in turn, and whoever is cancelled meanwhile is told`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.db").path
    try DatabaseQueue(path: path).close()
    let pool = try ReaderPool(path: path, configuration: Configuration(), count: 1, places: 0)
    let (begun, mayEnd) = (AsyncStream.makeStream(of: Void.self), DispatchSemaphore(value: 0))
    let long = Task {
      try await pool.read { _ in
        begun.continuation.yield()
        mayEnd.wait()
      }
    }
    defer { mayEnd.signal() }
    for await _ in begun.stream { break }
    let served = Served()
    var waiting: [Task<Void, any Error>] = []
    for number in 1...20 {
      waiting.append(Task { try await pool.read { _ in served.numbers.withLock { $0.append(number) } } })
      try await eventually { pool.waitingCount == number }
    }
    for task in waiting.prefix(10) { task.cancel() }
    try await eventually { pool.waitingCount == 10 }
    mayEnd.signal()
    try await long.value
    for task in waiting.prefix(10) { await #expect(throws: CancellationError.self) { try await task.value } }
    for task in waiting.dropFirst(10) { try await task.value }
    #expect(served.numbers.withLock { $0 } == Array(11...20))
    try await pool.close()
    await #expect(throws: StorageFault.closed) { try await pool.read { _ in } }
  }
}

/// In what order reads were served.
private final class Served: Sendable {
  let numbers = Mutex<[Int]>([])
}
