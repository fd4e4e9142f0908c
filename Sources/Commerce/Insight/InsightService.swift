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

  /// Each day and kind that has any, in order; of the whole shop where no merchant is named. At most 400 days.
  func figures(of merchant: MerchantID?, from: ShopDay, through: ShopDay) async throws -> [DayFigure]
  /// What sold most by units, the first ones first. May be a minute old.
  func topGoods(of merchant: MerchantID?, from: ShopDay, through: ShopDay, limit: Int) async throws -> [GoodsFigure]

  /// Counts a page that somebody saw, in memory until `flush`.
  /// - Parameter visitor: the same for the same visitor all day; only a hash of it goes into a sketch.
  func countPage(seenBy visitor: String, at moment: Timestamp)
  /// Writes what was counted. Visitors are told from one another by a sketch that all programs add to: the number of
  /// distinct ones is off by 1.6 % as a rule, and by 5 % almost never.
  func flush() async throws

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
