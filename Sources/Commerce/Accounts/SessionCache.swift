import Storage
import Synchronization
import Values

/// Who a session token stands for, kept for a minute so that a page view needs no query. Where several programs share the
/// database it is kept for five seconds: that long a log-out at one of them may go unnoticed by the others.
final class SessionCache<Person: Sendable>: Sendable {
  private let lifetime: Duration
  private static var capacity: Int { 20_000 }

  private struct Entry {
    let person: Person
    let until: Timestamp
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var drops: UInt64 = 0
  }

  private let state = Mutex(State())

  /// - Parameter lifetime: at most this long, whoever shares the database.
  init(of database: any Database, atMost lifetime: Duration = .seconds(60)) {
    self.lifetime = database.isShared ? min(.seconds(5), lifetime) : lifetime
  }

  func person(_ hash: String, now: Timestamp, load: () async throws -> (Person, Timestamp)?) async throws -> Person? {
    let (known, began) = state.withLock { ($0.entries[hash], $0.drops) }
    if let known, known.until > now { return known.person }
    guard let (person, expiresAt) = try await load() else { return nil }
    state.withLock { state in
      // A log-out while the row was being read wins.
      guard state.drops == began else { return }
      if state.entries.count >= Self.capacity { state.entries = state.entries.filter { $0.value.until > now } }
      if state.entries.count >= Self.capacity { state.entries = [:] }
      state.entries[hash] = Entry(person: person, until: min(expiresAt, now.adding(lifetime)))
    }
    return person
  }

  func drop(_ hash: String) {
    state.withLock { state in
      state.drops += 1
      state.entries.removeValue(forKey: hash)
    }
  }

  func drop(where isGone: (Person) -> Bool) {
    state.withLock { state in
      state.drops += 1
      state.entries = state.entries.filter { !isGone($0.value.person) }
    }
  }
}
