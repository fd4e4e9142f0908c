import Values

/// Shares of discounts as a column holds them: a line each, `OFFER BEARER MINOR`.
enum OrderShares {
  static func text(_ shares: [DiscountShare]) -> String {
    shares.map { "\($0.offer) \($0.bearer.rawValue) \($0.amount.minor)" }.joined(separator: "\n")
  }

  static func read(_ text: String, _ currency: Currency) throws -> [DiscountShare] {
    guard !text.isEmpty else { return [] }
    return try text.split(separator: "\n").map { line in
      let parts = line.split(separator: " ")
      guard parts.count == 3, let bearer = DiscountShare.Bearer(rawValue: String(parts[1])), let minor = Int64(parts[2])
      else { throw UnreadableRow(table: "order_line", column: "shares") }
      return DiscountShare(
        offer: String(parts[0]), bearer: bearer, amount: Money(minor: minor, currency: currency))
    }
  }
}
