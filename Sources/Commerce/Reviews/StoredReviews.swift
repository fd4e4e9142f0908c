import Events
import Foundation
import Storage
import Values

/// Reviews over a database. The counts of stars are kept beside them, changed in the same transaction.
public final class StoredReviews: ReviewService, Sendable {
  let database: any Database
  let outbox: Outbox
  let clock: WallClock
  private let ids: IDGenerator
  /// Whether what is written waits until staff let it in.
  private let moderates: Bool
  let known = ReadCache<ProductID, ReviewSummary>(capacity: 20_000)

  public init(
    database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock, moderates: Bool = false
  ) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
    self.moderates = moderates
  }

  public func write(_ draft: ReviewDraft) async throws -> Review {
    var faults = FieldFaults()
    let text = faults.text(draft.text, "text", max: 2000, multiline: true)
    if !(1...5).contains(draft.stars) { faults.add("stars", "outOfRange", ["min": "1", "max": "5"]) }
    if draft.pictures.count > 6 { faults.add("pictures", "tooMany", ["max": "6"]) }
    try faults.throwIfAny()
    let review = Review(
      id: ids.next(), product: draft.product, merchant: draft.merchant, author: draft.author,
      authorName: draft.authorName.cut(to: 60), stars: draft.stars, text: text, pictures: draft.pictures,
      choice: draft.choice, writtenAt: draft.writtenAt ?? clock.now, state: moderates ? .waiting : .shown,
      wantsLook: moderates)
    try await database.write { transaction in
      do {
        try self.insert(review, line: draft.line, in: transaction)
      } catch StorageFault.duplicateKey {
        throw ReviewRefusal.alreadyReviewed
      }
      guard review.state == .shown else { return }
      try Self.count(review, in: transaction)
      try self.outbox.tell(ReviewPublished(review: review.id, product: review.product), in: transaction)
      transaction.afterCommit { [known = self.known] in known.forget([review.product]) }
    }
    return review
  }

  private func insert(_ review: Review, line: OrderLineID, in transaction: any Transaction) throws {
    let pictures = review.pictures.map(\.rawValue).joined(separator: " ")
    try transaction.execute(
      """
      INSERT INTO review
        (id, line_id, product_id, merchant_id, author_id, author_name, stars, words, pictures, choice_en, choice_zh,
          written_at, state, wants_look)
      VALUES (\(review.id), \(line), \(review.product), \(review.merchant), \(review.author), \(review.authorName),
        \(review.stars), \(review.text), \(pictures), \(review.choice.en.cut(to: 300)),
        \(review.choice.zhHans.cut(to: 300)), \(review.writtenAt), \(review.state), \(review.wantsLook))
      """)
  }

  /// Counts it among its product's stars.
  static func count(_ review: Review, in transaction: any Transaction) throws {
    let changed = try transaction.execute(
      """
      UPDATE review_count SET number = number + 1
      WHERE product_id = \(review.product) AND stars = \(review.stars)
      """)
    if changed == 0 {
      try transaction.execute(
        "INSERT INTO review_count (product_id, stars, number) VALUES (\(review.product), \(review.stars), 1)")
    }
  }

  public func reviews(of product: ProductID, stars: Int?, _ page: PageRequest) async throws -> Page<Review> {
    let parts = page.after?.parts.compactMap { Int64($0) } ?? []
    let (at, id) = parts.count == 2 ? (parts[0], parts[1]) : (Int64.max, Int64.max)
    let chosen: SQL = stars.map { "AND stars = \($0)" } ?? ""
    return try await database.read { transaction in
      let reviews = try transaction.rows(
        """
        SELECT * FROM review WHERE product_id = \(product) AND state = \(ReviewState.shown) \(chosen)
          AND (written_at < \(at) OR (written_at = \(at) AND id < \(id)))
        ORDER BY written_at DESC, id DESC LIMIT \(page.limit + 1)
        """
      ).map { try Review($0) }
      return Page(fetched: reviews, limit: page.limit) {
        Cursor([String($0.writtenAt.milliseconds), String($0.id.raw)])
      }
    }
  }

  /// Drops what is kept in memory of these products, when another process has changed it.
  public func forget(_ products: [ProductID]) { known.forget(products) }

  /// Drops everything, when it isn't known what another process has changed.
  public func forgetAll() { known.forgetAll() }

  public func summaries(of products: [ProductID]) async throws -> [ProductID: ReviewSummary] {
    try await known.values(products) { missing in
      try await self.database.read { transaction in
        var counts: [ProductID: [Int]] = [:]
        for start in stride(from: 0, to: missing.count, by: 500) {
          let batch = missing[start..<min(start + 500, missing.count)]
          for row in try transaction.rows("SELECT * FROM review_count WHERE product_id IN \(list: batch)") {
            let stars: Int = try row["stars"]
            counts[try row["product_id"], default: [0, 0, 0, 0, 0]][min(max(stars, 1), 5) - 1] = try row["number"]
          }
        }
        return counts.mapValues(ReviewSummary.init)
      }
    }
  }

  public func reviewed(_ lines: [OrderLineID]) async throws -> Set<OrderLineID> {
    try await database.read { transaction in
      Set(
        try transaction.rows("SELECT line_id FROM review WHERE line_id IN \(list: lines)").map {
          try $0["line_id"] as OrderLineID
        })
    }
  }

  public func shown(among files: [FileKey]) async throws -> Set<FileKey> {
    guard let first = files.first else { return [] }
    func holds(_ file: FileKey) -> SQL { "pictures LIKE \("%" + file.rawValue + "%")" }
    let condition = files.dropFirst().reduce(holds(first)) { $0 + " OR " + holds($1) }
    return try await database.read { transaction in
      let lists: [String] = try transaction.rows(
        "SELECT DISTINCT pictures FROM review WHERE \(condition) ORDER BY pictures LIMIT 5000"
      ).map { try $0["pictures"] }
      return Set(files.filter { file in lists.contains { $0.contains(file.rawValue) } })
    }
  }

  public func audit() async throws -> [Discrepancy] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT product_id, stars, SUM(number) AS number, SUM(written) AS written FROM (
          SELECT product_id, stars, number, 0 AS written FROM review_count
          UNION ALL
          SELECT product_id, stars, 0 AS number, COUNT(*) AS written FROM review
          WHERE state = \(ReviewState.shown) GROUP BY product_id, stars
        ) AS compared
        GROUP BY product_id, stars HAVING SUM(number) <> SUM(written) ORDER BY product_id, stars LIMIT 100
        """
      ).map { row in
        let product: ProductID = try row["product_id"]
        let (number, written): (Int, Int) = (try row["number"], try row["written"])
        return Discrepancy(book: "reviews", row: "\(product)", expected: "\(written) reviews", found: "\(number)")
      }
    }
  }
}
