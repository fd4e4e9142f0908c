import Synchronization

/// Whether this process can do its work: how far its life has come, and whether what it depends on answers. Nobody waits
/// long for the answer, and however many ask, nothing is tried more than once a second.
public final class Health: Sendable {
  public enum Stage: String, Codable, Sendable {
    case starting
    case serving
    /// Told to end: it still serves, and nobody new should be sent here.
    case draining
  }

  /// Something the process depends on.
  public struct Check: Sendable {
    /// `database`.
    public let name: String
    /// Without it the process can't do its work; else it goes on with a fallback.
    public let isNeeded: Bool
    let run: @Sendable () async throws -> Void

    public init(_ name: String, isNeeded: Bool, run: @escaping @Sendable () async throws -> Void) {
      self.name = name
      self.isNeeded = isNeeded
      self.run = run
    }
  }

  public struct Finding: Hashable, Codable, Sendable {
    public let name: String
    public let isNeeded: Bool
    public let isWell: Bool
  }

  public struct Report: Hashable, Codable, Sendable {
    public let stage: Stage
    public let findings: [Finding]
    let outlastsFailures: Bool
    /// Whether requests should be sent here.
    public var isReady: Bool { stage == .serving && (isWell || outlastsFailures) }
    /// Whether all that is needed answers.
    public var isWell: Bool { findings.allSatisfy { $0.isWell || !$0.isNeeded } }
  }

  private struct Probe: Sendable {
    let check: Check
    let glance: Glance<Void>
  }

  private let patience: Duration
  private let outlastsFailures: Bool
  private let state = Mutex<(stage: Stage, probes: [Probe])>((.starting, []))

  /// - Parameters:
  ///   - patience: after which a check that hasn't ended counts as failed.
  ///   - outlastsFailures: requests should be sent here also while something that is needed fails, since some of them can
  ///     be answered without it.
  public init(patience: Duration = .seconds(2), outlastsFailures: Bool = false) {
    self.patience = patience
    self.outlastsFailures = outlastsFailures
  }

  public func add(_ check: Check) {
    let probe = Probe(check: check, glance: Glance(patience: patience, look: check.run))
    state.withLock { $0.probes.append(probe) }
  }

  public var stage: Stage { state.withLock { $0.stage } }

  /// Who drains never serves again.
  public func enter(_ stage: Stage) {
    state.withLock { if $0.stage != .draining { $0.stage = stage } }
  }

  public func report() async -> Report {
    let probes = state.withLock { $0.probes }
    var findings: [Finding] = []
    await withTaskGroup(of: (Int, Finding).self) { group in
      for (place, probe) in probes.enumerated() {
        group.addTask {
          let isWell = await probe.glance.value() != nil
          return (place, Finding(name: probe.check.name, isNeeded: probe.check.isNeeded, isWell: isWell))
        }
      }
      findings = await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
    return Report(stage: stage, findings: findings, outlastsFailures: outlastsFailures)
  }
}
