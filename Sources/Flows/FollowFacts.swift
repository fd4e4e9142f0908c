import Accounts
import Catalog
import Content
import Events
import Foundation
import Fulfilment
import Inventory
import Orders
import Pricing
import Refunds
import Reviews
import Values

/// What programs of staff follow of the shop's facts: each those of its merchant that its rights are for, staff of the
/// platform those of all. Facts are kept from the first token on, since nobody could read them before.
public struct FollowFacts: Sendable {
  /// A kind of fact, and who may read it: staff with one of the rights.
  public struct Topic: Sendable {
    public let name: String
    public let rights: Set<StaffRight>

    init(_ fact: any Event.Type, _ rights: StaffRight...) {
      name = fact.name
      self.rights = Set(rights)
    }
  }

  public static let topics = [
    Topic(OrderPlaced.self, .ordersReview, .ordersShip), Topic(OrderPaid.self, .ordersReview, .ordersShip),
    Topic(OrderPromised.self, .ordersReview, .ordersShip),
    Topic(OrderEdited.self, .ordersReview, .ordersShip), Topic(OrderEditAsked.self, .ordersReview, .ordersShip),
    Topic(OrderEditDismissed.self, .ordersReview, .ordersShip), Topic(OrderCancelled.self, .ordersReview, .ordersShip),
    Topic(OrderShipped.self, .ordersReview, .ordersShip), Topic(OrderCompleted.self, .ordersReview, .ordersShip),
    Topic(OrderRefunded.self, .ordersReview, .ordersShip, .refundsApprove),
    Topic(ParcelHandedOver.self, .ordersShip), Topic(ParcelMoved.self, .ordersShip),
    Topic(RefundMoved.self, .refundsApprove), Topic(ProductsChanged.self, .catalogEdit, .catalogPublish),
    Topic(CategoryChanged.self, .catalogEdit, .catalogPublish),
    Topic(PriceChanged.self, .catalogEdit, .catalogPublish),
    Topic(StockChanged.self, .stockAdjust), Topic(FreightChanged.self, .ordersShip, .settingsEdit),
    Topic(ReviewPublished.self, .reviewsModerate), Topic(EntryPublished.self, .contentEdit),
    Topic(EntryWithdrawn.self, .contentEdit),
  ]

  public struct Fact: Sendable {
    public let id: EventID
    public let name: String
    public let version: Int
    public let subject: String
    /// Nil for what is the platform's.
    public let merchant: MerchantID?
    public let at: Timestamp
    /// JSON text.
    public let payload: String

    init(_ entry: FactFeed.Entry) {
      let envelope = entry.envelope
      id = envelope.id
      name = envelope.name
      version = envelope.version
      subject = envelope.subject
      merchant = entry.merchant
      at = envelope.occurredAt
      payload = envelope.payload
    }
  }

  public struct Slice: Sendable {
    public let facts: [Fact]
    /// Where to go on, also when nothing was found.
    public let next: Int64
    /// Whether there may be more already.
    public let hasMore: Bool
  }

  private let contexts: Contexts
  private let feed: FactFeed

  public init(_ contexts: Contexts, feed: FactFeed) {
    self.contexts = contexts
    self.feed = feed
  }

  /// Keeps what is told.
  public var subscription: Subscription {
    Subscription("facts.whenTold", events: Set(Self.topics.map(\.name)), handle: keep)
  }

  /// What the staff may read.
  public static func names(for staff: Staff) -> Set<String> {
    Set(topics.filter { !$0.rights.isDisjoint(with: staff.rights) }.map(\.name))
  }

  /// The oldest first. Throws `StaffRefusal.notAllowed` for who may read none, `FactRefusal.forgotten`, and `FieldFaults`
  /// for a `name` that isn't theirs to read.
  /// - Parameters:
  ///   - named: empty means all that they may read.
  ///   - number: the `next` of the slice before; nil begins with the oldest that is kept.
  public func facts(
    named: Set<String>, after number: Int64?, limit: Int, for staff: Staff
  ) async throws -> Slice {
    let open = Self.names(for: staff)
    guard !open.isEmpty else { throw StaffRefusal.notAllowed(.ordersReview) }
    guard named.isSubset(of: open) else { throw FieldFaults(field: "name", code: "unknown") }
    let found = try await feed.facts(
      of: staff.merchant.map(FactFeed.Owner.merchant) ?? .everybody, named: named.isEmpty ? open : named,
      after: number, limit: limit)
    return Slice(facts: found.entries.map(Fact.init), next: found.next, hasMore: found.hasMore)
  }

  /// Where the feed ends now, for who wants what comes from here on.
  public func end(for staff: Staff) async throws -> Int64 {
    guard !Self.names(for: staff).isEmpty else { throw StaffRefusal.notAllowed(.ordersReview) }
    return try await feed.end()
  }

  private func keep(_ envelope: EventEnvelope) async throws {
    guard try await contexts.staff.hasTokens() else { return }
    try await feed.keep(try await owned(envelope))
  }

  /// The fact, for each whose it is; what is about several merchants' goods is told to each of their own alone.
  private func owned(_ envelope: EventEnvelope) async throws -> [FactFeed.Kept] {
    switch envelope.name {
    case OrderPlaced.name: [FactFeed.Kept(envelope, of: try envelope.decode(OrderPlaced.self).merchant)]
    case OrderPaid.name: [FactFeed.Kept(envelope, of: try envelope.decode(OrderPaid.self).merchant)]
    case OrderEditAsked.name: [FactFeed.Kept(envelope, of: try envelope.decode(OrderEditAsked.self).merchant)]
    case OrderEditDismissed.name: [FactFeed.Kept(envelope, of: try envelope.decode(OrderEditDismissed.self).merchant)]
    case OrderPromised.name: [FactFeed.Kept(envelope, of: try envelope.decode(OrderPromised.self).merchant)]
    case OrderEdited.name: try await kept(envelope, try envelope.decode(OrderEdited.self).order)
    case OrderCancelled.name: try await kept(envelope, try envelope.decode(OrderCancelled.self).order)
    case OrderShipped.name: try await kept(envelope, try envelope.decode(OrderShipped.self).order)
    case OrderCompleted.name: try await kept(envelope, try envelope.decode(OrderCompleted.self).order)
    case OrderRefunded.name: try await kept(envelope, try envelope.decode(OrderRefunded.self).order)
    case ParcelHandedOver.name: try await kept(envelope, try envelope.decode(ParcelHandedOver.self).order)
    case ParcelMoved.name: try await kept(envelope, try envelope.decode(ParcelMoved.self).order)
    case RefundMoved.name: [FactFeed.Kept(envelope, of: try envelope.decode(RefundMoved.self).merchant)]
    case ProductsChanged.name: [FactFeed.Kept(envelope, of: try envelope.decode(ProductsChanged.self).merchant)]
    case FreightChanged.name: [FactFeed.Kept(envelope, of: try envelope.decode(FreightChanged.self).merchant)]
    case PriceChanged.name:
      try await shared(envelope, try envelope.decode(PriceChanged.self).variants) { PriceChanged(variants: $0) }
    case StockChanged.name:
      try await shared(envelope, try envelope.decode(StockChanged.self).variants) { StockChanged(variants: $0) }
    case ReviewPublished.name: try await reviewed(envelope)
    default: [FactFeed.Kept(envelope, of: nil)]
    }
  }

  private func kept(_ envelope: EventEnvelope, _ order: OrderID) async throws -> [FactFeed.Kept] {
    try await contexts.orders.order(order).map { [FactFeed.Kept(envelope, of: $0.merchant)] } ?? []
  }

  private func reviewed(_ envelope: EventEnvelope) async throws -> [FactFeed.Kept] {
    let product = try envelope.decode(ReviewPublished.self).product
    return try await contexts.catalog.product(product).map { [FactFeed.Kept(envelope, of: $0.merchant)] } ?? []
  }

  private func shared<Fact: Event>(
    _ envelope: EventEnvelope, _ variants: [VariantID], _ fact: ([VariantID]) -> Fact
  ) async throws -> [FactFeed.Kept] {
    let known = try await contexts.catalog.variants(variants)
    let own = Dictionary(grouping: variants.filter { known[$0] != nil }) { known[$0]?.merchant }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try own.sorted { ($0.key?.raw ?? 0) < ($1.key?.raw ?? 0) }.map { merchant, variants in
      let told = fact(variants)
      let part = EventEnvelope(
        id: envelope.id, name: envelope.name, version: envelope.version, subject: told.subject,
        occurredAt: envelope.occurredAt, payload: String(decoding: try encoder.encode(told), as: UTF8.self),
        trace: envelope.trace)
      return FactFeed.Kept(part, of: merchant)
    }
  }
}
