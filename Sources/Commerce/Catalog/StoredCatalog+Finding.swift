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

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if scalar == "!" || scalar == "%" || scalar == "_" { escaped.append("!") }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped
  }
}
