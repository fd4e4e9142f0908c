import Storage
import Values

extension StoredPayments {
  /// Of bodies in one page: whoever isn't believed sends what they like, and a page travels between processes as one message.
  private static let mostInPage = 384 * 1024

  public func notice(_ id: ID<NoticeTag>) async throws -> HeardNotice? {
    try await database.read { transaction in
      try transaction.row("SELECT * FROM provider_notice WHERE id = \(id)").map(Self.heard)
    }
  }

  public func notices(matching filter: NoticeFilter, _ page: PageRequest) async throws -> Page<HeardNotice> {
    var conditions: [SQL] = []
    if let method = filter.method { conditions.append("method = \(method)") }
    if let payment = filter.payment { conditions.append("payment_id = \(payment)") }
    if let isBelieved = filter.isBelieved {
      conditions.append(isBelieved ? "verification = 'verified'" : "verification <> 'verified'")
    }
    if let effect = filter.effect { conditions.append("effect = \(effect)") }
    // Numbers grow with time, so that the list's own order serves a range of days.
    if let from = filter.from { conditions.append("id >= \(ID<NoticeTag>.first(at: from))") }
    if let before = filter.before { conditions.append("id < \(ID<NoticeTag>.first(at: before))") }
    if let place = try page.after.map(Self.place) { conditions.append("id < \(place)") }
    let query: SQL = """
      SELECT * FROM provider_notice WHERE \(SQL.all(conditions)) ORDER BY id DESC LIMIT \(page.limit + 1)
      """
    return try await database.read { transaction in
      let rows = try transaction.rows(query)
      return Page(fetched: try rows.map(Self.heard), limit: try Self.fitting(rows, page.limit)) {
        Cursor([String($0.id.raw)])
      }
    }
  }

  /// How many of the rows a page takes; one at least.
  private static func fitting(_ rows: [Row], _ limit: Int) throws -> Int {
    var (count, size) = (0, 0)
    for row in rows.prefix(limit) {
      let body: [UInt8] = try row["body"]
      size += body.count
      guard count == 0 || size <= mostInPage else { break }
      count += 1
    }
    return max(count, 1)
  }

  private static func heard(_ row: Row) throws -> HeardNotice {
    let body: [UInt8] = try row["body"]
    return HeardNotice(
      id: try row["id"], method: try row["method"], payment: try row["payment_id"], headers: try row["headers"],
      notice: PaymentNotice(
        effect: try row["effect"], verification: try row["verification"], body: String(decoding: body, as: UTF8.self),
        receivedAt: try row["received_at"]))
  }
}
