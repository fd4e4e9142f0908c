import Values

/// A run with the right to work on it.
public struct ImportClaim: Hashable, Sendable {
  public let run: ImportRun
  let token: String

  init(run: ImportRun, token: String) {
    self.run = run
    self.token = token
  }

  /// Whether it is to be checked rather than run.
  public var isCheck: Bool { run.state == .checking }
}

public struct ImportStep: Sendable {
  public var figures: ImportFigures
  /// Found since the step before.
  public var notes: [ImportNote]

  public init(_ figures: ImportFigures, notes: [ImportNote] = []) {
    self.figures = figures
    self.notes = notes
  }
}

public enum ImportOutcome: Sendable {
  case checked(ImportPreview)
  case done
  case failed(ImportFailure)
}
