import Orders
import Values

/// An order in one row, as overviews and desks list it.
public enum OrderSummary {
  /// - Parameter address: the page behind the row.
  public static func model(_ order: Order, address: String, words: Words) -> Model {
    let format = Format(words.language)
    return [
      "number": order.number.rawValue, "address": address, "placedAt": format.dateTime(order.placedAt),
      "state": StateModel.of(order.state, words),
      "pictures": order.lines.prefix(4).map { line -> Model in
        ["small": Addresses.picture(line.picture, of: line.product)]
      },
      "productNames": productNames(order, words), "unitsText": unitsText(order, words),
      "due": format.money(order.amounts.due), "paid": format.money(order.amounts.paid),
    ]
  }

  /// The first product, and how many more there are.
  public static func productNames(_ order: Order, _ words: Words) -> String {
    let titles = order.lines.map { $0.title[words.language] }
    let first = titles.first ?? ""
    guard titles.count > 1 else { return first }
    return words.phrase("order.names", count: titles.count - 1, ["first": first, "all": String(titles.count)])
  }

  public static func unitsText(_ order: Order, _ words: Words) -> String {
    words.phrase("order.units", count: order.lines.reduce(0) { $0 + $1.quantity.count })
  }
}
