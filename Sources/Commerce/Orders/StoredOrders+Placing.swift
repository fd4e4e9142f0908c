import Events
import Storage
import Values

extension StoredOrders {
  /// Numbers are drawn again this often when another machine took the same one.
  private static let numberDraws = 20

  public func place(_ checkout: CheckoutOrders) async throws -> [Order] {
    for draw in 1... {
      let orders = try newOrders(checkout)
      do {
        return try await write(orders, checkout: checkout.key)
      } catch StorageFault.duplicateKey where draw < Self.numberDraws {
        // A number taken by another machine, or two tabs placing one checkout: the next round answers what stands.
        continue
      }
    }
    return []
  }

  private func write(_ orders: [Order], checkout key: String) async throws -> [Order] {
    let outbox = self.outbox
    let heads = OrderRows.insert(orders)
    let lines = try OrderRows.insertLines(of: orders)
    let timeline = firstEntries(orders)
    return try await database.write { transaction in
      let isFirst = try transaction.execute(
        transaction.dialect.insertIfAbsent(
          into: "checkout",
          [
            ("checkout_key", key.sqlValue),
            ("placed_at", (orders.first?.placedAt ?? Timestamp(milliseconds: 0)).sqlValue),
          ]))
      guard isFirst > 0 else { return try Self.orders(checkout: key, in: transaction) }
      try transaction.execute(heads)
      for statement in lines { try transaction.execute(statement) }
      try OrderNameRows.note(orders, in: transaction)
      try transaction.execute(timeline)
      for order in orders {
        try outbox.tell(
          OrderPlaced(
            order: order.id, checkout: key, buyer: order.buyer, merchant: order.merchant, due: order.amounts.due),
          in: transaction)
      }
      return orders
    }
  }

  public func prune(checkoutsBefore: Timestamp, limit: Int) async throws -> Int {
    try await database.write { transaction in
      let keys: [String] = try transaction.rows(
        "SELECT checkout_key FROM checkout WHERE placed_at < \(checkoutsBefore) ORDER BY placed_at LIMIT \(limit)"
      ).map { try $0["checkout_key"] }
      return try transaction.execute("DELETE FROM checkout WHERE checkout_key IN \(list: keys)")
    }
  }

  private func firstEntries(_ orders: [Order]) -> SQL {
    let rows = orders.map { order -> [any SQLConvertible] in
      [
        order.id, ids.next(TimelineTag.self), TimelineEntry.Kind.placed, Actor.buyer(order.buyer).text, "",
        order.placedAt,
      ]
    }
    return "INSERT INTO order_timeline (order_id, id, kind, actor, note, happened_at) VALUES \(rows: rows)"
  }

  /// The input as it will stand. Throws `FieldFaults` for input that no flow should hand over.
  private func newOrders(_ checkout: CheckoutOrders) throws -> [Order] {
    var faults = FieldFaults()
    _ = faults.text(checkout.key, "key", max: 120)
    let notes = checkout.orders.map { order in
      faults.text(order.note, "note.\(order.merchant)", max: 500, required: false, multiline: true)
    }
    if checkout.orders.isEmpty || checkout.orders.contains(where: \.lines.isEmpty) { faults.add("orders", "missing") }
    if Set(checkout.orders.map(\.merchant)).count != checkout.orders.count { faults.add("orders.merchant", "repeated") }
    try faults.throwIfAny()
    let now = clock.now
    return try zip(checkout.orders, notes).map { new, note in
      let lines = try new.lines.map { try line($0, currency: checkout.currency) }
      return Order(
        id: new.id, number: try number(for: new.id), checkout: checkout.key, buyer: checkout.buyer,
        merchant: new.merchant, channel: checkout.channel, state: .awaitingPayment, lines: lines,
        destination: checkout.destination, note: note,
        amounts: try amounts(lines, freight: new.freight, currency: checkout.currency), payment: nil, shipment: nil,
        placedAt: now, payBefore: checkout.payBefore, waived: new.waived)
    }
  }

  private func number(for order: OrderID) throws -> OrderNumber {
    guard let number = numbering.next(for: order) else { throw FieldFaults(field: "orders.id", code: "outOfRange") }
    return number
  }

  private func line(_ new: CheckoutOrders.NewLine, currency: Currency) throws -> OrderLine {
    let gross = try new.unit.times(new.quantity.count)
    guard gross.currency == currency else { throw MoneyFault.currencyMismatch(currency, gross.currency) }
    guard !new.unit.isNegative else { throw FieldFaults(field: "orders.lines.unit", code: "outOfRange") }
    let due = try gross.subtracting(new.discount)
    guard !new.discount.isNegative, !due.isNegative else {
      throw FieldFaults(field: "orders.lines.discount", code: "outOfRange")
    }
    let named = try Money.sum(new.shares.map(\.amount), currency: currency)
    guard new.shares.isEmpty || named == new.discount else {
      throw FieldFaults(field: "orders.lines.shares", code: "outOfRange")
    }
    return OrderLine(
      id: ids.next(), variant: new.variant, product: new.product, title: new.title, choice: new.choice, sku: new.sku,
      picture: new.picture, unit: new.unit, quantity: new.quantity, discount: new.discount, due: due,
      shares: new.shares)
  }

  private func amounts(_ lines: [OrderLine], freight: Money, currency: Currency) throws -> OrderAmounts {
    guard !freight.isNegative else { throw FieldFaults(field: "orders.freight", code: "outOfRange") }
    let goods = try Money.sum(try lines.map { try $0.unit.times($0.quantity.count) }, currency: currency)
    let discount = try Money.sum(lines.map(\.discount), currency: currency)
    return OrderAmounts(
      goods: goods, discount: discount, freight: freight, due: try goods.subtracting(discount).adding(freight),
      paid: .zero(currency))
  }
}
