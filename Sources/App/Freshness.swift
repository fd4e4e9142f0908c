import Catalog
import Content
import Events
import Flows
import Inventory
import Merchants
import Pricing
import Reviews
import Values

/// What contexts keep in memory is right for the changes of this process. A command on the same data (an import, say) tells
/// its facts through the outbox alone, so whoever hears them here lets go of the memories first and reads afterwards.
struct Freshness: Sendable {
  let catalog: StoredCatalog
  let inventory: StoredInventory
  let pricing: StoredPricing
  let merchants: StoredMerchants
  let reviews: StoredReviews
  let content: StoredContent

  /// The same subscription, hearing only after the memories are fresh.
  func before(_ subscription: Subscription) -> Subscription {
    subscription.after { for envelope in $0 { try await renew(envelope) } }
  }

  /// Hears for the memories alone.
  var alone: Subscription {
    Subscription(
      "memories.whenGoodsChanged", events: GoodsChanges.events.union(MerchantChanges.events),
      gathering: .init(pause: .milliseconds(20))
    ) {
      for envelope in $0 { try await renew(envelope) }
    }
  }

  /// Lets go of everything, when it's unknown what was changed elsewhere.
  func renewAll() {
    merchants.forget()
    catalog.forgetAll()
    pricing.forgetAll()
    inventory.forgetAll()
    reviews.forgetAll()
    content.forget()
  }

  private func renew(_ envelope: EventEnvelope) async throws {
    switch envelope.name {
    case ProductsChanged.name:
      let event = try envelope.decode(ProductsChanged.self)
      try await catalog.forget(event.products)
      if try await merchants.merchant(event.merchant) == nil { merchants.forget() }
    case _ where MerchantChanges.events.contains(envelope.name): merchants.forget()
    case CategoryChanged.name: catalog.forgetCategories()
    case BrandChanged.name: catalog.forgetBrands()
    case PriceChanged.name: pricing.forget(try envelope.decode(PriceChanged.self).variants)
    case FreightChanged.name: pricing.forgetFreight(of: try envelope.decode(FreightChanged.self).merchant)
    case ReviewPublished.name: reviews.forget([try envelope.decode(ReviewPublished.self).product])
    case ReviewChanged.name: reviews.forget([try envelope.decode(ReviewChanged.self).product])
    case StockChanged.name: inventory.forget(try envelope.decode(StockChanged.self).variants)
    case _ where ContentChanges.events.contains(envelope.name): content.forget()
    default: break
    }
  }
}
