import Values

/// What a sum is made of, row by row: the same on the cart, the confirmation, orders and letters.
public enum SumRows {
  /// - Parameters:
  ///   - discount: off the goods.
  ///   - freight: named with its place; without an amount where it can't be said yet.
  ///   - shares: the offers of which the discount is made, as far as it is of any.
  ///   - waived: freight that offers bear. It is shown as part of the freight, and taken off with the rest.
  public static func model(
    goods: Money, discount: Money?, freight: (name: String, amount: Money?)?, shares: [DiscountShare] = [],
    waived: [DiscountShare] = [], _ words: Words
  ) -> [Model] {
    let format = Format(words.language)
    var rows: [Model] = [["name": words.phrase("cart.goods"), "amount": format.money(goods)]]
    if let freight {
      let whole = freight.amount.map { amount in
        Money(minor: waived.reduce(amount.minor) { $0 + $1.amount.minor }, currency: amount.currency)
      }
      rows.append(["name": freight.name, "amount": whole.map(format.money) ?? "—"])
    }
    let named = DiscountWords(words)
    for share in (shares + waived).byOffer {
      rows.append(["name": named.name(share), "amount": "−" + format.money(share.amount)])
    }
    let rest = (discount?.minor ?? 0) - shares.reduce(0) { $0 + $1.amount.minor }
    if rest > 0 {
      let amount = Money(minor: rest, currency: goods.currency)
      rows.append(["name": words.phrase("cart.discount"), "amount": "−" + format.money(amount)])
    }
    return rows
  }
}
