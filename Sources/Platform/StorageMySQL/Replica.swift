import Storage
import Synchronization

/// A server that follows the main one and may be read.
final class Replica: Sendable {
  /// A moment at which the main server had come so far, or further.
  struct Mark: Sendable {
    let at: ContinuousClock.Instant
    let position: ReplicationPosition
  }

  private struct State {
    /// All that was committed by then is here.
    var currentTo: ContinuousClock.Instant?
    var fault: String?
    /// As it was said last.
    var wasFit: Bool?
  }

  /// `HOST:PORT`.
  let name: String
  let database: MySQLDatabase
  private let mostLag: Duration
  private let say: @Sendable (String) -> Void
  /// A connection of its own, so that looking waits for no reader.
  private let scout: MySQLDatabase
  private let state = Mutex(State())

  /// - Parameter say: hears in a sentence when it begins to be read, and why it ceases to be.
  init(_ address: MySQLAddress, limits: MySQLLimits, mostLag: Duration, say: @escaping @Sendable (String) -> Void) {
    name = address.hosts.map(\.description).joined(separator: ",")
    self.mostLag = mostLag
    self.say = say
    var limits = limits
    // Whoever waits for it could as well ask the main server.
    limits.connectSeconds = 1
    database = MySQLDatabase(address, limits: limits)
    scout = MySQLDatabase(address, limits: MySQLLimits(connections: 1, statementSeconds: 1, connectSeconds: 1))
  }

  var isFit: Bool { state.withLock { refusal($0) == nil } }

  /// How much older than the main server it is at most; nil before that is known.
  var lag: Duration? { state.withLock { $0.currentTo?.duration(to: .now) } }

  /// Why it isn't read now.
  private func refusal(_ state: State) -> String? {
    if let fault = state.fault { return fault }
    guard let currentTo = state.currentTo else { return "its lag isn't known" }
    return currentTo.duration(to: .now) <= mostLag ? nil : "it is more than \(mostLag) behind"
  }

  /// - Parameter marks: of the main server, the oldest first.
  func look(_ marks: [Mark]) async {
    do {
      let status = try await scout.read { try ReplicationStatus(in: $0) }
      let mark = status.applied.flatMap { applied in marks.last { applied.reaches($0.position) } }
      if status.isReadOnly { note(nil, currentTo: mark?.at) } else { note("it isn't read-only") }
    } catch is CancellationError {
      // The program ends.
    } catch StorageFault.unavailable(let words) {
      note(words)
    } catch {
      note("\(error)")
    }
  }

  /// A fault of the server in the midst of a read: until somebody has looked again, it isn't read.
  func note(_ fault: String?, currentTo: ContinuousClock.Instant? = nil) {
    let sentence = state.withLock { state -> String? in
      state.fault = fault
      // Who comes back may have come back without what it had.
      if fault != nil { state.currentTo = nil }
      if let currentTo { state.currentTo = max(currentTo, state.currentTo ?? currentTo) }
      let refusal = refusal(state)
      guard state.wasFit != (refusal == nil) else { return nil }
      state.wasFit = refusal == nil
      return refusal.map { "the replica \(name) is passed over: \($0)" } ?? "the replica \(name) is read"
    }
    if let sentence { say(sentence) }
  }

  func close() async {
    try? await database.close()
    try? await scout.close()
  }
}
