import Merchants
import Orders
import Values

/// An order as letters show it.
struct OrderTable {
  private let order: Order
  private let merchant: Merchant
  private let words: Words
  private let format: Format

  init(_ order: Order, of merchant: Merchant, _ words: Words) {
    self.order = order
    self.merchant = merchant
    self.words = words
    format = Format(words.language)
  }

  func model(withSKU: Bool) -> Model {
    let lines = order.lines.map { line -> Model in
      var model: Model = [
        "title": line.title[words.language], "quantity": line.quantity.description, "due": format.money(line.due),
      ]
      let choice = line.choice[words.language]
      if !choice.isEmpty { model["choice"] = choice }
      if withSKU { model["sku"] = line.sku }
      return model
    }
    return [
      "number": order.number.rawValue, "merchantName": merchant.name[words.language], "lines": lines,
      "rows": OrderModel(order, words: words).sumRows, "due": format.money(order.amounts.due),
    ]
  }

  var destination: Model { OrderModel(order, words: words).destination }
}
