import Foundation
import Storage
import Values

extension CartOwner {
  /// How the owner column names it; the prefix keeps devices from posing as accounts.
  var text: String {
    switch self {
    case .account(let account): account.description
    case .device(let token): "dev_" + token
    }
  }
}

extension CartLine {
  init(_ row: Row) throws {
    self.init(
      id: try row["id"], variant: try row["variant_id"], product: try row["product_id"],
      merchant: try row["merchant_id"], quantity: try row["quantity"], isTicked: try row["is_ticked"],
      seenPrice: Money(minor: try row["seen_price"], currency: try row["seen_currency"]), addedAt: try row["added_at"])
  }

  func with(quantity: Quantity, isTicked: Bool, seenPrice: Money) -> CartLine {
    CartLine(
      id: id, variant: variant, product: product, merchant: merchant, quantity: quantity, isTicked: isTicked,
      seenPrice: seenPrice, addedAt: addedAt)
  }
}

extension ReadTransaction {
  func cart(of owner: CartOwner, forUpdate: Bool = false) throws -> Cart {
    let lock = forUpdate ? dialect.forUpdate : ""
    guard let row = try row("SELECT id, version, channel, coupon, points FROM cart WHERE owner = \(owner.text) \(lock)")
    else {
      return Cart(id: nil, version: 0, channel: .main, lines: [])
    }
    return try cart(row)
  }

  func cart(id: CartID) throws -> (owner: String, cart: Cart)? {
    guard let row = try row("SELECT * FROM cart WHERE id = \(id) \(dialect.forUpdate)") else { return nil }
    return (try row["owner"], try cart(row))
  }

  private func cart(_ row: Row) throws -> Cart {
    let id: CartID = try row["id"]
    let lines = try rows("SELECT * FROM cart_line WHERE cart_id = \(id) ORDER BY added_at DESC, id DESC LIMIT 200")
    let coupon: String = try row["coupon"]
    return Cart(
      id: id, version: try row["version"], channel: try row["channel"], lines: try lines.map { try CartLine($0) },
      coupon: coupon.isEmpty ? nil : coupon, points: try row["points"])
  }

  func freeze(_ key: CheckoutKey) throws -> Freeze? {
    try row("SELECT * FROM cart_freeze WHERE checkout_key = \(key.rawValue) \(dialect.forUpdate)").map {
      try Freeze($0)
    }
  }

  /// The one under the key, and those of the cart that aren't settled.
  func freezes(of cart: CartID, and key: CheckoutKey) throws -> [Freeze] {
    try rows(
      """
      SELECT * FROM cart_freeze WHERE cart_id = \(cart) AND (is_settled = 0 OR checkout_key = \(key.rawValue))
      ORDER BY CASE WHEN checkout_key = \(key.rawValue) THEN 0 ELSE 1 END, frozen_at DESC, checkout_key LIMIT 50 \(dialect.forUpdate)
      """
    ).map { try Freeze($0) }
  }
}

/// A stored freeze.
struct Freeze {
  let key: CheckoutKey
  let cart: CartID
  let lines: [CartLine]
  let isSettled: Bool
  /// How many tabs or clients froze it or joined.
  let attempts: Int
  let coupon: String?
  let points: Int

  init(_ row: Row) throws {
    key = CheckoutKey(rawValue: try row["checkout_key"])
    cart = try row["cart_id"]
    let text: String = try row["frozen_lines"]
    lines = try JSONDecoder().decode([CartLine].self, from: Data(text.utf8))
    isSettled = try row["is_settled"]
    attempts = try row["attempts"]
    let code: String = try row["coupon"]
    coupon = code.isEmpty ? nil : code
    points = try row["points"]
  }
}

extension Transaction {
  func insert(_ lines: [CartLine], into cart: CartID) throws {
    guard !lines.isEmpty else { return }
    let rows = lines.map { line -> [any SQLConvertible] in
      [
        line.id, cart, line.variant, line.product, line.merchant, line.quantity, line.isTicked, line.seenPrice.minor,
        line.seenPrice.currency, line.addedAt,
      ]
    }
    try execute(
      """
      INSERT INTO cart_line
        (id, cart_id, variant_id, product_id, merchant_id, quantity, is_ticked, seen_price, seen_currency, added_at)
      VALUES \(rows: rows)
      """)
  }

  func update(_ line: CartLine) throws {
    try execute(
      """
      UPDATE cart_line SET quantity = \(line.quantity), is_ticked = \(line.isTicked),
        seen_price = \(line.seenPrice.minor), seen_currency = \(line.seenPrice.currency)
      WHERE id = \(line.id)
      """)
  }
}
