import Storage
import Values

extension StoredPayments {
  private static let shownNotices = 50
  private static let longestSlice = 500

  public func payments(
    _ scope: PaymentScope, matching filter: PaymentFilter, _ page: PageRequest
  ) async throws -> Page<Payment> {
    let place = try page.after.map(Self.place)
    var conditions = self.conditions(filter, amount: scope == .platform ? "p.amount" : "s.amount")
    if let place { conditions.append("p.id < \(place)") }
    let query: SQL
    switch scope {
    case .platform:
      query = """
        SELECT p.id FROM payment p WHERE \(SQL.all(conditions)) ORDER BY p.id DESC LIMIT \(page.limit + 1)
        """
    case .merchant(let merchant):
      // Of one merchant a payment may cover several orders.
      conditions.append("s.merchant_id = \(merchant)")
      if let place { conditions.append("s.payment_id < \(place)") }
      query = """
        SELECT DISTINCT s.payment_id AS id FROM payment_share s JOIN payment p ON p.id = s.payment_id
        WHERE \(SQL.all(conditions)) ORDER BY s.payment_id DESC LIMIT \(page.limit + 1)
        """
    }
    return try await database.read { transaction in
      let ids: [PaymentID] = try transaction.rows(query).map { try $0["id"] }
      let payments = try PaymentRows.payments(ids, in: transaction).map(\.payment)
      return Page(fetched: payments, limit: page.limit) { Cursor([String($0.id.raw)]) }
    }
  }

  public func refunds(
    _ scope: PaymentScope, matching filter: RefundFilter, _ page: PageRequest
  ) async throws -> Page<Refund> {
    var conditions = Self.conditions(filter)
    if case .merchant(let merchant) = scope { conditions.append("merchant_id = \(merchant)") }
    let place = try page.after.map(Self.place)
    if let place { conditions.append("id < \(place)") }
    let query: SQL = "SELECT * FROM refund WHERE \(SQL.all(conditions)) ORDER BY id DESC LIMIT \(page.limit + 1)"
    return try await database.read { transaction in
      Page(fetched: try transaction.rows(query).map(RefundRows.refund), limit: page.limit) {
        Cursor([String($0.id.raw)])
      }
    }
  }

  public func refund(_ id: RefundID) async throws -> Refund? {
    try await database.read { try RefundRows.refund(id, in: $0) }
  }

  public func refunds(of payments: [PaymentID]) async throws -> [Refund] {
    guard !payments.isEmpty else { return [] }
    let payments = payments.prefix(PageRequest.limitRange.upperBound)
    return try await database.read { transaction in
      try transaction.rows("SELECT * FROM refund WHERE payment_id IN \(list: payments) ORDER BY id LIMIT 5000")
        .map(RefundRows.refund)
    }
  }

  public func notices(of payment: PaymentID) async throws -> [PaymentNotice] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT verification, effect, body, received_at FROM provider_notice WHERE payment_id = \(payment)
        ORDER BY id DESC LIMIT \(Self.shownNotices)
        """
      ).map { row in
        let body: [UInt8] = try row["body"]
        return PaymentNotice(
          effect: try row["effect"], verification: try row["verification"], body: String(decoding: body, as: UTF8.self),
          receivedAt: try row["received_at"])
      }
    }
  }

  public func unplaced(limit: Int) async throws -> [OrderID] {
    let limit = min(max(limit, 1), Self.longestSlice)
    return try await database.read { transaction in
      let ofShares: [OrderID] = try transaction.rows(
        "SELECT order_id FROM payment_share WHERE merchant_id IS NULL ORDER BY payment_id LIMIT \(limit)"
      ).map { try $0["order_id"] }
      guard ofShares.count < limit else { return ofShares }
      // A refund that is stored while its share is placed takes over what was said before.
      let ofRefunds: [OrderID] = try transaction.rows(
        "SELECT order_id FROM refund WHERE merchant_id IS NULL ORDER BY id LIMIT \(limit - ofShares.count)"
      ).map { try $0["order_id"] }
      return ofShares + ofRefunds
    }
  }

  public func place(_ orders: [PlacedOrder]) async throws {
    guard !orders.isEmpty else { return }
    try await database.write { transaction in
      for placed in orders.prefix(Self.longestSlice) {
        try transaction.execute(
          """
          UPDATE payment_share SET merchant_id = \(placed.merchant)
          WHERE order_id = \(placed.order) AND merchant_id IS NULL
          """)
        try transaction.execute(
          "UPDATE refund SET merchant_id = \(placed.merchant) WHERE order_id = \(placed.order) AND merchant_id IS NULL")
      }
    }
  }

  private func conditions(_ filter: PaymentFilter, amount: SQL) -> [SQL] {
    var conditions: [SQL] = []
    if let id = filter.payment { conditions.append("p.id = \(id)") }
    if let number = filter.providerNumber {
      // With the methods the unique index finds it.
      conditions.append("p.provider_number = \(number) AND p.method IN \(list: directory.known)")
    }
    if let order = filter.order {
      conditions.append("p.id IN (SELECT payment_id FROM payment_share WHERE order_id = \(order))")
    }
    if let state = filter.state { conditions.append("p.state = \(state)") }
    if let method = filter.method { conditions.append("p.method = \(method)") }
    // Numbers grow with time, so that the list's own order serves a range of days.
    if let from = filter.openedFrom { conditions.append("p.id >= \(PaymentID.first(at: from))") }
    if let before = filter.openedBefore { conditions.append("p.id < \(PaymentID.first(at: before))") }
    if let from = filter.amountFrom {
      conditions.append("\(amount) >= \(from.minor) AND p.currency = \(from.currency)")
    }
    if let to = filter.amountTo { conditions.append("\(amount) <= \(to.minor) AND p.currency = \(to.currency)") }
    return conditions
  }

  private static func conditions(_ filter: RefundFilter) -> [SQL] {
    var conditions: [SQL] = []
    if let id = filter.refund { conditions.append("id = \(id)") }
    if let payment = filter.payment { conditions.append("payment_id = \(payment)") }
    if let order = filter.order { conditions.append("order_id = \(order)") }
    if let state = filter.state { conditions.append("state = \(state)") }
    if let from = filter.requestedFrom { conditions.append("id >= \(RefundID.first(at: from))") }
    if let before = filter.requestedBefore { conditions.append("id < \(RefundID.first(at: before))") }
    if let from = filter.amountFrom { conditions.append("amount >= \(from.minor) AND currency = \(from.currency)") }
    if let to = filter.amountTo { conditions.append("amount <= \(to.minor) AND currency = \(to.currency)") }
    return conditions
  }

  /// Throws `FieldFaults` for a cursor of another list.
  static func place(_ cursor: Cursor) throws -> Int64 {
    guard cursor.parts.count == 1, let id = Int64(cursor.parts[0]) else {
      throw FieldFaults(field: "after", code: "malformed")
    }
    return id
  }
}
