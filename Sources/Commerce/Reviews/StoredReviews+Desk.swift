import Events
import Storage
import Values

/// Reviews as staff read them, and what readers say against them.
extension StoredReviews {
  private static let mostReports = 100
  private static let mostCounted = 100

  public func review(_ id: ReviewID) async throws -> Review? {
    try await database.read { try $0.row("SELECT * FROM review WHERE id = \(id)").map { try Review($0) } }
  }

  public func reviews(_ ids: [ReviewID]) async throws -> [Review] {
    let ids = Array(ids.prefix(100))
    guard !ids.isEmpty else { return [] }
    let found = try await database.read { transaction in
      try transaction.rows("SELECT * FROM review WHERE id IN \(list: ids) ORDER BY id").map { try Review($0) }
    }
    let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return ids.compactMap { byID[$0] }
  }

  public func reviews(
    _ scope: ReviewScope, matching filter: ReviewFilter, _ page: PageRequest
  ) async throws -> Page<Review> {
    var conditions = Self.conditions(scope) + Self.conditions(filter)
    if let cursor = page.after {
      guard cursor.parts.count == 2, let at = Int64(cursor.parts[0]), let id = Int64(cursor.parts[1]) else {
        throw FieldFaults(field: "after", code: "malformed")
      }
      conditions.append("written_at <= \(at) AND (written_at < \(at) OR id < \(id))")
    }
    let query: SQL = """
      SELECT * FROM review WHERE \(SQL.all(conditions)) ORDER BY written_at DESC, id DESC LIMIT \(page.limit + 1)
      """
    let found = try await database.read { try $0.rows(query).map { try Review($0) } }
    return Page(fetched: found, limit: page.limit) {
      Cursor([String($0.writtenAt.milliseconds), String($0.id.raw)])
    }
  }

  public func waitingCount(_ scope: ReviewScope) async throws -> Int {
    let conditions = Self.conditions(scope) + ["wants_look = 1"]
    let query: SQL = """
      SELECT COUNT(*) FROM (SELECT id FROM review WHERE \(SQL.all(conditions)) LIMIT \(Self.mostCounted)) AS waiting
      """
    return try await database.read { try $0.value(query, as: Int.self) ?? 0 }
  }

  private static func conditions(_ scope: ReviewScope) -> [SQL] {
    switch scope {
    case .merchant(let merchant): ["merchant_id = \(merchant)"]
    case .platform: []
    }
  }

  private static func conditions(_ filter: ReviewFilter) -> [SQL] {
    var conditions: [SQL] = []
    if filter.states.count == 1, let state = filter.states.first {
      conditions.append("state = \(state)")
    } else if !filter.states.isEmpty {
      conditions.append("state IN \(list: filter.states.map(\.rawValue).sorted())")
    }
    if let wantsLook = filter.wantsLook { conditions.append("wants_look = \(wantsLook)") }
    switch filter.isAnswered {
    case .some(true): conditions.append("replied_at IS NOT NULL")
    case .some(false): conditions.append("replied_at IS NULL")
    case nil: break
    }
    if let stars = filter.stars { conditions.append("stars = \(stars)") }
    if let product = filter.product { conditions.append("product_id = \(product)") }
    if let author = filter.author { conditions.append("author_id = \(author)") }
    if let from = filter.writtenFrom { conditions.append("written_at >= \(from)") }
    if let before = filter.writtenBefore { conditions.append("written_at < \(before)") }
    return conditions
  }

  // MARK: Reports

  public func report(
    _ id: ReviewID, by account: AccountID, _ cause: ReviewReport.Cause, explanation: String
  ) async throws {
    var faults = FieldFaults()
    let words = faults.text(explanation, "explanation", max: 500, required: false, multiline: true)
    try faults.throwIfAny()
    let now = clock.now
    try await database.write { transaction in
      guard try Self.locked(id, in: transaction).state == .shown else { throw ReviewRefusal.unknownReview }
      let count =
        try transaction.value("SELECT COUNT(*) FROM review_report WHERE review_id = \(id)", as: Int.self) ?? 0
      guard count < Self.mostReports else { return }
      let added = try transaction.execute(
        transaction.dialect.insertIfAbsent(
          into: "review_report",
          [
            ("review_id", id.sqlValue), ("reporter", Actor.buyer(account).text.sqlValue),
            ("cause", cause.rawValue.sqlValue), ("words", words.sqlValue), ("reported_at", now.sqlValue),
          ]))
      if added > 0 { try transaction.execute("UPDATE review SET wants_look = 1 WHERE id = \(id)") }
    }
  }

  public func reports(of id: ReviewID) async throws -> [ReviewReport] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT * FROM review_report WHERE review_id = \(id) ORDER BY reported_at DESC, reporter
        LIMIT \(Self.mostReports)
        """
      ).map { try ReviewReport($0) }
    }
  }

  // MARK: Authors and merchants

  public func forgetAuthor(_ account: AccountID) async throws {
    try await database.write { transaction in
      let rows = try transaction.rows(
        "SELECT id, product_id FROM review WHERE author_id = \(account) AND author_name <> '' ORDER BY id LIMIT 10000")
      try transaction.execute("UPDATE review SET author_name = '' WHERE author_id = \(account)")
      for row in rows {
        try self.outbox.tell(
          ReviewChanged(review: try row["id"], product: try row["product_id"]), in: transaction)
      }
    }
  }

  public func productsWithoutMerchant() async throws -> [ProductID] {
    try await database.read { transaction in
      try transaction.rows("SELECT DISTINCT product_id FROM review WHERE merchant_id = 0 LIMIT 100")
        .map { try $0["product_id"] }
    }
  }

  public func assign(_ merchants: [ProductID: MerchantID]) async throws {
    let pairs = merchants.sorted { $0.key < $1.key }
    guard !pairs.isEmpty else { return }
    try await database.write { transaction in
      for (product, merchant) in pairs {
        try transaction.execute(
          "UPDATE review SET merchant_id = \(merchant) WHERE product_id = \(product) AND merchant_id = 0")
      }
    }
  }
}
