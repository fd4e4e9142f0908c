import Values

/// Every way in which Content says no, beside `FieldFaults`.
public enum ContentRefusal: Refusal, Hashable {
  /// There is no such entry, version or banner.
  case unknownContent
  /// Someone else has saved it since it was opened.
  case contentChanged
  case notPublished
  case stillPublished
  case tooMuchContent(max: Int)

  public var code: String {
    switch self {
    case .unknownContent: "unknownContent"
    case .contentChanged: "contentChanged"
    case .notPublished: "contentNotPublished"
    case .stillPublished: "contentStillPublished"
    case .tooMuchContent: "tooMuchContent"
    }
  }

  public var details: [String: String] {
    if case .tooMuchContent(let max) = self { ["max": String(max)] } else { [:] }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownContent: .notFound
    case .contentChanged, .notPublished, .stillPublished, .tooMuchContent: .conflict
    }
  }
}
