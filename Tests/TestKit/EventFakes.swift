import Events
import Storage
import Synchronization

/// An event to try buses with: a wall gets its next coat.
public struct Painted: Event {
  public static let name = "test.painted"
  public let wall: String
  public let coat: Int
  public var subject: String { wall }

  public init(wall: String, coat: Int) {
    self.wall = wall
    self.coat = coat
  }
}

/// Why a subscriber fails in tests.
public struct Broken: Error {
  public init() {}
}

/// What subscribers saw, in order.
public final class Notebook: Sendable {
  private let lines = Mutex<[String]>([])
  public var all: [String] { lines.withLock { $0 } }
  public init() {}
  public func note(_ line: String) { lines.withLock { $0.append(line) } }
}

/// A door that tests open when they are ready.
public final class Door: Sendable {
  private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  public init() {}

  public func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  public func open() {
    let waiting = state.withLock { state in
      defer { state = (true, []) }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}

extension TestStore {
  /// Tells the events in one transaction.
  public func tell(_ events: [Painted]) async throws {
    let outbox = outbox
    try await database.write { transaction in
      for event in events { try outbox.tell(event, in: transaction) }
    }
  }

  public func tell(_ events: Painted...) async throws { try await tell(events) }

  public func count(_ table: StaticString) async throws -> Int {
    try await database.read { try $0.value("SELECT COUNT(*) FROM \(name: table)") ?? 0 }
  }
}
