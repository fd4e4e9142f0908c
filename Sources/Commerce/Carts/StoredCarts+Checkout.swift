import Events
import Foundation
import Storage
import Values

extension StoredCarts {
  public func freeze(_ owner: CartOwner, version: Int) async throws -> FrozenCart {
    try await database.write { transaction in
      let cart = try transaction.cart(of: owner, forUpdate: true)
      guard let id = cart.id else { throw CartRefusal.nothingTicked }
      let key = CheckoutKey(cart: id, version: version)
      let freezes = try transaction.freezes(of: id, and: key)
      let others = freezes.map(\.key).filter { $0 != key }
      if let known = freezes.first(where: { $0.key == key }) {
        try transaction.execute(
          """
          UPDATE cart_freeze SET attempts = attempts + 1, frozen_at = \(self.clock.now)
          WHERE checkout_key = \(key.rawValue) AND is_settled = 0
          """)
        return FrozenCart(
          key: key, cart: id, lines: known.lines, isRepeat: true, others: others, coupon: known.coupon,
          points: known.points)
      }
      guard cart.version == version else { throw CartRefusal.cartChanged }
      guard !cart.ticked.isEmpty else { throw CartRefusal.nothingTicked }
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let lines = String(decoding: try encoder.encode(cart.ticked), as: UTF8.self)
      try transaction.execute(
        """
        INSERT INTO cart_freeze (checkout_key, cart_id, frozen_at, is_settled, frozen_lines, coupon, points)
        VALUES
          (\(key.rawValue), \(id), \(self.clock.now), 0, \(lines), \(cart.coupon ?? ""), \(cart.points))
        """)
      return FrozenCart(
        key: key, cart: id, lines: cart.ticked, isRepeat: false, others: others, coupon: cart.coupon,
        points: cart.points)
    }
  }

  public func thaw(_ key: CheckoutKey, frozenBefore: Timestamp) async throws {
    try await database.write { transaction in
      try transaction.execute(
        """
        DELETE FROM cart_freeze
        WHERE checkout_key = \(key.rawValue) AND is_settled = 0 AND frozen_at < \(frozenBefore)
        """)
    }
  }

  /// Takes the frozen quantity off each line, and removes lines that reach zero: units added meanwhile stay in the cart.
  public func settle(_ key: CheckoutKey) async throws -> Bool {
    try await database.write { transaction in
      // The cart is locked before its freeze, as where it is frozen.
      let locked = try key.cart.flatMap { try transaction.cart(id: $0) }
      guard let freeze = try transaction.freeze(key) else { return false }
      let isAlone = freeze.attempts == 1
      guard !freeze.isSettled, let (owner, cart) = locked else { return isAlone }
      let present = Dictionary(cart.lines.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      var gone: [CartLineID] = []
      for line in freeze.lines {
        guard let own = present[line.id] else { continue }
        if let rest = Quantity(own.quantity.count - line.quantity.count) {
          try transaction.update(own.with(quantity: rest, isTicked: own.isTicked, seenPrice: own.seenPrice))
        } else {
          gone.append(own.id)
        }
      }
      if !gone.isEmpty { try transaction.execute("DELETE FROM cart_line WHERE id IN \(list: gone)") }
      try transaction.execute("UPDATE cart_freeze SET is_settled = 1 WHERE checkout_key = \(key.rawValue)")
      try transaction.execute(
        """
        UPDATE cart SET version = version + 1, touched_at = \(self.clock.now),
          coupon = \(cart.coupon == freeze.coupon ? "" : cart.coupon ?? ""),
          points = \(cart.points == freeze.points ? 0 : cart.points)
        WHERE id = \(freeze.cart)
        """)
      if let account = AccountID(owner) {
        self.forgetAfterCommit(.account(account), in: transaction)
      } else {
        self.forgetAfterCommit(.device(String(owner.dropFirst("dev_".count))), in: transaction)
      }
      return isAlone
    }
  }

  public func unsettled(frozenBefore: Timestamp, limit: Int) async throws -> [CheckoutKey] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT checkout_key FROM cart_freeze WHERE is_settled = 0 AND frozen_at < \(frozenBefore)
        ORDER BY frozen_at, checkout_key LIMIT \(max(0, limit))
        """
      ).map { CheckoutKey(rawValue: try $0["checkout_key"]) }
    }
  }

  public func prune(settledBefore: Timestamp, staleBefore: Timestamp) async throws -> Int {
    try await database.write { transaction in
      let old = try transaction.execute(
        "DELETE FROM cart_freeze WHERE is_settled = 1 AND frozen_at < \(settledBefore)")
      let stale = try transaction.rows(
        """
        SELECT id, owner FROM cart WHERE touched_at < \(staleBefore) AND owner LIKE 'dev!_%' ESCAPE '!'
        ORDER BY id LIMIT 500 \(transaction.dialect.forUpdate)
        """)
      let ids = try stale.map { try $0["id"] as CartID }
      if !ids.isEmpty {
        try transaction.execute("DELETE FROM cart_line WHERE cart_id IN \(list: ids)")
        try transaction.execute("DELETE FROM cart WHERE id IN \(list: ids)")
        for row in stale {
          let owner: String = try row["owner"]
          self.forgetAfterCommit(.device(String(owner.dropFirst("dev_".count))), in: transaction)
        }
      }
      return old + ids.count
    }
  }
}
