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

  public func products(named names: [String], of merchants: [MerchantID]) async throws -> [String: ProductID] {
    var found: [String: ProductID] = [:]
    for own in merchants.sorted().chunks(of: Self.merchantsPerStatement) {
      for asked in names.filter({ found[$0] == nil }).chunks(of: Self.namesPerStatement) {
        let pairs = try await database.read { transaction in
          let rows =
            try transaction.rows(
              """
              SELECT sku_key AS name, product_id AS id, merchant_id FROM variant
              WHERE merchant_id IN \(list: own) AND sku_key IN \(list: asked) ORDER BY merchant_id DESC
              """)
            + transaction.rows(
              """
              SELECT handle AS name, id, merchant_id FROM product
              WHERE merchant_id IN \(list: own) AND handle IN \(list: asked) ORDER BY merchant_id DESC
              """)
          return try rows.map { (name: try $0["name"] as String, id: try $0["id"] as ProductID) }
        }
        for pair in pairs { found[pair.name] = pair.id }
      }
    }
    return found
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
