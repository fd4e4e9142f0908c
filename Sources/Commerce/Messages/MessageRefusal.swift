import Values

/// Every way in which Messages says no.
public enum MessageRefusal: Refusal, Hashable {
  /// Also for one that went to somebody else.
  case unknownMessage

  public var code: String {
    switch self {
    case .unknownMessage: "unknownMessage"
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownMessage: .notFound
    }
  }
}
