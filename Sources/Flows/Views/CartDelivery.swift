import Carts
import Catalog
import Merchants
import Pricing
import Values

/// What sending the goods of a cart to a place costs, before there is an address.
public struct CartDelivery: Sendable {
  public let region: RegionCode
  /// The orderable lines with their freight; nil when there are none, or when it can't be said.
  public var quote: Quote? { discounts?.quote }
  /// With coupon and points, as far as they can be said.
  public let discounts: DiscountedQuote?
  /// The terms of each merchant who has any.
  public let terms: [MerchantID: Terms]

  public enum Terms: Hashable, Sendable {
    case delivered(freeFrom: Money?)
    case notDelivered
  }
}

extension ViewCart {
  /// - Parameters:
  ///   - region: a province, or any place in it.
  ///   - account: whose cart it is; nil for a visitor who hasn't logged in.
  public func delivery(
    of view: CartView, to region: RegionCode, for account: AccountID? = nil
  ) async throws -> CartDelivery {
    var terms: [MerchantID: CartDelivery.Terms] = [:]
    for group in view.groups {
      guard let template = try await contexts.pricing.freightTemplate(of: group.merchant.id) else { continue }
      let zone = template.zone(for: region)
      terms[group.merchant.id] =
        if let zone, zone.delivers { .delivered(freeFrom: zone.freeFrom) } else { .notDelivered }
    }
    return CartDelivery(region: region, discounts: try await quote(of: view, to: region, for: account), terms: terms)
  }

  /// A refusal here is no refusal of the cart: the confirmation says it for the address that is chosen there.
  private func quote(of view: CartView, to region: RegionCode, for account: AccountID?) async throws -> DiscountedQuote?
  {
    let lines = view.orderable.compactMap { line in
      line.summary.map { QuoteRequest.Line($0, quantity: line.line.quantity) }
    }
    guard !lines.isEmpty else { return nil }
    do {
      return try await quoting.run(
        QuoteRequest(channel: view.cart.channel, currency: currency, lines: lines, destination: region),
        of: view.cart, for: account)
    } catch is PricingRefusal {
      return nil
    }
  }
}
