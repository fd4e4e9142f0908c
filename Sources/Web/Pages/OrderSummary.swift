import Orders
import Values

/// An order in one row, as overviews and desks list it.
public enum OrderSummary {
  /// - Parameter address: the page behind the row.
  public static func model(_ order: Order, address: String, words: Words) -> Model {
    let format = Format(words.language)
    let titles = order.lines.map { $0.title[words.language] }
    let first = titles.first ?? ""
    return [
      "number": order.number.rawValue, "address": address, "placedAt": format.dateTime(order.placedAt),
      "state": StateModel.of(order.state, words),
      "pictures": order.lines.prefix(4).map { line -> Model in
        ["small": Addresses.picture(line.picture, of: line.product)]
      },
      "productNames": titles.count > 1
        ? words.phrase("order.names", count: titles.count - 1, ["first": first, "all": String(titles.count)]) : first,
      "unitsText": words.phrase("order.units", count: order.lines.reduce(0) { $0 + $1.quantity.count }),
      "due": format.money(order.amounts.due), "paid": format.money(order.amounts.paid),
    ]
  }
}
