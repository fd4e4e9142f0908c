import Values

/// The shop in figures, summed up day by day from what the books say, so that no page adds up rows.
///
/// What the books say of one thing (an order, a payment, a refund, an account) is a set of entries under its name. Noting it
/// again puts it in the place of what was noted before, unless that was read later, so a repeat changes nothing and order
/// doesn't matter.
public protocol InsightService: Sendable {
  /// Puts each set in the place of what stands under its source, and takes the difference over into the figures, in one
  /// transaction. What is older than what stands there changes nothing, and days of which the entries were forgotten stay
  /// as they are. At most 200 sets.
  func note(_ sets: [FigureSet]) async throws
  /// Those sources whose entries aren't these; what falls on a forgotten day isn't compared.
  func differing(from sets: [FigureSet]) async throws -> [String]

  /// Each day and kind that has any, and what each stretch of some days added, in order and in one statement; of the whole
  /// shop where no merchant is named.
  /// - Parameters:
  ///   - channel: nil for all; of one there are no accounts, visitors and pages.
  ///   - through: 399 days after the first at most; else the last 400 count.
  ///   - stretchesOn: at most 8 days. Stretches are known for as long as entries are.
  func course(
    of merchant: MerchantID?, in channel: Channel?, from: ShopDay, through: ShopDay, stretchesOn: [ShopDay]
  ) async throws -> FigureCourse
  /// What sold most by units, the first ones first. May be a minute old.
  func topGoods(
    of merchant: MerchantID?, in channel: Channel?, from: ShopDay, through: ShopDay, limit: Int
  ) async throws -> [GoodsFigure]
  /// Where anything was sold, the main one first, 50 at most. May be a minute old.
  func channels(of merchant: MerchantID?) async throws -> [Channel]

  /// Counts a page that somebody saw, in memory until `flush`.
  /// - Parameters:
  ///   - visitor: the same for the same visitor all day; only a hash of it goes into sketches.
  ///   - merchant: whose goods or shop the page shows.
  func countPage(seenBy visitor: String, of merchant: MerchantID?, at moment: Timestamp)
  /// Writes what was counted. Visitors are told from one another by sketches that all programs add to: the number of
  /// distinct ones is off by 1.6 % as a rule, and by 5 % almost never; of one merchant by 3.3 % and 10 %. Of more than 4,000
  /// merchants that were seen since the last time, those who came last aren't counted.
  func flush() async throws

  /// The first day of which the figures lack what the books have: never built, or built before they had stretches. Nil
  /// when they lack nothing.
  func firstUnbuiltDay() async throws -> ShopDay?
  /// Whether all that the books held was noted once.
  func isBuilt() async throws -> Bool
  /// Forgets figures and entries from the day on, but for visitors, which no book has. What is noted meanwhile stays.
  /// Until it is finished, or two days are over, no entry is pruned.
  func beginAnew(from day: ShopDay) async throws -> FigureBuild
  /// All that the books hold from its first day on was noted.
  func finishBuilding(_ build: FigureBuild) async throws
  /// Forgets a day's entries before the day, the oldest first; their figures stay. False when none are left, and while
  /// figures are being made, since nothing can be noted of a forgotten day.
  func prune(before day: ShopDay) async throws -> Bool
  /// Compares figures with the entries that they follow from, day by day; of each day the first of a kind that differs.
  func audit() async throws -> [Discrepancy]
}

extension InsightService {
  /// Each day and kind that has any.
  public func figures(
    of merchant: MerchantID?, in channel: Channel?, from: ShopDay, through: ShopDay
  ) async throws -> [DayFigure] {
    try await course(of: merchant, in: channel, from: from, through: through, stretchesOn: []).days
  }

  /// Through all channels.
  public func figures(of merchant: MerchantID?, from: ShopDay, through: ShopDay) async throws -> [DayFigure] {
    try await figures(of: merchant, in: nil, from: from, through: through)
  }

  /// Through all channels.
  public func topGoods(
    of merchant: MerchantID?, from: ShopDay, through: ShopDay, limit: Int
  ) async throws -> [GoodsFigure] {
    try await topGoods(of: merchant, in: nil, from: from, through: through, limit: limit)
  }

  /// A page that is no merchant's.
  public func countPage(seenBy visitor: String, at moment: Timestamp) {
    countPage(seenBy: visitor, of: nil, at: moment)
  }
}
