import Values

/// Every way in which Imports says no.
public enum ImportRunRefusal: Refusal, Hashable {
  case unknownImport
  /// Its state is another by now.
  case importMoved
  /// Others of the same goods aren't through yet.
  case tooManyImports(most: Int)
  /// Its file is no longer kept.
  case importFileGone

  public var code: String {
    switch self {
    case .unknownImport: "unknownImport"
    case .importMoved: "importMoved"
    case .tooManyImports: "tooManyImports"
    case .importFileGone: "importFileGone"
    }
  }

  public var details: [String: String] {
    if case .tooManyImports(let most) = self { ["most": String(most)] } else { [:] }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownImport: .notFound
    case .importMoved, .tooManyImports, .importFileGone: .conflict
    }
  }
}
