import Carts
import Storage
import TestKit
import Values

/// Carts on a database of their own.
struct CartsFixture {
  let store: TestStore
  let carts: StoredCarts
  let buyer = AccountID(raw: 7)
  var owner: CartOwner { .account(buyer) }
  let guest = CartOwner.device("d3v1ce")
  let teapot = VariantID(raw: 11)
  let cup = VariantID(raw: 12)
  let tray = VariantID(raw: 13)

  init() async throws {
    store = try await TestStore(StoredCarts.migrations)
    carts = StoredCarts(database: store.database, ids: store.ids, clock: store.clock.clock)
  }

  /// A second view of the same tables, with nothing in memory.
  var fresh: StoredCarts { StoredCarts(database: store.database, ids: store.ids, clock: store.clock.clock) }

  /// The cart as the warm view says it, which must be what the tables say.
  func cart(_ owner: CartOwner) async throws -> Cart {
    let (warm, cold) = (try await carts.cart(of: owner), try await fresh.cart(of: owner))
    guard warm == cold else { throw StaleCart(warm: warm, cold: cold) }
    return warm
  }

  struct StaleCart: Error {
    let warm: Cart
    let cold: Cart
  }

  static func quantity(_ units: Int) throws -> Quantity {
    guard let quantity = Quantity(units) else { throw FieldFaults(field: "quantity", code: "outOfRange") }
    return quantity
  }

  func item(_ variant: VariantID, _ units: Int = 1, price: Int64 = 8800) throws -> CartItem {
    CartItem(
      variant: variant, product: ProductID(raw: variant.raw + 100), merchant: MerchantID(raw: 1),
      quantity: try Self.quantity(units), seenPrice: Money(minor: price, currency: .cny))
  }

  /// Adds the items one after another, a second apart.
  @discardableResult
  func fill(_ owner: CartOwner, _ items: (VariantID, Int)...) async throws -> Cart {
    for (variant, units) in items {
      store.clock.advance(by: .seconds(1))
      _ = try await carts.add(item(variant, units), to: owner)
    }
    return try await cart(owner)
  }

  func key(_ cart: Cart) throws -> CheckoutKey {
    guard let id = cart.id else { throw CartRefusal.cartChanged }
    return CheckoutKey(cart: id, version: cart.version)
  }
}

extension Cart {
  /// Units by variant.
  var units: [VariantID: Int] {
    Dictionary(lines.map { ($0.variant, $0.quantity.count) }, uniquingKeysWith: +)
  }
}
