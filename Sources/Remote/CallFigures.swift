import Governance
import Synchronization

/// The figures of calls, by verb. A call pays for a look-up at most, and a few additions.
public final class CallFigures: Sendable {
  /// One verb's.
  final class Verb: Sendable {
    private let seconds: Histogram
    /// In the order of `CallEnd`.
    private let ends: [Counter]

    init(seconds: Histogram, ends: [Counter]) {
      self.seconds = seconds
      self.ends = ends
    }

    /// - Parameter time: says nothing of a call that its caller left.
    func note(_ end: CallEnd, _ time: Duration) {
      if end != .left { seconds.observe(time) }
      ends[end.rawValue].add()
    }

    /// Runs a call that may take so long, and notes how it ended.
    func noting<Value>(_ limit: Duration, _ call: () async throws -> Value) async throws -> Value {
      let began = ContinuousClock.now
      do {
        let value = try await call()
        note(.success, began.duration(to: .now))
        return value
      } catch {
        let time = began.duration(to: .now)
        note(CallEnd(of: error, after: time, of: limit), time)
        throw error
      }
    }
  }

  private struct Key: Hashable {
    let contract: String
    let verb: String
  }

  private let namesDependency: Bool
  private let seconds: MetricFamily<Histogram>
  private let ends: MetricFamily<Counter>
  private let verbs = Mutex<[Key: Verb]>([:])

  private init(namesDependency: Bool, seconds: MetricFamily<Histogram>, ends: MetricFamily<Counter>) {
    self.namesDependency = namesDependency
    self.seconds = seconds
    self.ends = ends
  }

  /// Of the calls that a process answers; once for each process.
  public static func answered(_ metrics: Metrics) -> CallFigures {
    CallFigures(
      namesDependency: false,
      seconds: metrics.histograms(
        "martlet_call_seconds", "Time from the arrival of a call to its answer, in seconds.", by: ["verb"]),
      ends: metrics.counters(
        "martlet_calls_total", "Calls of other parts, by how they ended.", by: ["verb", "outcome"]))
  }

  /// Of the calls that a process makes; once for each process.
  public static func made(_ metrics: Metrics) -> CallFigures {
    CallFigures(
      namesDependency: true,
      seconds: metrics.histograms(
        "martlet_dependency_call_seconds", "Time that a call to another part takes, all attempts together, in seconds.",
        by: ["dependency", "verb"]),
      ends: metrics.counters(
        "martlet_dependency_calls_total", "Calls to other parts, by how they ended.",
        by: ["dependency", "verb", "outcome"]))
  }

  func of(_ verb: RemoteVerb) -> Verb {
    let key = Key(contract: verb.contract.name, verb: verb.name)
    return verbs.withLock { verbs in
      if let known = verbs[key] { return known }
      let labels = namesDependency ? [key.contract, verb.fullName] : [verb.fullName]
      let new = Verb(
        seconds: seconds.with(labels), ends: CallEnd.allCases.map { ends.with(labels + ["\($0)"]) })
      verbs[key] = new
      return new
    }
  }
}
