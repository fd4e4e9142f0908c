import Storage
import Values

extension StoredCatalog {
  public func variants(matching text: String, of merchant: MerchantID?, limit: Int) async throws -> [VariantID] {
    let text = String(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(100)).lowercased()
    guard !text.isEmpty else { return [] }
    let begins = Self.escaped(text) + "%"
    let own: SQL = if let merchant { "AND variant.merchant_id = \(merchant)" } else { "" }
    return try await database.read { transaction in
      try transaction.rows(
        """
        SELECT variant.id FROM variant JOIN product ON product.id = variant.product_id
        WHERE variant.is_retired = 0 \(own) AND (LOWER(variant.sku) LIKE \(begins) ESCAPE '!'
          OR LOWER(variant.barcode) = \(text) OR LOWER(product.title_en) LIKE \("%" + begins) ESCAPE '!'
          OR LOWER(product.title_zh) LIKE \("%" + begins) ESCAPE '!')
        ORDER BY variant.id DESC LIMIT \(min(max(limit, 1), 500))
        """
      ).map { try $0["id"] }
    }
  }

  public func variants(skus: [String], of merchant: MerchantID) async throws -> [String: VariantID] {
    guard !skus.isEmpty else { return [:] }
    return try await database.read { transaction in
      var found: [String: VariantID] = [:]
      for row in try transaction.rows(
        """
        SELECT sku_key, id FROM variant
        WHERE merchant_id = \(merchant) AND sku_key IN \(list: Array(skus.prefix(500))) ORDER BY sku_key
        """)
      {
        found[try row["sku_key"]] = try row["id"]
      }
      return found
    }
  }

  public func products(named names: [String], of merchants: [MerchantID]) async throws -> [String: Set<ProductID>] {
    var byHandle: [String: Set<ProductID>] = [:]
    var bySKU: [String: Set<ProductID>] = [:]
    for own in merchants.sorted().chunks(of: Self.merchantsPerStatement) {
      for asked in names.chunks(of: Self.namesPerStatement) {
        // A merchant has one of each name.
        let most = own.count * asked.count
        let (handles, skus) = try await database.read { transaction in
          let handles = try transaction.rows(
            """
            SELECT handle AS name, id FROM product WHERE merchant_id IN \(list: own) AND handle IN \(list: asked)
            ORDER BY id LIMIT \(most)
            """)
          let skus = try transaction.rows(
            """
            SELECT sku_key AS name, product_id AS id FROM variant
            WHERE merchant_id IN \(list: own) AND sku_key IN \(list: asked) ORDER BY id LIMIT \(most)
            """)
          return (try handles.map(Self.named), try skus.map(Self.named))
        }
        for (name, product) in handles { byHandle[name, default: []].insert(product) }
        for (name, product) in skus { bySKU[name, default: []].insert(product) }
      }
    }
    return byHandle.merging(bySKU) { handle, _ in handle }
  }

  private static func named(_ row: Row) throws -> (name: String, product: ProductID) {
    (try row["name"], try row["id"])
  }

  /// Both are looked up in an index that begins with the merchant, so that each pair is one step.
  private static let merchantsPerStatement = 20
  private static let namesPerStatement = 200

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if scalar == "!" || scalar == "%" || scalar == "_" { escaped.append("!") }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped
  }
}

extension Array {
  fileprivate func chunks(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
