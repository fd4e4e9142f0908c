import Accounts
import Carts
import Catalog
import Pricing
import Values

/// The confirmation page: what is ordered, where it goes, what has to be paid.
public struct CheckoutView: Sendable {
  public let cart: CartView
  public let addresses: [Address]
  public let address: Address?
  /// Nil when nothing is ticked or it can't be priced; `refusal` says why then.
  public let quote: Quote?
  public let refusal: (any Refusal)?
}

/// Gathers what the confirmation page needs.
public struct ViewCheckout: Sendable {
  private let contexts: Contexts
  private let viewCart: ViewCart
  private let currency: Currency

  public init(_ contexts: Contexts, currency: Currency) {
    self.contexts = contexts
    self.currency = currency
    viewCart = ViewCart(contexts, currency: currency)
  }

  /// - Parameter chosen: the address that the buyer picked; else the default one.
  public func run(_ account: AccountID, address chosen: AddressID?) async throws -> CheckoutView {
    let cart = try await viewCart.run(.account(account))
    let addresses = try await contexts.accounts.addresses(of: account)
    let address = addresses.first { $0.id == chosen } ?? addresses.first { $0.isDefault } ?? addresses.first
    do {
      guard !cart.ticked.isEmpty else { throw CartRefusal.nothingTicked }
      let priced = try await PricedLines(cart.ticked.map(\.line), contexts: contexts)
      let quote = try await contexts.pricing.quote(priced.request(to: address?.region, currency: currency))
      return CheckoutView(cart: cart, addresses: addresses, address: address, quote: quote, refusal: nil)
    } catch let refusal as any Refusal {
      return CheckoutView(cart: cart, addresses: addresses, address: address, quote: nil, refusal: refusal)
    }
  }
}
