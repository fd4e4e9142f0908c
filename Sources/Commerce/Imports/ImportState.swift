/// How far a run has come: `arriving → checking → ready → waiting → running → done`. What is at work can be stopped and taken
/// up again; what `failed` too. What isn't wanted is `dropped`.
public enum ImportState: String, CaseIterable, Codable, Sendable {
  /// Its file is on its way.
  case arriving
  /// What it would do is being found out.
  case checking
  /// Staff look at what it would do.
  case ready
  /// It is to be run.
  case waiting
  case running
  case stopped
  case done
  case failed
  case dropped

  /// Somebody works on it or is to.
  public static let working: Set<ImportState> = [.checking, .waiting, .running]
  /// Nothing more comes of it.
  public static let over: Set<ImportState> = [.done, .dropped]

  public func allows(_ decision: ImportDecision) -> Bool {
    switch decision {
    case .start: self == .ready
    case .stop: Self.working.contains(self)
    case .resume: self == .stopped || self == .failed
    case .drop: self == .ready || self == .stopped || self == .failed
    }
  }
}
