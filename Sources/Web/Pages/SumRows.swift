import Values

/// What a sum is made of, row by row: the same on the cart, the confirmation, orders and letters.
public enum SumRows {
  /// - Parameters:
  ///   - freight: named with its place; without an amount where it can't be said yet.
  public static func model(
    goods: Money, discount: Money?, freight: (name: String, amount: Money?)?, _ words: Words
  ) -> [Model] {
    let format = Format(words.language)
    var rows: [Model] = [["name": words.phrase("cart.goods"), "amount": format.money(goods)]]
    if let discount, !discount.isZero {
      rows.append(["name": words.phrase("cart.discount"), "amount": "−" + format.money(discount)])
    }
    if let freight {
      rows.append(["name": freight.name, "amount": freight.amount.map(format.money) ?? "—"])
    }
    return rows
  }
}
