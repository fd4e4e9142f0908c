import Synchronization

/// Decides who is let in when there is more to do than can be done, so that those who are let in are served: a bounded
/// number at once, and fewer the longer work has to wait for a processor. What money depends on is turned away last.
public final class Admission: Sendable {
  public enum Priority: String, CaseIterable, Sendable {
    case ordinary
    case vital
  }

  public enum Reason: String, CaseIterable, Sendable {
    /// As many as may are under way.
    case places
    /// Work waits too long for a processor.
    case wait
  }

  /// The share of the places that is kept for what is vital.
  private static let keptShare = 10
  private static let beat = Duration.milliseconds(100)
  /// What is vital is turned away when waits are this many times the longest that is fine.
  private static let vitalPatience = 8.0

  public let most: Int
  private let longestWait: Duration
  private let chance: @Sendable () -> Double
  private let taken = Atomic<Int>(0)
  private let waits = Mutex<[Duration]>([])
  /// In microseconds: the shortest of the last three.
  private let shortest = Atomic<Int>(0)

  /// - Parameters:
  ///   - most: how many are under way at once, 1 or more.
  ///   - longestWait: how long work may wait for a processor before anyone is turned away.
  ///   - chance: evenly drawn from 0..<1.
  public init(
    most: Int, longestWait: Duration = .seconds(1),
    chance: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    precondition(most >= 1, "at least one at a time")
    self.most = most
    self.longestWait = longestWait
    self.chance = chance
  }

  public var underWay: Int { taken.load(ordering: .relaxed) }

  /// How long work waits for a processor: the shortest of the last three waits, so that a hiccup counts for nothing.
  public var wait: Duration { .microseconds(shortest.load(ordering: .relaxed)) }

  /// Nil lets in, and `leave` must follow; else says why not.
  public func enter(_ priority: Priority) -> Reason? {
    let places = priority == .vital ? most : max(1, most - max(1, most / Self.keptShare))
    guard taken.add(1, ordering: .relaxed).newValue <= places else {
      leave()
      return .places
    }
    guard !isTooBusy(for: priority) else {
      leave()
      return .wait
    }
    return nil
  }

  public func leave() { taken.subtract(1, ordering: .relaxed) }

  /// Notes how late something ran that should have run at once.
  public func note(wait: Duration) {
    waits.withLock { waits in
      if waits.count == 3 { waits.removeFirst() }
      waits.append(wait)
      let shortest = waits.count < 3 ? .zero : waits.min() ?? .zero
      self.shortest.store(Int(shortest / .microseconds(1)), ordering: .relaxed)
    }
  }

  /// Measures the wait ten times a second until the task is cancelled.
  public func watch() async {
    while true {
      let began = ContinuousClock.now
      guard (try? await Task.sleep(for: Self.beat)) != nil else { return }
      note(wait: began.duration(to: .now) - Self.beat)
    }
  }

  /// The longer the wait the more are turned away: none at the longest that is fine, all at four times that.
  private func isTooBusy(for priority: Priority) -> Bool {
    let times = wait / longestWait / (priority == .vital ? Self.vitalPatience : 1)
    guard times > 1 else { return false }
    return chance() < (times - 1) / 3
  }
}
