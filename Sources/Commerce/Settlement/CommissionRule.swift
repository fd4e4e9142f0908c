import Values

/// What the platform takes of sales, from a day on, until another rule of the same reach begins.
public struct CommissionRule: Hashable, Codable, Sendable {
  public let id: CommissionRuleID
  /// Nil for all merchants.
  public let merchant: MerchantID?
  /// With all that is below it; nil for all goods.
  public let category: CategoryID?
  /// Nil ends the rule before: what is less particular holds again.
  public let rate: BasisPoints?
  /// Counts for orders that are placed on this day or later.
  public let from: ShopDay
  public let madeAt: Timestamp

  public init(
    id: CommissionRuleID, merchant: MerchantID?, category: CategoryID?, rate: BasisPoints?, from: ShopDay,
    madeAt: Timestamp
  ) {
    self.id = id
    self.merchant = merchant
    self.category = category
    self.rate = rate
    self.from = from
    self.madeAt = madeAt
  }

  /// Where a list goes on after it.
  public var cursor: Cursor { Cursor([String(id.raw)]) }
}

public struct CommissionDraft: Hashable, Sendable {
  public var merchant: MerchantID?
  public var category: CategoryID?
  public var rate: BasisPoints?
  /// Today or later.
  public var from: ShopDay

  public init(merchant: MerchantID?, category: CategoryID?, rate: BasisPoints?, from: ShopDay) {
    self.merchant = merchant
    self.category = category
    self.rate = rate
    self.from = from
  }
}
