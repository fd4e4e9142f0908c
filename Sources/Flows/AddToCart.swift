import Carts
import Catalog
import Inventory
import Pricing
import Values

/// Puts a variant into a cart, if it is for sale and there is enough of it.
public struct AddToCart: Sendable {
  private let contexts: Contexts
  private let isGated: Bool

  /// - Parameter isGated: whether a cart takes goods only of those who have logged in.
  public init(_ contexts: Contexts, isGated: Bool) {
    self.contexts = contexts
    self.isGated = isGated
  }

  /// Units already in the cart count. Throws `GateRefusal`, `CheckoutRefusal.noLongerSold`, `PricingRefusal.notForSale`,
  /// `InventoryRefusal.soldOut` with what is left, and `CartRefusal`.
  public func run(_ variant: VariantID, _ quantity: Quantity, to owner: CartOwner) async throws -> Cart {
    if isGated, case .device = owner { throw GateRefusal.logInToBuy }
    guard let summary = try await contexts.catalog.variants([variant])[variant], summary.isPublished else {
      throw CheckoutRefusal.noLongerSold(variant)
    }
    guard let price = try await contexts.pricing.prices(of: [variant], in: .main)[variant] else {
      throw PricingRefusal.notForSale(variant)
    }
    let present = try await contexts.carts.cart(of: owner).lines.first { $0.variant == variant }?.quantity.count ?? 0
    let free = try await contexts.inventory.stock(of: [variant])[variant]?.free ?? 0
    guard present + quantity.count <= free else {
      throw InventoryRefusal.soldOut(variant, left: max(0, free - present))
    }
    return try await contexts.carts.add(
      CartItem(
        variant: variant, product: summary.product, merchant: summary.merchant, quantity: quantity,
        seenPrice: price.sale),
      to: owner)
  }

  /// Changes the quantity of a line. Throws `CartRefusal.unknownLine`, and `InventoryRefusal.soldOut` with what is left.
  public func change(_ line: CartLineID, to quantity: Quantity, in owner: CartOwner) async throws -> Cart {
    guard let found = try await contexts.carts.cart(of: owner).lines.first(where: { $0.id == line }) else {
      throw CartRefusal.unknownLine
    }
    let free = try await contexts.inventory.stock(of: [found.variant])[found.variant]?.free ?? 0
    guard quantity.count <= max(free, 0) || quantity < found.quantity else {
      throw InventoryRefusal.soldOut(found.variant, left: free)
    }
    return try await contexts.carts.setQuantity(quantity, of: line, in: owner)
  }
}

/// The shop sells only to those who have logged in, and this visitor hasn't.
public enum GateRefusal: Refusal, Hashable {
  case logInToBuy

  public var code: String { "logInToBuy" }
  public var kind: RefusalKind { .unauthenticated }
}
