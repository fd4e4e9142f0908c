import Values

/// What buyers say of goods they bought.
public protocol ReviewService: Sendable {
  /// One per order line; whether the line is the author's and completed is the flow's to check. Throws `FieldFaults`,
  /// `ReviewRefusal.alreadyReviewed`. Tells `ReviewPublished`.
  func write(_ draft: ReviewDraft) async throws -> Review
  /// The newest first; nil stars means all.
  func reviews(of product: ProductID, stars: Int?, _ page: PageRequest) async throws -> Page<Review>
  /// Many at once, in one statement.
  func summaries(of products: [ProductID]) async throws -> [ProductID: ReviewSummary]
  /// Compares the counts of stars with the reviews.
  func audit() async throws -> [Discrepancy]
  /// Which of these lines have a review.
  func reviewed(_ lines: [OrderLineID]) async throws -> Set<OrderLineID>
}

public struct Review: Hashable, Codable, Sendable {
  public let id: ReviewID
  public let product: ProductID
  public let author: AccountID
  /// As the author chose to be named; pages show it masked.
  public let authorName: String
  /// 1…5.
  public let stars: Int
  public let text: String
  public let pictures: [FileKey]
  /// The bought variant in words.
  public let choice: LocalizedText
  public let writtenAt: Timestamp

  public init(
    id: ReviewID, product: ProductID, author: AccountID, authorName: String, stars: Int, text: String,
    pictures: [FileKey],
    choice: LocalizedText, writtenAt: Timestamp
  ) {
    self.id = id
    self.product = product
    self.author = author
    self.authorName = authorName
    self.stars = stars
    self.text = text
    self.pictures = pictures
    self.choice = choice
    self.writtenAt = writtenAt
  }

  /// The author's name for strangers: its first character and its last. Empty for one without a name.
  public var maskedAuthor: String {
    guard let first = authorName.first, let last = authorName.last else { return "" }
    return authorName.count > 2 ? "\(first)**\(last)" : "\(first)*"
  }
}

public struct ReviewDraft: Sendable {
  /// Unique over all reviews.
  public var line: OrderLineID
  public var product: ProductID
  public var author: AccountID
  public var authorName: String
  /// 1…5.
  public var stars: Int
  /// 1…2000 characters.
  public var text: String
  /// Up to 6.
  public var pictures: [FileKey]
  public var choice: LocalizedText
  /// Nil means now; the demo writes older ones.
  public var writtenAt: Timestamp?

  public init(
    line: OrderLineID, product: ProductID, author: AccountID, authorName: String, stars: Int, text: String,
    pictures: [FileKey] = [], choice: LocalizedText = LocalizedText(), writtenAt: Timestamp? = nil
  ) {
    self.line = line
    self.product = product
    self.author = author
    self.authorName = authorName
    self.stars = stars
    self.text = text
    self.pictures = pictures
    self.choice = choice
    self.writtenAt = writtenAt
  }
}

public struct ReviewSummary: Hashable, Codable, Sendable {
  public static let none = ReviewSummary(counts: [0, 0, 0, 0, 0])
  /// How many gave 1, 2, 3, 4 and 5 stars.
  public let counts: [Int]

  public init(counts: [Int]) { self.counts = counts }

  public var count: Int { counts.reduce(0, +) }
  /// Tenths of a star, rounded half up: 47 is 4.7; 0 without reviews.
  public var averageTenths: Int {
    guard count > 0 else { return 0 }
    let sum = counts.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element }
    return (sum * 20 + count) / (count * 2)
  }
}

public enum ReviewRefusal: Refusal, Hashable {
  case alreadyReviewed
  case notBought

  public var code: String {
    switch self {
    case .alreadyReviewed: "alreadyReviewed"
    case .notBought: "notBought"
    }
  }
}
