import Values

/// What buyers say of goods they bought.
public protocol ReviewService: Sendable {
  /// One per order line; whether the line is the author's and completed is the flow's to check. Throws `FieldFaults`,
  /// `ReviewRefusal.alreadyReviewed`. Tells `ReviewPublished`, unless the shop lets reviews in by hand: then it waits.
  func write(_ draft: ReviewDraft) async throws -> Review
  /// Those that are shown, the newest first; nil stars means all.
  func reviews(of product: ProductID, stars: Int?, _ page: PageRequest) async throws -> Page<Review>
  /// Many at once, in one statement.
  func summaries(of products: [ProductID]) async throws -> [ProductID: ReviewSummary]
  /// Compares the counts of stars with the reviews that are shown.
  func audit() async throws -> [Discrepancy]
  /// Which of these lines have a review.
  func reviewed(_ lines: [OrderLineID]) async throws -> Set<OrderLineID>
  /// Those of these files, up to 100, that are shown here as pictures of reviews, hidden ones too.
  func shown(among files: [FileKey]) async throws -> Set<FileKey>

  // MARK: What staff do

  func review(_ id: ReviewID) async throws -> Review?
  /// The first hundred of them, in one statement and in their order; those that are gone are left out.
  func reviews(_ ids: [ReviewID]) async throws -> [Review]
  /// The newest first, whatever their state.
  func reviews(_ scope: ReviewScope, matching filter: ReviewFilter, _ page: PageRequest) async throws -> Page<Review>
  /// How many want a look, up to 100.
  func waitingCount(_ scope: ReviewScope) async throws -> Int
  /// Lets one in that waits or was hidden, or leaves it where it was reported. Harmless when it is shown and nobody wants a
  /// look. Throws `.unknownReview`, as all below do. Tells `ReviewPublished` of one that waited, else `ReviewChanged`.
  func show(_ id: ReviewID, by staff: StaffID) async throws -> Review
  /// Takes it off its product and out of the stars. Throws `FieldFaults` without a `reason` (500 characters). Tells
  /// `ReviewChanged`.
  func hide(_ id: ReviewID, reason: String, by staff: StaffID) async throws -> Review
  /// What the merchant says, in place of what it said before. Throws `FieldFaults` for `text` (1000 characters) and
  /// `.notShown`. Tells `ReviewChanged`, and the first time `ReviewAnswered`.
  func reply(_ text: String, to id: ReviewID, by staff: StaffID) async throws -> Review
  /// Harmless where there is none. Tells `ReviewChanged`.
  func removeReply(to id: ReviewID, by staff: StaffID) async throws -> Review
  /// Its merchant asks the platform for a look. Throws `FieldFaults` for `note` (500 characters).
  func askLook(at id: ReviewID, note: String, by staff: StaffID) async throws -> Review
  /// A reader finds that it shouldn't be there. Once for each; harmless when repeated, and when there are 100 already.
  /// Throws `FieldFaults` for `explanation` (500 characters), and `.unknownReview` of one that isn't shown.
  func report(_ id: ReviewID, by account: AccountID, _ cause: ReviewReport.Cause, explanation: String) async throws
  /// The newest first; at most 100.
  func reports(of id: ReviewID) async throws -> [ReviewReport]
  /// Takes the name off what the account wrote; the words stay. Tells `ReviewChanged`.
  func forgetAuthor(_ account: AccountID) async throws

  // MARK: Reviews from before merchants were kept

  /// Products of which that isn't known, 100 at most.
  func productsWithoutMerchant() async throws -> [ProductID]
  func assign(_ merchants: [ProductID: MerchantID]) async throws
}

public struct Review: Hashable, Codable, Sendable {
  public let id: ReviewID
  public let product: ProductID
  /// Whose goods they are; raw 0 for one that was written before this was kept.
  public let merchant: MerchantID
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
  public let state: ReviewState
  /// Why it is hidden, for staff to read.
  public let reason: String
  /// What the merchant says to it, shown beside it.
  public let reply: ReviewReply?
  /// Staff of the platform are to look at it: it isn't let in yet, was reported, or its merchant asks for a look.
  public let wantsLook: Bool

  public init(
    id: ReviewID, product: ProductID, merchant: MerchantID = MerchantID(raw: 0), author: AccountID,
    authorName: String, stars: Int, text: String, pictures: [FileKey], choice: LocalizedText, writtenAt: Timestamp,
    state: ReviewState = .shown, reason: String = "", reply: ReviewReply? = nil, wantsLook: Bool = false
  ) {
    self.id = id
    self.product = product
    self.merchant = merchant
    self.author = author
    self.authorName = authorName
    self.stars = stars
    self.text = text
    self.pictures = pictures
    self.choice = choice
    self.writtenAt = writtenAt
    self.state = state
    self.reason = reason
    self.reply = reply
    self.wantsLook = wantsLook
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
  /// Whose goods they are.
  public var merchant: MerchantID
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
    line: OrderLineID, product: ProductID, merchant: MerchantID = MerchantID(raw: 0), author: AccountID,
    authorName: String, stars: Int, text: String, pictures: [FileKey] = [], choice: LocalizedText = LocalizedText(),
    writtenAt: Timestamp? = nil
  ) {
    self.line = line
    self.product = product
    self.merchant = merchant
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
