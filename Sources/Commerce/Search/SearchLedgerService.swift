import Values

/// What people ask for and what comes of it, counted by day and query.
public protocol SearchLedgerService: Sendable {
  /// Notes one question of a person (not of a further page). Kept in memory and written within five seconds; never fails,
  /// and drops what is beyond its bound. What looks like an address, a telephone number or a card is counted without its text.
  /// A question without finds isn't noted while the catalogue is still read into search, where it would be found later.
  /// - Parameter visitor: who asks, to tell one who asks often from many; never stored with the question. Empty for unknown.
  func noteQuery(_ text: String, language: Language, found: Int, by visitor: String) async
  /// Somebody opened one of the finds; of the same goods from the same query it counts once a day. Never fails.
  /// - Parameter visitor: 1…100 characters, the same for all that one does. Kept for a day, with the last 50 goods opened,
  ///   so that an order can be credited. Empty keeps nothing.
  func noteClick(_ text: String, language: Language, product: ProductID, by visitor: String) async
  /// Somebody logged in: what was opened as `visitor` was opened by `other`.
  func adoptClicks(of visitor: String, by other: String) async throws
  /// From which queries the visitor opened the goods in that time, the latest first.
  func clicks(
    of visitor: String, on products: Set<ProductID>, from: Timestamp, to: Timestamp
  ) async throws -> [SearchClick]
  /// Takes away what the visitor opened.
  func forgetClicks(of visitor: String) async throws
  /// Orders of somebody who opened this product from this query within a day; by facts, so that a repeat must be harmless.
  func notePurchase(_ text: String, language: Language, order: OrderID) async throws

  /// Counts between the days, both included, in the order asked for. Of queries alone that were asked then; what was counted
  /// without its text is one of them, with an empty text, where they aren't narrowed by text or to those without finds.
  func queries(_ ask: QueryCountAsk) async throws -> Page<QueryCount>
  /// Sums over all queries, day by day, oldest first.
  func days(from: ShopDay, to: ShopDay) async throws -> [QueryDay]
  /// What most visitors ask for over the last seven days and found something; at most 50, from memory, no older than a minute.
  /// Of at least three days' or visitors' questions.
  func popular(language: Language) async throws -> [String]
  /// What was asked often enough to be offered while others type so: of at least three days' or visitors' questions, with
  /// finds. From memory, no older than a minute.
  func popular(beginning text: String, language: Language, limit: Int) async throws -> [String]
  /// Writes what is in memory.
  func flush() async throws
  /// Takes away counts of days before, and what is kept of clicks and orders beyond its time.
  func forget(before: ShopDay) async throws
}

extension SearchLedgerService {
  /// Where it's unknown who asks.
  public func noteQuery(_ text: String, language: Language, found: Int) async {
    await noteQuery(text, language: language, found: found, by: "")
  }
}

/// Goods that somebody opened out of what was found.
public struct SearchClick: Hashable, Codable, Sendable {
  /// Folded, as queries are compared.
  public let text: String
  public let language: Language
  public let product: ProductID
  public let at: Timestamp

  public init(text: String, language: Language, product: ProductID, at: Timestamp) {
    self.text = text
    self.language = language
    self.product = product
    self.at = at
  }
}

public struct QueryCountAsk: Hashable, Sendable {
  public enum Sort: String, CaseIterable, Sendable {
    /// What is asked most, or finds nothing most often, first.
    case asked, zero
    /// What is opened, or bought, least often first, since that is what wants work; of equals what is asked most.
    case clickRate, purchaseRate
  }

  public var from: ShopDay
  public var to: ShopDay
  /// Those alone that found nothing, the last time too.
  public var withoutFinds: Bool
  public var containing: String
  public var sort: Sort
  public var page: PageRequest

  public init(
    from: ShopDay, to: ShopDay, withoutFinds: Bool = false, containing: String = "", sort: Sort = .asked,
    page: PageRequest
  ) {
    self.from = from
    self.to = to
    self.withoutFinds = withoutFinds
    self.containing = containing
    self.sort = sort
    self.page = page
  }
}

public struct QueryCount: Hashable, Codable, Sendable {
  /// Folded, as queries are compared; empty for all that was counted without its text.
  public let text: String
  public let language: Language
  public let asked: Int
  /// How often nothing was found.
  public let zero: Int
  public let clicks: Int
  public let purchases: Int
  /// Of the last time.
  public let found: Int

  public init(
    text: String, language: Language, asked: Int, zero: Int, clicks: Int, purchases: Int, found: Int
  ) {
    self.text = text
    self.language = language
    self.asked = asked
    self.zero = zero
    self.clicks = clicks
    self.purchases = purchases
    self.found = found
  }
}

public struct QueryDay: Hashable, Codable, Sendable {
  public let day: ShopDay
  public let asked: Int
  public let zero: Int
  public let clicks: Int
  public let purchases: Int

  public init(day: ShopDay, asked: Int, zero: Int, clicks: Int, purchases: Int) {
    self.day = day
    self.asked = asked
    self.zero = zero
    self.clicks = clicks
    self.purchases = purchases
  }
}
