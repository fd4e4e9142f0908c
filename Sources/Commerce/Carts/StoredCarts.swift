import Events
import Foundation
import Storage
import Values

/// Carts over a database. A cart is kept in memory until a commit changes it: every page shows its count.
public final class StoredCarts: CartService, Sendable {
  static let mostLines = 100

  let database: any Database
  let ids: IDGenerator
  let clock: WallClock
  private let known: ReadCache<CartOwner, Cart>

  public init(database: any Database, ids: IDGenerator, clock: WallClock) {
    self.database = database
    self.ids = ids
    self.clock = clock
    known = ReadCache(capacity: 20_000, of: database)
  }

  public func cart(of owner: CartOwner) async throws -> Cart {
    let cart = try await known.value(owner) {
      try await self.database.read { try $0.cart(of: owner) }
    }
    return cart ?? Cart(id: nil, version: 0, channel: .main, lines: [])
  }

  public func add(_ item: CartItem, to owner: CartOwner) async throws -> Cart {
    try await change(owner, opens: true) { cart, id, transaction in
      if let line = cart.lines.first(where: { $0.variant == item.variant }) {
        guard let quantity = Quantity(line.quantity.count + item.quantity.count) else {
          throw CartRefusal.tooMany(item.variant)
        }
        try transaction.update(line.with(quantity: quantity, isTicked: true, seenPrice: item.seenPrice))
        return true
      }
      guard cart.lines.count < Self.mostLines else { throw CartRefusal.tooManyLines }
      let line = CartLine(
        id: self.ids.next(), variant: item.variant, product: item.product, merchant: item.merchant,
        quantity: item.quantity, isTicked: true, seenPrice: item.seenPrice, addedAt: self.clock.now)
      try transaction.insert([line], into: id)
      return true
    }
  }

  public func setQuantity(_ quantity: Quantity, of line: CartLineID, in owner: CartOwner) async throws -> Cart {
    let changed = try await change(owner) { cart, _, transaction in
      guard let line = cart.lines.first(where: { $0.id == line }) else { throw CartRefusal.unknownLine }
      guard line.quantity != quantity else { return false }
      try transaction.update(line.with(quantity: quantity, isTicked: line.isTicked, seenPrice: line.seenPrice))
      return true
    }
    guard changed.id != nil else { throw CartRefusal.unknownLine }
    return changed
  }

  public func tick(_ lines: [CartLineID]?, _ isTicked: Bool, in owner: CartOwner) async throws -> Cart {
    try await change(owner) { cart, id, transaction in
      let chosen = cart.lines.filter { (lines?.contains($0.id) ?? true) && $0.isTicked != isTicked }.map(\.id)
      guard !chosen.isEmpty else { return false }
      try transaction.execute(
        "UPDATE cart_line SET is_ticked = \(isTicked) WHERE cart_id = \(id) AND id IN \(list: chosen)")
      return true
    }
  }

  public func remove(_ line: CartLineID, from owner: CartOwner) async throws -> Cart {
    try await change(owner) { _, id, transaction in
      try transaction.execute("DELETE FROM cart_line WHERE cart_id = \(id) AND id = \(line)") > 0
    }
  }

  public func acknowledgePrices(_ prices: [CartLineID: Money], in owner: CartOwner) async throws -> Cart {
    try await change(owner) { cart, _, transaction in
      var isChanged = false
      for line in cart.lines {
        guard let price = prices[line.id], price != line.seenPrice else { continue }
        try transaction.update(line.with(quantity: line.quantity, isTicked: line.isTicked, seenPrice: price))
        isChanged = true
      }
      return isChanged
    }
  }

  public func setCoupon(_ code: String?, in owner: CartOwner) async throws -> Cart {
    let text = String((code ?? "").prefix(40))
    return try await change(owner) { cart, id, transaction in
      guard cart.coupon ?? "" != text else { return false }
      try transaction.execute("UPDATE cart SET coupon = \(text) WHERE id = \(id)")
      return true
    }
  }

  public func setPoints(_ points: Int, in owner: CartOwner) async throws -> Cart {
    let points = min(max(0, points), 1_000_000_000)
    return try await change(owner) { cart, id, transaction in
      guard cart.points != points else { return false }
      try transaction.execute("UPDATE cart SET points = \(points) WHERE id = \(id)")
      return true
    }
  }

  public func merge(device: String, into account: AccountID) async throws -> Cart {
    let (from, into) = (CartOwner.device(device), CartOwner.account(account))
    return try await database.write { transaction in
      let guest = try transaction.cart(of: from, forUpdate: true)
      guard let guestID = guest.id, !guest.lines.isEmpty else { return try transaction.cart(of: into) }
      let cart = try self.opened(into, in: transaction)
      guard let id = cart.id else { return cart }
      try transaction.execute("DELETE FROM cart_line WHERE cart_id = \(guestID)")
      if let coupon = guest.coupon {
        try transaction.execute("UPDATE cart SET coupon = '' WHERE id = \(guestID)")
        try transaction.execute("UPDATE cart SET coupon = \(cart.coupon ?? coupon) WHERE id = \(id)")
      }
      var moved: [CartLine] = []
      for line in guest.lines {
        if let own = cart.lines.first(where: { $0.variant == line.variant }) {
          try transaction.update(
            own.with(
              quantity: max(own.quantity, line.quantity), isTicked: own.isTicked || line.isTicked,
              seenPrice: line.seenPrice))
        } else if cart.lines.count + moved.count < Self.mostLines {
          moved.append(line)
        }
      }
      try transaction.insert(moved, into: id)
      try self.touch(guestID, from, in: transaction)
      try self.touch(id, into, in: transaction)
      return try transaction.cart(of: into)
    }
  }

  /// Drops what is kept in memory of a cart, when another process has changed it.
  public func forget(_ owner: CartOwner) { known.forget([owner]) }

  /// Runs a change of a cart in one transaction; a change that answers true makes a new version. A cart that was never
  /// used stays so unless the change opens it.
  func change(
    _ owner: CartOwner, opens: Bool = false, _ body: @escaping @Sendable (Cart, CartID, any Transaction) throws -> Bool
  ) async throws -> Cart {
    try await database.write { transaction in
      let cart = opens ? try self.opened(owner, in: transaction) : try transaction.cart(of: owner, forUpdate: true)
      guard let id = cart.id, try body(cart, id, transaction) else { return cart }
      try self.touch(id, owner, in: transaction)
      return try transaction.cart(of: owner)
    }
  }

  /// The owner's cart, made if this is its first use.
  private func opened(_ owner: CartOwner, in transaction: any Transaction) throws -> Cart {
    let cart = try transaction.cart(of: owner, forUpdate: true)
    guard cart.id == nil else { return cart }
    let id: CartID = ids.next()
    try transaction.execute(
      """
      INSERT INTO cart (id, owner, version, channel, touched_at)
      VALUES (\(id), \(owner.text), 0, \(Channel.main.rawValue), \(clock.now))
      """)
    return Cart(id: id, version: 0, channel: .main, lines: [])
  }

  func touch(_ id: CartID, _ owner: CartOwner, in transaction: any Transaction) throws {
    try transaction.execute("UPDATE cart SET version = version + 1, touched_at = \(clock.now) WHERE id = \(id)")
    forgetAfterCommit(owner, in: transaction)
  }

  func forgetAfterCommit(_ owner: CartOwner, in transaction: any Transaction) {
    transaction.afterCommit { [known] in known.forget([owner]) }
  }
}
