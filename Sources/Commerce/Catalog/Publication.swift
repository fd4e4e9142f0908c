import Values

/// How far a product is on its way to shoppers, and when they see it. Whether they see it now is `Product.isPublished`,
/// which follows from this by the clock and is all that the rest of the shop reads.
public struct Publication: Hashable, Codable, Sendable {
  public enum State: String, CaseIterable, Codable, Sendable {
    /// Being worked on, or taken off the shelves.
    case draft
    /// Asks to be let into the shop.
    case waiting
    /// Let in: shoppers see it within its time.
    case published
    /// Not let in, for a reason.
    case refused
  }

  public static let draft = Publication(state: .draft)
  public static let published = Publication(state: .published)

  /// Characters of a reason.
  public static let longestReason = 500

  public var state: State
  /// From when and until when shoppers see it; nil for at once and for good. Of one that waits, what is wished for.
  public var from: Timestamp?
  public var until: Timestamp?
  /// Why it wasn't let in; empty otherwise.
  public var reason: String

  public init(state: State, from: Timestamp? = nil, until: Timestamp? = nil, reason: String = "") {
    self.state = state
    self.from = from
    self.until = until
    self.reason = reason
  }

  /// Whether shoppers see the product at the moment.
  public func isShown(at now: Timestamp) -> Bool {
    guard state == .published else { return false }
    if let from, now < from { return false }
    if let until, now >= until { return false }
    return true
  }

  /// When `isShown` changes next by itself; nil for never.
  public func nextTurn(after now: Timestamp) -> Timestamp? {
    guard state == .published else { return nil }
    return [from, until].compactMap(\.self).filter { $0 > now }.min()
  }
}

/// What is done about a product's publication.
public enum PublicationMove: Hashable, Sendable {
  /// Its merchant asks for it to be let in.
  case ask(from: Timestamp?, until: Timestamp?)
  /// Shoppers see it in its time. Of one that is published already, another time.
  case publish(from: Timestamp?, until: Timestamp?)
  /// Off the shelves, to be worked on.
  case withdraw
  /// Not let in. The reason has 1…500 characters and goes to the merchant.
  case refuse(reason: String)

  /// From which states the move can be made.
  var origins: Set<Publication.State> {
    switch self {
    case .ask: [.draft, .waiting, .refused]
    case .publish: [.draft, .waiting, .published, .refused]
    case .withdraw: [.waiting, .published]
    case .refuse: [.waiting]
    }
  }

  /// The deed's verb.
  var verb: String {
    switch self {
    case .ask: "catalog.ask"
    case .publish: "catalog.publish"
    case .withdraw: "catalog.withdraw"
    case .refuse: "catalog.refuse"
    }
  }

  /// Throws `FieldFaults`: `until` with `rangeReversed`, `reason` with `missing` or `tooLong`.
  func checked() throws -> Publication {
    var faults = FieldFaults()
    let result: Publication
    switch self {
    case .ask(let from, let until), .publish(let from, let until):
      if let from, let until, until <= from { faults.add("until", "rangeReversed", ["other": "from"]) }
      var isAsking = false
      if case .ask = self { isAsking = true }
      result = Publication(state: isAsking ? .waiting : .published, from: from, until: until)
    case .withdraw: result = .draft
    case .refuse(let reason):
      let reason = faults.text(reason, "reason", max: Publication.longestReason, multiline: true)
      result = Publication(state: .refused, reason: reason)
    }
    try faults.throwIfAny()
    return result
  }
}

/// Which products a desk asks for.
public struct ProductFilter: Hashable, Sendable {
  public enum Order: String, CaseIterable, Sendable {
    case newest, oldest, changed
  }

  public var merchant: MerchantID?
  public var state: Publication.State?
  /// A part of the title in either language, or the beginning of a SKU; up to 100 characters. Empty finds all.
  public var text: String
  /// Any of these; nil for all.
  public var categories: Set<CategoryID>?
  public var brand: BrandID?
  public var order: Order

  public init(
    merchant: MerchantID? = nil, state: Publication.State? = nil, text: String = "",
    categories: Set<CategoryID>? = nil, brand: BrandID? = nil, order: Order = .newest
  ) {
    self.merchant = merchant
    self.state = state
    self.text = text
    self.categories = categories
    self.brand = brand
    self.order = order
  }
}
