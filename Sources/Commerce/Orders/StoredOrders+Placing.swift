import Events
import Storage
import Values

extension StoredOrders {
  public func place(_ checkout: CheckoutOrders) async throws -> [Order] {
    var faults = FieldFaults()
    for order in checkout.orders {
      _ = faults.text(order.note, "note.\(order.merchant)", max: 500, required: false, multiline: true)
    }
    try faults.throwIfAny()
    let now = clock.now
    return try await database.write { transaction in
      let isFirst = try transaction.execute(
        transaction.dialect.insertIfAbsent(
          into: "checkout", [("checkout_key", checkout.key.sqlValue), ("placed_at", now.sqlValue)]))
      guard isFirst > 0 else { return try transaction.orders(checkout: checkout.key) }
      let orders = try checkout.orders.map { try self.order($0, of: checkout, at: now) }
      try self.insert(orders, in: transaction)
      for order in orders {
        try self.outbox.tell(
          OrderPlaced(
            order: order.id, checkout: order.checkout, buyer: order.buyer, merchant: order.merchant,
            due: order.amounts.due),
          in: transaction)
      }
      return orders
    }
  }

  private func order(
    _ order: CheckoutOrders.NewOrder, of checkout: CheckoutOrders, at now: Timestamp
  ) throws -> Order {
    guard let number = OrderNumber(order.id, placedAt: now) else { throw MoneyFault.overflow }
    let lines = try order.lines.map { line in
      OrderLine(
        id: ids.next(), variant: line.variant, product: line.product, title: line.title, choice: line.choice,
        sku: line.sku, picture: line.picture, unit: line.unit, quantity: line.quantity, discount: line.discount,
        due: try line.unit.times(line.quantity.count).subtracting(line.discount))
    }
    let goods = try Money.sum(order.lines.map { try $0.unit.times($0.quantity.count) }, currency: checkout.currency)
    let discount = try Money.sum(order.lines.map(\.discount), currency: checkout.currency)
    return Order(
      id: order.id, number: number, checkout: checkout.key, buyer: checkout.buyer, merchant: order.merchant,
      channel: checkout.channel, state: .awaitingPayment, lines: lines, destination: checkout.destination, note: order.note,
      amounts: OrderAmounts(
        goods: goods, discount: discount, freight: order.freight,
        due: try goods.subtracting(discount).adding(order.freight), paid: .zero(checkout.currency)),
      payment: nil, shipment: nil, placedAt: now, payBefore: checkout.payBefore)
  }

  private func insert(_ orders: [Order], in transaction: any Transaction) throws {
    let heads = try orders.map { order -> [any SQLConvertible] in
      let amounts = order.amounts
      return [
        order.id, order.number, order.checkout, order.buyer, order.merchant, order.channel, order.state,
        amounts.due.currency, amounts.goods.minor, amounts.discount.minor, amounts.freight.minor, amounts.due.minor, 0,
        try JSONColumn.text(order.destination), order.note, "", "", order.placedAt, order.payBefore,
      ]
    }
    try transaction.execute(
      """
      INSERT INTO order_head
        (id, number, checkout_key, buyer_id, merchant_id, channel, state, currency, goods, discount, freight, due, paid,
         destination, note, carrier, tracking_number, placed_at, pay_before)
      VALUES \(rows: heads)
      """)
    let lines = try orders.flatMap { order in
      try order.lines.map { line -> [any SQLConvertible] in
        [
          line.id, order.id, line.variant, line.product, try JSONColumn.text(line.title), Self.searched(line.title),
          try JSONColumn.text(line.choice), line.sku, try line.picture.map { try JSONColumn.text($0) } ?? "",
          line.unit.minor, line.quantity, line.discount.minor, line.due.minor,
        ]
      }
    }
    try transaction.execute(
      """
      INSERT INTO order_line
        (id, order_id, variant_id, product_id, title, searched_title, choice, sku, picture, unit, quantity, discount, due)
      VALUES \(rows: lines)
      """)
    let timeline = orders.map { order -> [any SQLConvertible] in
      [
        ids.next(EventTag.self), order.id, TimelineEntry.Kind.placed, Actor.buyer(order.buyer).text, "", order.placedAt,
      ]
    }
    try transaction.execute(
      "INSERT INTO order_timeline (id, order_id, kind, actor, note, at) VALUES \(rows: timeline)")
  }

  /// What the product-name filter looks at: the title in all languages, lower case.
  static func searched(_ title: LocalizedText) -> String {
    let text = title.en == title.zhHans ? title.en : "\(title.en) \(title.zhHans)"
    return String(text.lowercased().prefix(1000))
  }
}
