import Values

/// Every way in which Reviews says no.
public enum ReviewRefusal: Refusal, Hashable {
  case alreadyReviewed
  case notBought
  /// Also for one that isn't the staff's to see.
  case unknownReview
  /// Nobody sees it, so nobody would see what is said to it.
  case notShown

  public var code: String {
    switch self {
    case .alreadyReviewed: "alreadyReviewed"
    case .notBought: "notBought"
    case .unknownReview: "unknownReview"
    case .notShown: "reviewNotShown"
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .alreadyReviewed, .notBought, .notShown: .conflict
    case .unknownReview: .notFound
    }
  }
}
