import Accounts
import Carts
import Catalog
import Inventory
import Pricing
import Values

/// The confirmation page: what is ordered, where it goes, what has to be paid.
public struct CheckoutView: Sendable {
  public let cart: CartView
  public let addresses: [Address]
  public let address: Address?
  /// The ticked lines that can be ordered; nil when there are none or they can't be priced.
  public let quote: Quote?
  /// What coupon and points do to it; nil where there is no quote.
  public let discounts: DiscountedQuote?
  /// Why what is ticked can't be ordered as it is.
  public let refusal: (any Refusal)?
}

/// Gathers what the confirmation page needs.
public struct ViewCheckout: Sendable {
  private let contexts: Contexts
  private let viewCart: ViewCart
  private let currency: Currency
  private let quoting: QuoteDiscounts

  public init(_ contexts: Contexts, currency: Currency, points: PointTerms = .off) {
    self.contexts = contexts
    self.currency = currency
    viewCart = ViewCart(contexts, currency: currency, points: points)
    quoting = QuoteDiscounts(contexts, points: points)
  }

  /// - Parameter chosen: the address that the buyer picked; else the default one.
  public func run(_ account: AccountID, address chosen: AddressID?) async throws -> CheckoutView {
    let cart = try await viewCart.run(.account(account))
    let addresses = try await contexts.accounts.addresses(of: account)
    let address = addresses.first { $0.id == chosen } ?? addresses.first { $0.isDefault } ?? addresses.first
    do {
      guard !cart.ticked.isEmpty else { throw CartRefusal.nothingTicked }
      let blocked = cart.blocked.first.flatMap(Self.refusal)
      if let blocked, cart.orderable.isEmpty { throw blocked }
      let priced = try await PricedLines(cart.orderable.map(\.line), contexts: contexts)
      let quoted = try await quoting.run(
        priced.request(to: address?.region, currency: currency), of: cart.cart, for: account)
      return CheckoutView(
        cart: cart, addresses: addresses, address: address, quote: quoted.quote, discounts: quoted, refusal: blocked)
    } catch let refusal as any Refusal {
      return CheckoutView(
        cart: cart, addresses: addresses, address: address, quote: nil, discounts: nil, refusal: refusal)
    }
  }

  /// What `PlaceOrder` would say of this line.
  private static func refusal(_ line: CartView.Line) -> (any Refusal)? {
    switch line.problem {
    case .noLongerSold: CheckoutRefusal.noLongerSold(line.line.variant)
    case .soldOut, .shortStock: InventoryRefusal.soldOut(line.line.variant, left: line.free)
    case .priceChanged, nil: nil
    }
  }
}
