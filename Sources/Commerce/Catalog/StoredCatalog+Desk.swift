import Storage
import Values

extension StoredCatalog {
  private static let mostWaiting = 1000
  private static let longestText = 100

  public func products(_ filter: ProductFilter, _ page: PageRequest) async throws -> Page<Product> {
    let condition = SQL.all(Self.conditions(filter) + Self.place(page.after, filter.order))
    let order: SQL =
      switch filter.order {
      case .newest: "id DESC"
      case .oldest: "id"
      case .changed: "changed_at DESC, id DESC"
      }
    let products = try await database.read { transaction in
      let ids: [ProductID] = try transaction.rows(
        "SELECT id FROM product WHERE \(condition) ORDER BY \(order) LIMIT \(page.limit + 1)"
      ).map { try $0["id"] }
      let found = Dictionary(
        try ProductTable.products(ids, in: transaction).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      return ids.compactMap { found[$0] }
    }
    return Page(fetched: products, limit: page.limit) { product in
      switch filter.order {
      case .newest, .oldest: Cursor([product.id.description])
      case .changed: Cursor([product.id.description, String(product.changedAt.milliseconds)])
      }
    }
  }

  public func waitingCount(of merchant: MerchantID?) async throws -> Int {
    let isOwn: SQL = if let merchant { "merchant_id = \(merchant)" } else { "1 = 1" }
    let condition: SQL = "state = \(Publication.State.waiting.rawValue) AND \(isOwn)"
    return try await database.read { transaction in
      try transaction.value(
        """
        SELECT COUNT(*) AS waiting FROM (SELECT id FROM product WHERE \(condition) LIMIT \(Self.mostWaiting)) w
        """) ?? 0
    }
  }

  private static func conditions(_ filter: ProductFilter) -> [SQL] {
    var conditions: [SQL] = []
    if let merchant = filter.merchant { conditions.append("merchant_id = \(merchant)") }
    if let state = filter.state { conditions.append("state = \(state.rawValue)") }
    if let categories = filter.categories { conditions.append("category_id IN \(list: categories.sorted())") }
    if let brand = filter.brand { conditions.append("brand_id = \(brand)") }
    let text = String(filter.text.trimmingPrefix { $0.isWhitespace }.prefix(longestText))
    if !text.isEmpty {
      let pattern = pattern(containing: text)
      conditions.append(
        """
        LOWER(title_en) LIKE \(pattern) ESCAPE '!' OR LOWER(title_zh) LIKE \(pattern) ESCAPE '!'
        OR id IN (SELECT product_id FROM variant WHERE \(skuBegins(text)) OR \(skuBegins(text.uppercased())))
        """)
    }
    return conditions
  }

  /// A range, which the index serves.
  private static func skuBegins(_ text: String) -> SQL {
    "(sku_key >= \(text) AND sku_key < \(text + "\u{10FFFF}"))"
  }

  private static func pattern(containing text: String) -> String {
    var escaped = "%"
    for scalar in text.lowercased().unicodeScalars {
      if scalar == "!" || scalar == "%" || scalar == "_" { escaped.append("!") }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped + "%"
  }

  /// Behind the last of the page before. A cursor of another order begins anew.
  private static func place(_ after: Cursor?, _ order: ProductFilter.Order) -> [SQL] {
    guard let parts = after?.parts, let id = parts.first.flatMap({ ProductID($0) }) else { return [] }
    switch order {
    case .newest: return ["id < \(id)"]
    case .oldest: return ["id > \(id)"]
    case .changed:
      guard parts.count == 2, let at = Int64(parts[1]) else { return [] }
      return ["changed_at < \(at) OR (changed_at = \(at) AND id < \(id))"]
    }
  }
}
