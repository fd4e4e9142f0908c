import Synchronization

/// Whether any program's token counts, kept for a moment, since every fact asks.
///
/// That one counts may be old: then a fact is kept that nobody reads. That none does must not be, or a fact would be missed.
/// It isn't, since nobody follows facts before they have a token: whoever makes the first one hands it out only once all
/// processes have let go of what they knew before (`outlast`). Whoever asks after that asks anew, and the facts from before
/// are in what the program reads when it begins.
public final class TokenKnowledge: Sendable {
  /// How long an answer is kept, by a clock that nobody sets.
  static let life = Duration.milliseconds(250)

  private struct State {
    var isThere = false
    var since: ContinuousClock.Instant?
    /// Counts calls of `forget`.
    var changes: UInt64 = 0
  }

  private let now: @Sendable () -> ContinuousClock.Instant
  private let wait: @Sendable (Duration) async throws -> Void
  private let state = Mutex(State())

  public init(
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    wait: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.now = now
    self.wait = wait
  }

  /// An answer is as old as the moment in which it was asked for.
  func isThere(_ read: () async throws -> Bool) async throws -> Bool {
    let asked = now()
    let (known, changes) = state.withLock { state -> (Bool?, UInt64) in
      guard let since = state.since, asked < since + Self.life else { return (nil, state.changes) }
      return (state.isThere, state.changes)
    }
    if let known { return known }
    let isThere = try await read()
    state.withLock { state in
      guard state.changes == changes else { return }
      (state.isThere, state.since) = (isThere, asked)
    }
    return isThere
  }

  /// What is known here doesn't count any more.
  func forget() {
    state.withLock { state in
      state.since = nil
      state.changes += 1
    }
  }

  /// Returns once no process knows any more what was so before the call; after twice the time, since the server that another
  /// one asks may be a moment behind.
  func outlast() async throws { try await wait(Self.life * 2) }
}
